"""What a turn leaves behind beside its messages: for curators, for counts, for the law."""

from dataclasses import dataclass
from typing import Literal

from kmqa.records import Reply

Wish = Literal["none_fits", "not_helpful"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question was decided.

    Attributes:
        question: As typed, blacked out where it names somebody.
    """

    question: str
    reply: Reply


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """What was sent for the last question is not what was meant."""

    wish: Wish


@dataclass(frozen=True, slots=True, kw_only=True)
class Picked:
    """An answer was taken out of those offered for the last question."""

    answer_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Feedback:
    """Whether an answer helped, as its reader says; a comment instead of yes or no."""

    answer_id: str
    bundle_id: str
    is_helpful: bool | None
    comment: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedOver:
    """The conversation waits for a person.

    Attributes:
        message: What was written last, blacked out; may be empty.
    """

    cause: Literal["asked", "urgent"]
    message: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffMessage:
    """A message for the person who has the conversation; the bot said nothing to it."""

    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoverEnded:
    """The bot has the conversation again, or nobody after a stop."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Consented:
    """A person went on after they had been shown the notice in this wording."""

    version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgotten:
    """Everything that is kept of a person must go, at once."""


Event = (
    Asked | Rejected | Picked | Feedback | HandedOver | StaffMessage | HandoverEnded | Consented
    | Forgotten
)  # fmt: skip

"""What a tap means. Ids come back from phones, so they are read like any untrusted text."""

from dataclasses import dataclass
from typing import Literal, get_args

_LONGEST = 200
_SKIPPED = "-"
Field = Literal["language", "role", "country", "age_group", "gender", "low_data"]
FIELDS: tuple[Field, ...] = get_args(Field)


@dataclass(frozen=True, slots=True)
class PickAnswer:
    """An answer was picked, perhaps in a language of its own."""

    answer_id: str
    language: str | None = None

    @property
    def button_id(self) -> str:
        """The id of the button."""
        return ":".join(("answer", self.answer_id, *([self.language] if self.language else [])))


@dataclass(frozen=True, slots=True)
class RateAnswer:
    """An answer was rated as helpful or not."""

    answer_id: str
    bundle_id: str
    is_helpful: bool

    @property
    def button_id(self) -> str:
        """The id of the button."""
        return f"{'yes' if self.is_helpful else 'no'}:{self.answer_id}:{self.bundle_id}"


@dataclass(frozen=True, slots=True)
class Nothing:
    """None of what was offered is what was meant."""

    @property
    def button_id(self) -> str:
        """The id of the button."""
        return "none"


@dataclass(frozen=True, slots=True)
class More:
    """What belongs to an answer is wanted: documents and related questions."""

    answer_id: str

    @property
    def button_id(self) -> str:
        """The id of the button."""
        return f"more:{self.answer_id}"


@dataclass(frozen=True, slots=True)
class Send:
    """A document is wanted."""

    document: str

    @property
    def button_id(self) -> str:
        """The id of the row."""
        return f"doc:{self.document}"


@dataclass(frozen=True, slots=True)
class Topics:
    """A page is wanted of the topics, counted from 0."""

    page: int = 0

    @property
    def button_id(self) -> str:
        """The id of the button."""
        return f"menu:{self.page}"


@dataclass(frozen=True, slots=True)
class Questions:
    """A page is wanted of a topic's questions, counted from 0."""

    topic: str
    page: int = 0

    @property
    def button_id(self) -> str:
        """The id of the row."""
        return f"topic:{self.topic}:{self.page}"


@dataclass(frozen=True, slots=True)
class Ask:
    """An entry of the profile is to be asked for; the list begins at a page."""

    field: Field
    page: int = 0

    @property
    def button_id(self) -> str:
        """The id of the row."""
        return f"ask:{self.field}:{self.page}"


@dataclass(frozen=True, slots=True)
class Set:
    """An entry of the profile was given, or None to leave it open."""

    field: Field
    value: str | None

    @property
    def button_id(self) -> str:
        """The id of the row."""
        return f"set:{self.field}:{self.value or _SKIPPED}"


@dataclass(frozen=True, slots=True)
class Comment:
    """Somebody wants to write what was wrong with an answer."""

    answer_id: str

    @property
    def button_id(self) -> str:
        """The id of the button."""
        return f"comment:{self.answer_id}"


@dataclass(frozen=True, slots=True)
class Go:
    """A button that stands for a command."""

    command: Literal["person", "profile", "back"]

    @property
    def button_id(self) -> str:
        """The id of the button."""
        return f"go:{self.command}"


@dataclass(frozen=True, slots=True)
class InFlow:
    """A button of a flow; what `value` means the flow alone knows."""

    flow: str
    value: str

    @property
    def button_id(self) -> str:
        """The id of the button."""
        return f"flow:{self.flow}:{self.value}"


@dataclass(frozen=True, slots=True)
class Several:
    """Several answers were picked at once: "1 and 2". It is typed, and no button stands for it."""

    answers: tuple[PickAnswer, ...]


@dataclass(frozen=True, slots=True)
class Which:
    """What was typed does not say which of several is meant. No button stands for it."""


CONTENT = (PickAnswer, Send, Questions)
"""Choices that are something to read, and no way on."""
Choice = (
    PickAnswer | RateAnswer | Nothing | More | Send | Topics | Questions | Ask | Set | Comment | Go
    | InFlow
)  # fmt: skip
TypedChoice = Choice | Several | Which


def parse_id(button_id: str) -> Choice | None:  # noqa: C901 - one case a form
    """Return the choice that an id stands for, or None where it is not one of ours."""
    if "\0" in button_id:
        return None  # PostgreSQL holds none, so what is kept of the choice could not be stored
    match button_id[:_LONGEST].split(":"):
        case ["answer", answer_id]:
            return PickAnswer(answer_id)
        case ["answer", answer_id, language]:
            return PickAnswer(answer_id, language)
        case ["yes" | "no" as word, answer_id, bundle_id]:
            return RateAnswer(answer_id, bundle_id, is_helpful=word == "yes")
        case ["none"]:
            return Nothing()
        case ["more", answer_id]:
            return More(answer_id)
        case ["doc", document]:
            return Send(document)
        case ["menu", page] if page.isdecimal():
            return Topics(int(page))
        case ["topic", topic, page] if page.isdecimal():
            return Questions(topic, int(page))
        case ["ask", field, page] if field in FIELDS and page.isdecimal():
            return Ask(field, int(page))
        case ["set", field, value] if field in FIELDS:
            return Set(field, None if value == _SKIPPED else value)
        case ["comment", answer_id]:
            return Comment(answer_id)
        case ["go", "person" | "profile" | "back" as command]:
            return Go(command)
        case ["flow", flow, *value] if flow and value:
            return InFlow(flow, ":".join(value))
    return None

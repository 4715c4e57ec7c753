"""What the bot remembers of one conversation between two turns."""

from dataclasses import dataclass, field, replace
from typing import Any

from pydantic import TypeAdapter, ValidationError

from kmqa.records import Profile


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """The question that was answered last, for "and if ...?" after it.

    Attributes:
        question: What she asked, with numbers of people blacked out.
        at: Unix seconds.
    """

    question: str
    answer_id: str
    at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What is known of the person before a turn, and after it.

    Attributes:
        opted_out: Whether she said stop and has not said start since.
        stopped_at: Unix seconds when she last said so.
        low_data: Whether she wants text alone.
        welcomed: Version of the notice that she was shown; empty before her first contact.
        agreed: Version of the notice after which she went on.
        is_new: Whether the questions of the first contact are going on.
        spoken: Language of the last reply, for messages that show none.
        offered: Ids behind the numbers 1, 2, 3 ... of the last message.
        list_id: Id of the list that was sent last.
        is_at_list: Whether nothing was sent since, so that "back" leads before it.
        topic: The question that was answered last.
        others: Candidates beside the last answer, nearest first.
        comments_on: Answer on which her next message is a comment; empty otherwise.
        comment_asked_at: Unix seconds when she was asked for it.
        handed_over_at: Unix seconds since when a person has the conversation.
        noted_at: Unix seconds when the bot last said that it cannot read a kind of message.
    """

    profile: Profile = field(default_factory=Profile)
    opted_out: bool = False
    stopped_at: float = 0.0
    low_data: bool = False
    welcomed: str = ""
    agreed: str = ""
    is_new: bool = False
    spoken: str = ""
    offered: tuple[str, ...] = ()
    list_id: str = ""
    is_at_list: bool = False
    topic: Topic | None = None
    others: tuple[str, ...] = ()
    comments_on: str = ""
    comment_asked_at: float = 0.0
    handed_over_at: float | None = None
    noted_at: float = 0.0


_STATE = TypeAdapter(State)


def serialise(state: State) -> dict[str, Any]:
    """`state` as JSON values."""
    content: dict[str, Any] = _STATE.dump_python(state, mode="json")
    return content


def restore(content: object, *, opted_out: bool) -> State:
    """The state that `plain` wrote; what another version wrote and this cannot read is forgotten.

    Whether she opted out is kept beside it and never forgotten.
    """
    try:
        state = _STATE.validate_python(content) if content else State()
    except ValidationError:
        state = State()
    return replace(state, opted_out=opted_out)


def without_topic(content: object) -> dict[str, Any]:
    """What `plain` wrote, without what she asked; nothing can lean on it any longer."""
    return serialise(replace(restore(content, opted_out=False), topic=None))

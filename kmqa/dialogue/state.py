"""What the bot remembers of one conversation between two turns."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from pydantic import TypeAdapter, ValidationError

from kmqa.records import Profile


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """The question that was answered last, for "and if ...?" after it.

    Attributes:
        question: What was asked, with numbers of people blacked out.
        at: Unix seconds.
        is_sent: Whether the answer itself was sent, and not only offered.
    """

    question: str
    answer_id: str
    at: float
    is_sent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Transcript:
    """What was heard in a voice message and is not confirmed yet.

    Attributes:
        offered: What numbers meant before the person was asked whether it is right.
    """

    text: str
    offered: tuple[str, ...] = ()


ONBOARDING = "onboarding"
"""Name of the flow of the first contact."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowState:
    """Where a person is in a flow.

    Attributes:
        name: Of the flow.
        version: Of what `step` and `values` mean to it.
        step: What it asked last.
        values: What it must remember, such as the id and the version of its content, and what was
            answered so far. Small: it is stored sealed with the rest of the state.
    """

    name: str
    version: int = 1
    step: str = ""
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What is known of the person before a turn, and after it.

    Attributes:
        opted_out: Whether they said stop and has not said start since.
        stopped_at: Unix seconds when they last said so.
        low_data: Whether they want text alone.
        welcomed: Version of the notice that the person was shown; empty before the first contact.
        agreed: Version of the notice after which they went on.
        spoken: Language of the last reply, for messages that show none.
        offered: Ids behind the numbers 1, 2, 3 ... of the last message.
        titles: What stood on each of them, in the same order.
        list_id: Id of the list that was sent last.
        is_at_list: Whether nothing was sent since, so that "back" leads before it.
        topic: The question that was answered last.
        others: Candidates beside the last answer, nearest first.
        comments_on: Answer on which the next message is a comment; empty otherwise.
        comment_asked_at: Unix seconds when the person was asked for it.
        handed_over_at: Unix seconds since when a person has the conversation.
        transcripts: What was heard and is not confirmed yet, the newest last.
        flow: Where they are in a flow that spans several messages.
        noted_at: Unix seconds when the bot last said that it cannot read a kind of message.
        noted: Names of the phrases that it said about such kinds then and shortly before.
    """

    profile: Profile = field(default_factory=Profile)
    opted_out: bool = False
    stopped_at: float = 0.0
    low_data: bool = False
    welcomed: str = ""
    agreed: str = ""
    spoken: str = ""
    offered: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()
    list_id: str = ""
    is_at_list: bool = False
    topic: Topic | None = None
    others: tuple[str, ...] = ()
    comments_on: str = ""
    comment_asked_at: float = 0.0
    handed_over_at: float | None = None
    noted_at: float = 0.0
    noted: tuple[str, ...] = ()
    transcripts: tuple[Transcript, ...] = ()
    flow: FlowState | None = None

    @property
    def is_new(self) -> bool:
        """Whether the questions of the first contact are going on."""
        return self.flow is not None and self.flow.name == ONBOARDING


_STATE = TypeAdapter(State)


def serialise(state: State) -> dict[str, Any]:
    """Return `state` as JSON values."""
    content: dict[str, Any] = _STATE.dump_python(state, mode="json")
    return content


def restore(content: object, *, opted_out: bool) -> State:
    """Return the state that `serialise` wrote, in this version or in an earlier one.

    What cannot be read is forgotten: the flow alone where that is the reason. Whether the person
    opted out is kept beside the state and never forgotten.
    """
    return replace(_read(content) or _read(_without_flow(content)) or State(), opted_out=opted_out)


def _read(content: object) -> State | None:
    try:
        return _STATE.validate_python(_migrate(content)) if content else State()
    except ValidationError:
        return None


def _migrate(content: object) -> object:
    """Return `content` with the flow that it says it is in; until 2026-11 the first was a flag."""
    if isinstance(content, Mapping) and content.get("is_new") is True and "flow" not in content:
        return {**content, "flow": {"name": ONBOARDING}}
    return content


def _without_flow(content: object) -> object:
    return {**content, "flow": None} if isinstance(content, Mapping) else content


def without_topic(content: object) -> dict[str, Any]:
    """Return what `serialise` wrote, without what was asked and answered too long ago to keep."""
    state = restore(content, opted_out=False)
    flow = None if state.flow and state.flow.values else state.flow
    return serialise(replace(state, topic=None, transcripts=(), flow=flow))

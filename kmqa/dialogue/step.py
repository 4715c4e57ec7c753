"""What one message of a person is, and what it leads to."""

from dataclasses import dataclass, replace

from kmqa.dialogue.choices import Choice
from kmqa.dialogue.events import Event
from kmqa.dialogue.state import State
from kmqa.messages import IncomingKind, Outgoing, number_options


@dataclass(frozen=True, slots=True, kw_only=True)
class UserMessage:
    """One message as the dialogue sees it.

    Attributes:
        at: Unix seconds when she sent it; 0 where nobody knows.
        is_late: Whether it waited so long that the answer must say so.
        pieces: The messages that it was put together from, where there were several.
    """

    kind: IncomingKind
    text: str | None
    choice: str | None = None
    at: float = 0.0
    is_late: bool = False
    pieces: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """What one message leads to."""

    state: State
    outgoing: tuple[Outgoing, ...] = ()
    events: tuple[Event, ...] = ()


def send(state: State, outgoing: Outgoing, *events: Event) -> Step:
    """`outgoing` goes out; its lines can be answered with numbers from now on."""
    state = replace(
        state, offered=tuple(option.id for option in outgoing.options), is_at_list=False
    )
    if state.low_data and outgoing.options:
        outgoing = number_options(outgoing)
    return Step(state, (outgoing,), events)


def send_list(state: State, choice: Choice, outgoing: Outgoing) -> Step:
    """The list that `choice` stands for goes out; "back" leads to it later."""
    step = send(state, outgoing)
    return replace(step, state=replace(step.state, list_id=choice.button_id, is_at_list=True))

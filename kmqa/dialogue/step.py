"""What a person sent, and what one message leads to."""

from dataclasses import dataclass, field, replace

from kmqa.dialogue import commands
from kmqa.dialogue.choices import Choice
from kmqa.dialogue.events import Event
from kmqa.dialogue.state import State
from kmqa.lexicon.language import Command
from kmqa.messages import IncomingKind, Option, Outgoing, number_options


@dataclass(frozen=True, slots=True, kw_only=True)
class UserMessage:
    """A message, or a burst of typed ones, as it came.

    Attributes:
        at: Unix seconds when it was sent; 0 where nobody knows.
        is_late: Whether it waited so long that the answer must say so.
        pieces: The messages that it was put together from, where there were several.
        answers_to: The channel's id of the message that it quotes.
        transcript: What was heard in a voice message: nothing where nobody could be understood,
            None where nobody listened. A guess, and no text of the person's before they confirm.
        quoted: What the quoted message offered to choose from; empty where nobody knows.
        others: Kinds of the messages without words that came right after it, and are told with it.
        is_withdrawn: Whether it was changed or deleted before anybody answered it: nothing but a
            danger sign in it is answered.
        command: The command that its text is, whatever language the person speaks. Read once,
            here; everything else asks this attribute.
    """

    kind: IncomingKind
    text: str | None
    choice: str | None = None
    at: float = 0.0
    is_late: bool = False
    pieces: tuple[str, ...] = ()
    answers_to: str | None = None
    transcript: str | None = None
    quoted: tuple[Option, ...] = ()
    others: tuple[IncomingKind, ...] = ()
    is_withdrawn: bool = False
    command: Command | None = field(init=False)

    def __post_init__(self) -> None:
        """Read the command."""
        object.__setattr__(self, "command", commands.command_in(self.text or ""))


@dataclass(frozen=True, slots=True)
class Step:
    """What one message leads to.

    Attributes:
        by: Name of the flow that took the message; empty for a danger sign and a command.
    """

    state: State
    outgoing: tuple[Outgoing, ...] = ()
    events: tuple[Event, ...] = ()
    by: str = ""


def send(state: State, outgoing: Outgoing, *events: Event) -> Step:
    """Send `outgoing`; its lines can be answered with numbers from now on."""
    ids, titles = _offers_of(outgoing)
    state = replace(state, offered=ids, titles=titles, is_at_list=False)
    if state.low_data and outgoing.options:
        outgoing = number_options(outgoing)
    return Step(state, (outgoing,), events)


def send_list(state: State, choice: Choice, outgoing: Outgoing) -> Step:
    """Send the list that `choice` stands for; "back" leads to it later."""
    step = send(state, outgoing)
    return replace(step, state=replace(step.state, list_id=choice.button_id, is_at_list=True))


def send_also(step: Step, outgoing: Outgoing) -> Step:
    """Send `outgoing` after `step`; its options have the numbers after those offered already."""
    offered = step.state.offered
    ids, titles = _offers_of(outgoing)
    state = replace(step.state, offered=(*offered, *ids), titles=(*step.state.titles, *titles))
    if state.low_data and outgoing.options:
        outgoing = number_options(outgoing, first=len(offered) + 1)
    return replace(step, state=state, outgoing=(*step.outgoing, outgoing))


def _offers_of(outgoing: Outgoing) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the ids of what can be tapped, and the line of each without its number."""
    ids = tuple(option.id for option in outgoing.options)
    return ids, tuple(line_of(option) for option in outgoing.options)


def line_of(option: Option) -> str:
    """Return what stands on an option: its line without a number, or its title."""
    if option.detail:
        return option.detail
    number, point, line = option.title.partition(". ")
    return line if point and number.isdecimal() else option.title

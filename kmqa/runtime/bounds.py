"""What of a turn leaves where a bound is reached, and how that is said to the person. Pure.

Two bounds are known when a turn was decided: the messages read like those of a programme that
answers by itself, or more came at once than is read at once. What is said to a programme is held,
for curators to see. Each bound is said once, in the person's language, and never beside the text
for a danger sign, which is never held but where it answers the bot's own words.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from kmqa.channels.may_leave import HoldReason
from kmqa.dialogue.events import Asked, Event
from kmqa.dialogue.state import State, restore
from kmqa.dialogue.turn import Turn
from kmqa.index.contents import Contents
from kmqa.messages import AFTER_STOP, Outgoing
from kmqa.runtime import traffic
from kmqa.runtime.notices import compose_notice
from kmqa.runtime.traffic import Loop, Notice, Traffic
from kmqa.state.inbox import Waiting
from kmqa.state.people import Person

_WITHOUT_CONSEQUENCE = (Asked,)  # events of a turn that may be left out with its replies


@dataclass(frozen=True, slots=True)
class Bound:
    """Whose turn it is, and what it answers.

    Attributes:
        messages: Which were read.
        has_too_much: Whether more waits than is read at once.
    """

    person: Person
    messages: Sequence[Waiting]
    now: float
    has_too_much: bool


@dataclass(frozen=True, slots=True)
class BoundedTurn:
    """A turn with what leaves of it.

    Attributes:
        turn: Its state and events are stored.
        outgoing: To be sent.
        traffic: What came and went lately, as JSON values.
        held: What may not leave.
        hold_reason: Why.
    """

    turn: Turn
    outgoing: tuple[Outgoing, ...]
    traffic: object
    held: tuple[Outgoing, ...] = ()
    hold_reason: HoldReason = "loop"


def apply_bounds(turn: Turn, bound: Bound, contents: Contents) -> BoundedTurn:
    """Return what leaves of `turn`."""
    before = traffic.restore(bound.person.traffic)
    known, loop = traffic.hear(before, bound.messages)
    if loop and _may_be_held(turn, loop, bound.person):
        return _hold(turn, bound, contents, known)
    outgoing = turn.outgoing
    is_danger = any(one.purpose == "danger" for one in outgoing)
    if bound.has_too_much and outgoing and not is_danger:
        known, notice = _notify("limit_pace", known, turn.state, contents, bound.now)
        outgoing = (*outgoing, *notice)
    known = traffic.say(known, [one.text for one in outgoing], bound.now)
    return BoundedTurn(turn, outgoing, traffic.serialise(known))


def _hold(turn: Turn, bound: Bound, contents: Contents, known: Traffic) -> BoundedTurn:
    """Return a turn in which nothing happened but that its replies are held, which is said once."""
    person = bound.person
    known, notice = _notify("limit_repeats", known, turn.state, contents, bound.now)
    state = restore(person.conversation, opted_out=person.opted_out)
    return BoundedTurn(
        replace(turn, outgoing=(), state=state, events=()),
        notice,
        traffic.serialise(known),
        held=turn.outgoing,
    )


def _may_be_held(turn: Turn, loop: Loop, person: Person) -> bool:
    """Return whether nothing is lost with the replies: no danger, order, hand-over, step of a flow.

    The text for a danger sign that was found in the bot's own words may be: it is what comes back.
    """
    if not turn.outgoing or not all(_is_without_consequence(event) for event in turn.events):
        return False
    if turn.state.flow != restore(person.conversation, opted_out=person.opted_out).flow:
        return False
    purposes = {one.purpose for one in turn.outgoing}
    return not purposes & (AFTER_STOP - ({"danger"} if loop == "echo" else set()))


def _is_without_consequence(event: Event) -> bool:
    return isinstance(event, _WITHOUT_CONSEQUENCE)


def _notify(
    name: Notice, known: Traffic, state: State, contents: Contents, now: float
) -> tuple[Traffic, tuple[Outgoing, ...]]:
    """Return the notice in the person's language, once in hours, and what is known after it."""
    if not traffic.is_due(known, name, now):
        return known, ()
    said = compose_notice(name, state, contents)
    return (traffic.tell(known, name, now), (said,)) if said else (known, ())

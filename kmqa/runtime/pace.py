"""How much of what one person wrote is read at once, so that nobody else waits for it. Pure.

Work has two bounds. A turn takes a slice of what waits; the rest goes behind everybody who waits
already. Whoever writes more than a person types is read bit by bit, at the rate of a bucket that
refills; they are told so once. Nothing is lost: every message is read in the end, and what looks
like a danger sign, or is an order such as *stop*, is read first.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from kmqa.dialogue import commands
from kmqa.messages import Urgency
from kmqa.state.inbox import Waiting

SLICE = 4_096  # characters of a turn: one message of the greatest length, or many short ones
MOST_AT_ONCE = 20  # messages of a turn
BURST = 12_000  # characters that somebody may write at once
RATE = 100.0  # characters a second that are read of one person beyond that; people type 3 to 8
_EACH = 100  # characters that a message counts for beside its own
_MOST_KNOWN = 10_000  # people whose pace is remembered


@dataclass(frozen=True, slots=True)
class Slice:
    """What is read of a person's messages in one turn.

    Attributes:
        taken: To be answered now, in their order.
        rest: To be answered later.
    """

    taken: tuple[Waiting, ...]
    rest: tuple[Waiting, ...] = ()


def take_slice(waiting: Sequence[Waiting]) -> Slice:
    """Return as much of `waiting` as one turn may hold: at least one message where there is one.

    Where all of it fits, all is taken. Else what cannot wait is taken alone, and first.
    """
    if len(waiting) <= MOST_AT_ONCE and sum(map(_size, waiting)) <= SLICE:
        return Slice(tuple(waiting))
    pressing = take_pressing(waiting)
    return pressing if pressing.taken else _fill_slice(waiting, waiting)


def take_pressing(waiting: Sequence[Waiting]) -> Slice:
    """Return as much as one turn may hold of what cannot wait: danger signs and orders."""
    return _fill_slice(waiting, [one for one in waiting if _is_pressing(one)])


def _fill_slice(waiting: Sequence[Waiting], wanted: Sequence[Waiting]) -> Slice:
    """Return as much of `wanted`, in its order, as one turn may hold, but one at least."""
    taken: set[int] = set()
    left = SLICE
    for message in wanted:
        left -= _size(message)
        if taken and (left < 0 or len(taken) == MOST_AT_ONCE):
            break
        taken.add(message.id)
    return Slice(
        tuple(one for one in waiting if one.id in taken),
        tuple(one for one in waiting if one.id not in taken),
    )


def weigh(messages: Sequence[Waiting]) -> int:
    """Return what `messages` count for, in characters."""
    return sum(_size(message) + _EACH for message in messages)


def _size(message: Waiting) -> int:
    return len(message.text or message.transcript or "")


def _is_pressing(message: Waiting) -> bool:
    """Whether a message goes before others of the same person: danger, or an order."""
    if message.urgency == Urgency.LIKELY:
        return True
    return commands.command_in(message.text or "") is not None


@dataclass(slots=True)
class Paces:
    """How much each person wrote lately, as one process knows it.

    A bucket of `BURST` characters for each, which refills at `RATE`.
    """

    _left: dict[int, tuple[float, float]] = field(default_factory=dict)

    def find_delay(self, person: int, now: float) -> float:
        """Return the seconds until more of the person may be read; 0 for now."""
        return max(0.0, -self._tokens(person, now) / RATE)

    def count(self, person: int, characters: int, now: float) -> None:
        """Count what was read of the person."""
        self._left[person] = (self._tokens(person, now) - characters, now)
        if len(self._left) > _MOST_KNOWN:
            full = [one for one in self._left if self._tokens(one, now) >= BURST]
            for one in full:
                del self._left[one]

    def _tokens(self, person: int, now: float) -> float:
        tokens, at = self._left.get(person, (float(BURST), now))
        return min(float(BURST), tokens + max(0.0, now - at) * RATE)

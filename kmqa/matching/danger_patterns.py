"""Word patterns of danger signs, as curators write them.

A pattern is words separated by spaces, all of which must occur in the message, in any order::

    bleed*|soak* pad*|cloth* !spotting

``a|b`` stands for either word, a trailing ``*`` for any ending, and a leading ``!`` says that the
word must not occur.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kmqa import text
from kmqa.records import UrgentEntry


@dataclass(frozen=True, slots=True)
class Slot:
    """Words of which one must occur, or none where it is forbidden."""

    words: tuple[str, ...]
    is_forbidden: bool


@dataclass(frozen=True, slots=True)
class Pattern:
    """A curator's pattern: all slots must hold.

    Attributes:
        wanted: Numbers of the slots of which a word must occur.
        forbidden: Numbers of the slots of which none may.
    """

    entry_id: str
    wanted: frozenset[int]
    forbidden: frozenset[int]

    def fits(self, occurring: set[int]) -> bool:
        """Return whether the pattern holds where just these slots occur."""
        return self.wanted <= occurring and not self.forbidden & occurring


class Patterns:
    """All patterns of a bundle; each word of a message is looked up once for all of them."""

    def __init__(self, patterns: Iterable[tuple[str, str]]) -> None:
        """Compile pairs of an entry's id and a pattern, in the order in which they count."""
        self._numbers: dict[tuple[str, ...], int] = {}
        self._exact: dict[str, set[int]] = {}
        self._beginnings: dict[str, set[int]] = {}
        self._patterns = [self._compile(*pair) for pair in patterns]
        self._by_slot: dict[int, list[int]] = {}
        for place, pattern in enumerate(self._patterns):
            self._by_slot.setdefault(max(pattern.wanted), []).append(place)

    def find(self, message: str) -> str | None:
        """Return the id of the first entry of which a pattern fits `message`, or None."""
        occurring = self._find_slots(text.words(message))
        likely = sorted(place for slot in occurring for place in self._by_slot.get(slot, ()))
        candidates = (self._patterns[place] for place in likely)
        return next((pattern.entry_id for pattern in candidates if pattern.fits(occurring)), None)

    def _find_slots(self, words: Iterable[str]) -> set[int]:
        occurring: set[int] = set()
        for word in words:
            occurring |= self._exact.get(word, set())
            for end in range(1, len(word) + 1):
                occurring |= self._beginnings.get(word[:end], set())
        return occurring

    def _compile(self, entry_id: str, pattern: str) -> Pattern:
        slots = compile_pattern(pattern)
        numbers = [(self._number_slot(slot.words), slot.is_forbidden) for slot in slots]
        return Pattern(
            entry_id,
            frozenset(number for number, is_forbidden in numbers if not is_forbidden),
            frozenset(number for number, is_forbidden in numbers if is_forbidden),
        )

    def _number_slot(self, words: tuple[str, ...]) -> int:
        if words not in self._numbers:
            number = self._numbers[words] = len(self._numbers)
            for word in words:
                words_held = self._beginnings if word.endswith("*") else self._exact
                words_held.setdefault(word.removesuffix("*"), set()).add(number)
        return self._numbers[words]


def list_patterns(entries: Iterable[UrgentEntry]) -> Iterator[tuple[str, str]]:
    """Yield each pattern of `entries` with the id of its entry, in the order that counts."""
    for entry in entries:
        for patterns in entry.patterns.values():
            for pattern in patterns:
                yield entry.id, pattern


def compile_pattern(pattern: str) -> tuple[Slot, ...]:
    """Return the slots of `pattern`, normalised like the messages that they are compared with.

    Raises:
        ValueError: A slot has no word, or every slot is a forbidden one.
    """
    slots = tuple(_compile_slot(part) for part in pattern.split())
    if not any(not slot.is_forbidden for slot in slots):
        message = f"pattern {pattern!r} names no word that must occur"
        raise ValueError(message)
    return slots


def _compile_slot(part: str) -> Slot:
    is_forbidden = part.startswith("!")
    words = tuple(text.normalise(word) for word in part.lstrip("!").split("|"))
    if not all(word.rstrip("*") for word in words):
        message = f"slot {part!r} has an empty alternative"
        raise ValueError(message)
    return Slot(words, is_forbidden)

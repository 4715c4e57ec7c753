"""Danger signs, recognised before anything else is matched.

Three things speak for a danger sign: a word pattern that a curator wrote, likeness to an example,
and the model that the build fitted on all examples (`kmqa.index.danger_model`). Likeness to a
near-miss and to an ordinary wording speak against. One rule that the build learnt weighs them all
and raises the alarm; the pattern, or else the nearest example, says which sign it is. A pattern is
words separated by spaces, all of which must occur in the message, in any order::

    bleed*|soak* pad*|cloth* !spotting

``a|b`` stands for either word, a trailing ``*`` for any ending, and a leading ``!`` says that the
word must not occur. A message that is a near-miss almost word for word is not urgent at all. In a
corpus with few examples there is nothing to learn a rule from; there a pattern that fits decides,
and else likeness, unless a near-miss is closer or an ordinary question clearly closer.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from kmqa import text
from kmqa.index.contents import Wording, targets_of
from kmqa.matching import match
from kmqa.records import Alarm, UrgentEntry, Weights

# A danger sign cannot wait: an ordinary question must be clearly closer to win against it.
ORDINARY_LEAD = 0.05
# Two messages this alike differ by a typo; chosen above any likeness of different questions.
SAME_MESSAGE = 0.93
EVIDENCE = ("taught", "likeness", "near_miss", "ordinary", "pattern")
"""Weights of `kmqa.records.Alarm` in the order of `evidence`."""


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
        """Whether the pattern holds where just these slots occur."""
        return self.wanted <= occurring and not self.forbidden & occurring


class Patterns:
    """All patterns of a bundle; each word of a message is looked up once for all of them."""

    def __init__(self, patterns: Iterable[tuple[str, str]]) -> None:
        """Compile pairs of an entry's id and a pattern, in the order in which they count."""
        self._numbers: dict[tuple[str, ...], int] = {}
        self._exact: dict[str, set[int]] = {}
        self._beginnings: dict[str, set[int]] = {}
        self._patterns = [self._compiled(*pair) for pair in patterns]
        self._by_slot: dict[int, list[int]] = {}
        for place, pattern in enumerate(self._patterns):
            self._by_slot.setdefault(max(pattern.wanted), []).append(place)

    def found(self, message: str) -> str | None:
        """Id of the first entry of which a pattern fits `message`, or None."""
        occurring = self._occurring(text.words(message))
        likely = sorted(place for slot in occurring for place in self._by_slot.get(slot, ()))
        fitting = (self._patterns[place] for place in likely)
        return next((one.entry_id for one in fitting if one.fits(occurring)), None)

    def _occurring(self, words: Iterable[str]) -> set[int]:
        occurring: set[int] = set()
        for word in words:
            occurring |= self._exact.get(word, set())
            for end in range(1, len(word) + 1):
                occurring |= self._beginnings.get(word[:end], set())
        return occurring

    def _compiled(self, entry_id: str, pattern: str) -> Pattern:
        slots = compiled(pattern)
        numbers = [(self._number(slot.words), slot.is_forbidden) for slot in slots]
        return Pattern(
            entry_id,
            frozenset(number for number, is_forbidden in numbers if not is_forbidden),
            frozenset(number for number, is_forbidden in numbers if is_forbidden),
        )

    def _number(self, words: tuple[str, ...]) -> int:
        if words not in self._numbers:
            number = self._numbers[words] = len(self._numbers)
            for word in words:
                held = self._beginnings if word.endswith("*") else self._exact
                held.setdefault(word.removesuffix("*"), set()).add(number)
        return self._numbers[words]


@dataclass(frozen=True, slots=True)
class Signs:
    """What tells a query's likeness to danger signs.

    Attributes:
        likeness: To the nearest example of each danger sign, by id; at most 1.
        near_miss: To the nearest near-miss of any; at most 1.
        ordinary: To the nearest wording of an answer or refusal group; at most 1.
        danger: Score of the model of danger signs: the higher, the surer.
    """

    likeness: Mapping[str, float]
    near_miss: float
    ordinary: float
    danger: float = match.NO_DANGER

    @property
    def nearest(self) -> str:
        """Id of the danger sign with the nearest example; there must be one."""
        return max(self.likeness, key=lambda name: (self.likeness[name], name))


class UrgentLayer:
    """Recognises the danger signs of one open bundle."""

    def __init__(self, entries: Sequence[UrgentEntry], wordings: Sequence[Wording]) -> None:
        """Compile the patterns of `entries`; `wordings` are all rows of the bundle."""
        self._patterns = Patterns(patterns_of(entries))
        targets = targets_of(wordings)
        self._examples = [target for target in targets if target.kind == "urgent"]
        self._near_misses = [target for target in targets if target.kind == "near_miss"]

    def signs(
        self, query: match.Query, matcher: match.Matcher, weights: Weights, ordinary: float
    ) -> Signs:
        """How much `query` looks like each danger sign, and like what speaks against."""
        best = {
            target.id: score
            for target, score in zip(
                self._examples, matcher.similarity(query, weights, self._examples), strict=True
            )
        }
        against = matcher.similarity(query, weights, self._near_misses)
        return Signs(best, max(against, default=-1.0), ordinary, query.danger)

    def recognised(
        self, message: str, signs: Signs, threshold: float, alarm: Alarm | None = None
    ) -> str | None:
        """Id of the danger sign that `message` reports, or None.

        Args:
            message: The message as it came.
            signs: Its likeness, from `signs`.
            threshold: Least likeness to an example, in [0, 1], where there is no `alarm`.
            alarm: Weighs the evidence.
        """
        if signs.near_miss >= SAME_MESSAGE and signs.near_miss >= max(
            signs.likeness.values(), default=0.0
        ):
            return None
        by_pattern = self._patterns.found(message)
        if alarm is None or not signs.likeness:
            return by_pattern or by_likeness(signs, threshold)
        if not is_alarm(signs, alarm, is_pattern=by_pattern is not None):
            return None
        return by_pattern or signs.nearest


def evidence(signs: Signs, taught: float, *, is_pattern: bool) -> tuple[float, ...]:
    """Numbers in the order of `EVIDENCE`; there must be an example of a danger sign.

    Args:
        signs: What the message looks like.
        taught: Score of a model of danger signs that has not seen the message.
        is_pattern: Whether a pattern fits.
    """
    nearest = signs.likeness[signs.nearest]
    return (taught, nearest, signs.near_miss, signs.ordinary, float(is_pattern))


def is_alarm(signs: Signs, alarm: Alarm, *, is_pattern: bool) -> bool:
    """Whether all evidence together, weighed by `alarm`, tells a danger."""
    weights: tuple[float, ...] = tuple(getattr(alarm, name) for name in EVIDENCE)
    found = evidence(signs, signs.danger, is_pattern=is_pattern)
    total = sum(weight * value for weight, value in zip(weights, found, strict=True))
    return total + alarm.intercept >= 0


def patterns_of(entries: Iterable[UrgentEntry]) -> Iterator[tuple[str, str]]:
    """Each pattern of `entries` with the id of its entry, in the order in which they count."""
    for entry in entries:
        for patterns in entry.patterns.values():
            for pattern in patterns:
                yield entry.id, pattern


def by_likeness(signs: Signs, threshold: float) -> str | None:
    """Id of the danger sign whose examples `signs` are near enough to, or None."""
    if not signs.likeness:
        return None
    entry_id = signs.nearest
    score = signs.likeness[entry_id]
    if score < threshold or score < signs.near_miss or score < signs.ordinary - ORDINARY_LEAD:
        return None
    return entry_id


def compiled(pattern: str) -> tuple[Slot, ...]:
    """The slots of `pattern`, each normalised like the messages that they are held against.

    Raises:
        ValueError: A slot has no word, or every slot is a forbidden one.
    """
    slots = tuple(_slot(part) for part in pattern.split())
    if not any(not slot.is_forbidden for slot in slots):
        message = f"pattern {pattern!r} names no word that must occur"
        raise ValueError(message)
    return slots


def _slot(part: str) -> Slot:
    is_forbidden = part.startswith("!")
    words = tuple(text.normalise(word) for word in part.lstrip("!").split("|"))
    if not all(word.rstrip("*") for word in words):
        message = f"slot {part!r} has an empty alternative"
        raise ValueError(message)
    return Slot(words, is_forbidden)

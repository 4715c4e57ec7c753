"""A first look at a message, before it waits: may it report a danger sign?

It decides nothing but the order in which people are answered. It knows the curators' word patterns
and how much oftener each word stands in examples of danger signs than in other wordings; it needs
no encoder and takes 0.1 ms, 4 ms for the longest message that a channel takes. Whether something is
a danger sign, `kmqa.matching.danger` says for every message, in whatever order.
"""

import math
from collections import Counter
from collections.abc import Iterable, Sequence

from kmqa import text
from kmqa.index.contents import Wording
from kmqa.matching.danger_patterns import Patterns, list_patterns
from kmqa.messages import Urgency
from kmqa.records import UrgentEntry

# Of the starter corpus's danger lines 98 % are likely and 100 % at least possible; of its other
# test lines 8 % and 25 % (2026-11-30).
_LIKELY = 4.0
_POSSIBLE = 0.0
_WHOLE = 16  # words of a message that is weighed as a whole
_STRETCH = 8  # words of a longer one that are weighed together, so that a report weighs as if alone
_STEM = 5  # letters by which forms of a word are known for one
_LEAST_SEEN = 2  # wordings that a word stands in before it says something
_SMOOTHING = 0.5  # wordings that are added to every count, so that no weight is infinite


class FirstLook:
    """What an open bundle says about how urgent a message looks; threads may share it."""

    def __init__(self, entries: Sequence[UrgentEntry], wordings: Iterable[Wording]) -> None:
        """Weigh the words of `wordings`; the patterns are those of `entries`."""
        self._patterns = Patterns(list_patterns(entries))
        self._weights = _weigh_words(wordings)

    def urgency(self, message: str) -> Urgency:
        """Return how urgent `message` looks."""
        evidence = self.weigh(message)
        if evidence > _LIKELY:
            return Urgency.LIKELY
        return Urgency.POSSIBLE if evidence > _POSSIBLE else Urgency.ORDINARY

    def fits_pattern(self, message: str) -> bool:
        """Return whether a word pattern of the curators finds a danger sign in `message`."""
        return self._patterns.find(message) is not None

    def weigh(self, message: str) -> float:
        """Return the log odds of the stretch that speaks most for a danger sign.

        They are infinite where a pattern fits.
        """
        if self.fits_pattern(message):
            return math.inf
        weights = [self._weight(word) for word in text.words(message)]
        if len(weights) <= _WHOLE:
            return sum(weights)
        total = best = sum(weights[:_STRETCH])
        for last in range(_STRETCH, len(weights)):
            total += weights[last] - weights[last - _STRETCH]
            best = max(best, total)
        return best

    def _weight(self, word: str) -> float:
        return sum(self._weights.get(token, 0.0) for token in _tokens(word))


def _weigh_words(wordings: Iterable[Wording]) -> dict[str, float]:
    """Return the log odds of each word: how much oftener it stands in examples of danger signs."""
    counts: tuple[Counter[str], Counter[str]] = (Counter(), Counter())
    n = [0, 0]
    for wording in wordings:
        is_danger = wording.kind == "urgent"
        n[is_danger] += 1
        counts[is_danger].update({t for word in text.words(wording.text) for t in _tokens(word)})
    if not all(n):
        return {}
    other, danger = counts
    seen = (token for token in danger.keys() | other.keys())
    return {
        token: _log_share(danger[token], n[True]) - _log_share(other[token], n[False])
        for token in seen
        if danger[token] + other[token] >= _LEAST_SEEN
    }


def _log_share(count: int, n: int) -> float:
    return math.log((count + _SMOOTHING) / (n + 2 * _SMOOTHING))


def _tokens(word: str) -> tuple[str, ...]:
    """Return what stands for `word`: itself, and where it is long its stem."""
    return (word, f"{word[:_STEM]}*") if len(word) > _STEM else (word,)

"""Danger signs, detected before anything else is matched.

Three things speak for a danger sign: a word pattern that a curator wrote, similarity to an example,
and the model that the build fitted on all examples (`kmqa.index.danger_model`). Similarity to a
near-miss and to an ordinary wording speak against. One rule that the build fitted weighs them all;
the pattern, or else the nearest example, says which sign it is. A message that is a near-miss
almost word for word is no danger at all. In a corpus with few examples there is nothing to fit a
rule on; there a pattern that fits decides, and else similarity, unless a near-miss is closer or an
ordinary question clearly closer.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kmqa.index.contents import Wording, targets_of
from kmqa.matching import match
from kmqa.matching.danger_patterns import Patterns, list_patterns
from kmqa.matching.prepare import NO_DANGER, PreparedQuery
from kmqa.records import DangerRule, UrgentEntry

# A danger sign cannot wait: an ordinary question must be clearly closer to win against it.
ORDINARY_MARGIN = 0.05
# Two messages this similar differ by a typo; chosen above any similarity of different questions.
SAME_MESSAGE = 0.93
EVIDENCE = ("model", "similarity", "near_miss", "ordinary", "pattern")
"""Weights of `kmqa.records.DangerRule` in the order of `evidence_row`."""


@dataclass(frozen=True, slots=True)
class DangerSimilarity:
    """How similar a message is to danger signs, and to what speaks against them.

    Attributes:
        by_sign: To the nearest example of each danger sign, by id; at most 1.
        near_miss: To the nearest near-miss of any; at most 1.
        ordinary: To the nearest wording of an answer or refusal group; at most 1.
        model_score: Of the danger model: the higher, the surer.
    """

    by_sign: Mapping[str, float]
    near_miss: float
    ordinary: float
    model_score: float = NO_DANGER

    @property
    def nearest(self) -> str:
        """Id of the danger sign with the nearest example; there must be one."""
        return max(self.by_sign, key=lambda name: (self.by_sign[name], name))


class DangerDetector:
    """Detects the danger signs of one open bundle."""

    def __init__(self, entries: Sequence[UrgentEntry], wordings: Sequence[Wording]) -> None:
        """Compile the patterns of `entries`; `wordings` are all rows of the bundle."""
        self._patterns = Patterns(list_patterns(entries))
        targets = targets_of(wordings)
        self._examples = [target for target in targets if target.kind == "urgent"]
        self._near_misses = [target for target in targets if target.kind == "near_miss"]

    def measure(
        self,
        query: PreparedQuery,
        matcher: match.Matcher,
        weights: Mapping[str, float],
        ordinary: float,
    ) -> DangerSimilarity:
        """Return how similar `query` is to each danger sign, and to what speaks against."""
        best = {
            target.id: score
            for target, score in zip(
                self._examples, matcher.similarity(query, weights, self._examples), strict=True
            )
        }
        against = matcher.similarity(query, weights, self._near_misses)
        return DangerSimilarity(best, max(against, default=-1.0), ordinary, query.danger)

    def detect(
        self,
        message: str,
        found: DangerSimilarity,
        threshold: float,
        rule: DangerRule | None = None,
    ) -> str | None:
        """Return the id of the danger sign that `message` reports, or None.

        Args:
            message: The message as it came.
            found: Its similarity, from `measure`.
            threshold: Least similarity to an example, in [0, 1], where there is no `rule`.
            rule: Weighs the evidence.
        """
        if found.near_miss >= SAME_MESSAGE and found.near_miss >= max(
            found.by_sign.values(), default=0.0
        ):
            return None
        by_pattern = self._patterns.find(message)
        if rule is None or not found.by_sign:
            return by_pattern or detect_by_similarity(found, threshold)
        if not is_danger(found, rule, is_pattern=by_pattern is not None):
            return None
        return by_pattern or found.nearest


def evidence_row(
    found: DangerSimilarity, model_score: float, *, is_pattern: bool
) -> tuple[float, ...]:
    """Return numbers in the order of `EVIDENCE`; there must be an example of a danger sign.

    Args:
        found: What the message is similar to.
        model_score: Of a danger model that was not fitted on the message.
        is_pattern: Whether a pattern fits.
    """
    nearest = found.by_sign[found.nearest]
    return (model_score, nearest, found.near_miss, found.ordinary, float(is_pattern))


def is_danger(found: DangerSimilarity, rule: DangerRule, *, is_pattern: bool) -> bool:
    """Return whether all evidence together, weighed by `rule`, tells a danger."""
    weights: tuple[float, ...] = tuple(getattr(rule, name) for name in EVIDENCE)
    row = evidence_row(found, found.model_score, is_pattern=is_pattern)
    total = sum(weight * value for weight, value in zip(weights, row, strict=True))
    return total + rule.intercept >= 0


def detect_by_similarity(found: DangerSimilarity, threshold: float) -> str | None:
    """Return the id of the danger sign that `found` is similar enough to, or None."""
    if not found.by_sign:
        return None
    entry_id = found.nearest
    score = found.by_sign[entry_id]
    if score < threshold or score < found.near_miss or score < found.ordinary - ORDINARY_MARGIN:
        return None
    return entry_id

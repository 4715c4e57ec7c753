"""What a report draws: risk against coverage, confidence against truth, and where scores lie."""

from dataclasses import dataclass

import numpy as np

from kmqa.eval.metrics import Judged

_BINS = 10
_BARS = 20


@dataclass(frozen=True, slots=True)
class Bin:
    """Queries of like confidence.

    Attributes:
        confidence: Their mean confidence in [0, 1].
        right: Share of them whose first candidate is right, in [0, 1].
    """

    confidence: float
    right: float
    n: int


def risk_coverage(found: Judged) -> list[tuple[float, float]]:
    """Share answered and share wrong among them, as the threshold falls; surest first.

    An unanswerable query counts as wrong. Queries of one confidence are answered together.
    """
    if not found.confidence.size:
        return []
    order = np.argsort(-found.confidence, kind="stable")
    wrong = np.cumsum(~found.is_right[order])
    n = np.arange(1, order.size + 1)
    confidence = found.confidence[order]
    last_of_tie = np.append(confidence[1:] != confidence[:-1], True)
    pairs = zip((n / order.size)[last_of_tie], (wrong / n)[last_of_tie], strict=True)
    return [(float(coverage), float(risk)) for coverage, risk in pairs]


def reliability(found: Judged) -> list[Bin]:
    """Tenths of the range of confidence that hold any query, lowest first."""
    place = np.minimum((found.confidence * _BINS).astype(int), _BINS - 1)
    return [
        Bin(
            confidence=float(found.confidence[place == number].mean()),
            right=float(found.is_right[place == number].mean()),
            n=int((place == number).sum()),
        )
        for number in range(_BINS)
        if (place == number).any()
    ]


def calibration_error(found: Judged) -> float | None:
    """Mean gap between confidence and truth over tenths of the range, weighted by their size.

    In [0, 1], 0 is best. Source: M. Naeini et al., AAAI 2015 (expected calibration error).
    """
    bins = reliability(found)
    n = sum(one.n for one in bins)
    return sum(one.n * abs(one.confidence - one.right) for one in bins) / n if n else None


def histogram(found: Judged) -> tuple[list[int], list[int]]:
    """How many answerable and how many unanswerable queries lie in each twentieth of [0, 1]."""
    edges = np.linspace(0, 1, _BARS + 1)
    inside, _ = np.histogram(found.confidence[found.is_answerable], edges)
    outside, _ = np.histogram(found.confidence[~found.is_answerable], edges)
    return [int(n) for n in inside], [int(n) for n in outside]

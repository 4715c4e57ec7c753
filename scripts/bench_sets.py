"""The public sets that the bench runs on, and how figures on them are computed."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from kmqa.eval import metrics

FIXED_THRESHOLD = 0.7  # what tutorials suggest, and so what a user would pick
FloatArray = npt.NDArray[np.float32]


@dataclass(frozen=True)
class PublicSet:
    """Answers with wordings, and queries with expected ids.

    Attributes:
        floor: Least figures by metric: the better of the fused score with fixed weights and of
            plain cosine, as given with the sets.
        goal: Figures to reach later.
    """

    name: str
    answers: Path
    queries: Path
    floor: dict[str, float]
    goal: dict[str, float]

    def answer_lines(self) -> list[dict[str, Any]]:
        """Return the answers, each with a text: sets without texts get a placeholder."""
        lines = _lines(self.answers)
        return [line | {"answer": line["answer"] or "(no text in this set)"} for line in lines]

    def query_lines(self) -> list[dict[str, Any]]:
        """Return the queries as they stand."""
        return _lines(self.queries)


def public_sets(folder: Path, targets: Path) -> list[PublicSet]:
    """Return the sets in `folder` that `targets` names, with floors and goals."""
    return [
        PublicSet(
            name=name,
            answers=folder / facts["answers"],
            queries=folder / facts["queries"],
            floor=facts["floor"],
            goal=facts["goal"],
        )
        for name, facts in json.loads(targets.read_text(encoding="utf-8")).items()
    ]


def figures(scores: FloatArray, expected: npt.NDArray[np.int64]) -> dict[str, float]:
    """Return the figures of a peer for q queries and t answers, as `kmqa eval` defines them.

    Args:
        scores: Shape (q, t), higher is better.
        expected: Right answer of each query, or -1, shape (q,).
    """
    answerable = expected >= 0
    best, confidence = scores.argmax(axis=1), scores.max(axis=1)
    right = (best == expected) & answerable
    sure = confidence >= FIXED_THRESHOLD
    judged = metrics.Judged(confidence.astype(np.float64), right, answerable)
    found = {
        "top-1": float(right[answerable].mean()),
        "right at 90 %": metrics.right_at_90_refusal(judged),
        "AURC": metrics.aurc(judged),
        "right at 0.7": float((right & sure)[answerable].mean()),
        "unanswerable answered at 0.7": None if answerable.all() else sure[~answerable].mean(),
    }
    return {name: float(value) for name, value in found.items() if value is not None}


def _lines(path: Path) -> list[dict[str, Any]]:
    content = path.read_text(encoding="utf-8")
    return [json.loads(line) for line in content.splitlines() if line.strip()]

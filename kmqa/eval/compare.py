"""Two runs of one test set side by side: what was gained and lost, and whether it is chance."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import stats

from kmqa.errors import EvaluationError
from kmqa.eval import intervals, slices
from kmqa.eval.intervals import Interval
from kmqa.eval.test_set import URGENT

Line = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One measure in both runs.

    Attributes:
        n: Questions for which it is defined.
        interval: Of the difference ``b - a``, from a paired bootstrap.
        gained: Questions on which it holds in B alone.
        lost: Questions on which it holds in A alone.
        p: Exact two-sided McNemar test: how likely so uneven a split of gained and lost is where
            neither run is better.
    """

    name: str
    n: int
    a: float
    b: float
    interval: Interval
    gained: int
    lost: int
    p: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Everything that two runs differ in.

    Attributes:
        by_part: The same differences for each language, kind, role, length and script.
        moves: How often an outcome became another, the most frequent first.
        gained: Questions that B serves right (answers or offers) and A does not.
        lost: The other way round.
    """

    overall: Sequence[Difference]
    by_part: Mapping[str, Sequence[Difference]]
    moves: Sequence[tuple[str, str, int]]
    gained: Sequence[str]
    lost: Sequence[str]


def compare_lines(a: Sequence[Line], b: Sequence[Line]) -> Comparison:
    """`b` against `a`, two files of predictions over the same questions.

    Raises:
        EvaluationError: They are not over the same questions.
    """
    pairs = _pair(a, b)
    moves = Counter((str(x["outcome"]), str(y["outcome"])) for x, y in pairs)
    parts: dict[str, list[tuple[Line, Line]]] = {}
    for pair in pairs:
        for heading, part_of in _PARTS.items():
            part = part_of(pair[0])
            if part:
                parts.setdefault(f"{heading} {part}", []).append(pair)
    return Comparison(
        overall=_differences(pairs),
        by_part={name: _differences(parts[name]) for name in sorted(parts)},
        moves=[(*move, n) for move, n in moves.most_common() if move[0] != move[1]],
        gained=[str(x["text"]) for x, y in pairs if _is_served(y) and _is_served(x) is False],
        lost=[str(x["text"]) for x, y in pairs if _is_served(x) and _is_served(y) is False],
    )


def _pair(a: Sequence[Line], b: Sequence[Line]) -> list[tuple[Line, Line]]:
    keys = [[(line["text"], str(line.get("history")), line.get("lang")) for line in run]
            for run in (a, b)]  # fmt: skip
    if keys[0] != keys[1]:
        raise EvaluationError(
            "the two runs are not over the same questions",
            got=f"{len(a)} and {len(b)} lines",
            expected="the same questions in the same order",
            remedy="Run the same test set against both bundles.",
        )
    return list(zip(a, b, strict=True))


def _right_ids(line: Line) -> tuple[str, ...]:
    value = line.get("expected")
    return () if value is None else tuple(value) if isinstance(value, list) else (str(value),)


def _first_right(line: Line) -> bool | None:
    """Not defined for danger signs, which are not among the candidates."""
    expected = _right_ids(line)
    if not expected or any(name.startswith(URGENT) for name in expected):
        return None
    candidates = line["candidates"]
    return bool(candidates) and candidates[0]["answer_id"] in _right_ids(line)


def _is_served(line: Line) -> bool | None:
    """Answered right or offered, or the danger sign recognised."""
    expected = _right_ids(line)
    if not expected:
        return None
    if line["outcome"] in {"answer", "urgent"}:
        return line["answer_id"] in expected
    return bool(set(line.get("offered", ())) & set(expected))


def _is_answered_wrong(line: Line) -> bool | None:
    return line["outcome"] == "answer" and line["answer_id"] not in _right_ids(line)


def _is_refused(line: Line) -> bool | None:
    return None if _right_ids(line) else line["outcome"] in {"refuse", "resources", "chat"}


_PARTS: Mapping[str, Callable[[Line], str | None]] = {
    "lang": lambda line: line.get("lang"),
    "kind": lambda line: line.get("kind"),
    "role": lambda line: (line.get("profile") or {}).get("role"),
    "length": lambda line: slices.length(line["text"]),
    "script": lambda line: slices.script(line["text"]),
}
_MEASURES: Mapping[str, Callable[[Line], bool | None]] = {
    "first candidate right": _first_right,
    "answered right or offered": _is_served,
    "answered wrong": _is_answered_wrong,
    "unanswerable refused": _is_refused,
}


def _differences(pairs: Sequence[tuple[Line, Line]]) -> list[Difference]:
    found = []
    for name, measure in _MEASURES.items():
        held = [(measure(x), measure(y)) for x, y in pairs]
        both = np.array([pair for pair in held if None not in pair], dtype=float).reshape(-1, 2)
        if both.size:
            found.append(_difference(name, both))
    return found


def _difference(name: str, both: np.ndarray[Any, np.dtype[np.float64]]) -> Difference:
    change = both[:, 1] - both[:, 0]
    gained, lost = int((change > 0).sum()), int((change < 0).sum())
    rows = np.arange(len(change))
    interval = intervals.bootstrap(lambda drawn: float(change[drawn].mean()), [rows])
    p = float(stats.binomtest(gained, gained + lost).pvalue) if gained + lost else 1.0
    return Difference(
        name=name,
        n=len(change),
        a=float(both[:, 0].mean()),
        b=float(both[:, 1].mean()),
        interval=interval,
        gained=gained,
        lost=lost,
        p=p,
    )

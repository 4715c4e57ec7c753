"""Hold two runs of `kmqa eval --predictions` against each other, line by line.

    kmqa eval corpus/tests/dev.jsonl --index BEFORE --predictions before/dev.jsonl
    kmqa eval corpus/tests/dev.jsonl --index AFTER --predictions after/dev.jsonl
    python scripts/compare_predictions.py before after

A change that should change nothing must leave every outcome, answer and choice as it was and no
score further than 1e-6 from where it was. `kmqa compare` is for other changes.
"""

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Line = Mapping[str, Any]
TOLERANCE = 1e-6
_ROUNDING = 1e-9  # scores are written with six digits; their difference is a float's
_MAX_SHOWN = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What two runs over the same questions differ in.

    Attributes:
        n: Lines compared.
        max_difference: Largest difference of any score, confidences of all candidates included.
        faults: Lines that differ in what is sent, in the order of candidates, or by too much.
    """

    n: int
    max_difference: float
    faults: tuple[str, ...]


def compare_lines(before: Sequence[Line], after: Sequence[Line], name: str = "") -> Result:
    """Compare two runs of one test set, given as the lines of their predictions files."""
    if [line["text"] for line in before] != [line["text"] for line in after]:
        return Result(n=0, max_difference=0.0, faults=(f"{name}: not over the same questions",))
    faults, largest = [], 0.0
    for number, (old, new) in enumerate(zip(before, after, strict=True), start=1):
        difference = _score_difference(old, new)
        largest = max(largest, difference)
        changed = [key for key in ("outcome", "answer_id", "offered") if old[key] != new[key]]
        if difference > TOLERANCE + _ROUNDING:
            changed.append(f"score by {difference:.2g}")
        if changed:
            faults.append(f"{name}:{number}: {', '.join(changed)}")
    return Result(n=len(before), max_difference=largest, faults=tuple(faults))


def _score_difference(old: Line, new: Line) -> float:
    """Return the largest difference of scores; infinite where other answers are candidates."""
    ours, theirs = ({c["answer_id"]: c["score"] for c in line["candidates"]} for line in (old, new))
    if len(ours) != len(theirs):
        return float("inf")
    if set(ours) != set(theirs):
        # The last of ten candidates may swap places with the eleventh at the same score.
        shared = set(ours) & set(theirs)
        least = min(ours.values(), default=0.0)
        odd = [*(ours[n] for n in set(ours) - shared), *(theirs[n] for n in set(theirs) - shared)]
        if not shared or any(abs(score - least) > TOLERANCE for score in odd):
            return float("inf")
    both = [abs(ours[name] - theirs[name]) for name in set(ours) & set(theirs)]
    return float(max([abs(old["score"] - new["score"]), *both]))


def read_lines(path: Path) -> list[Line]:
    """Read a predictions file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]


def main(argv: Sequence[str] | None = None) -> int:
    """Compare every file of one folder with that of the same name in the other."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("before", type=Path, help="folder of predictions files")
    parser.add_argument("after", type=Path, help="folder of predictions files of the same names")
    chosen = parser.parse_args(argv)
    names = sorted(path.name for path in chosen.before.glob("*.jsonl"))
    missing = [name for name in names if not (chosen.after / name).is_file()]
    if not names or missing:
        sys.stderr.write(f"no predictions to compare: {', '.join(missing) or chosen.before}\n")
        return 2
    results = [
        compare_lines(read_lines(chosen.before / name), read_lines(chosen.after / name), name)
        for name in names
    ]
    faults = [fault for result in results for fault in result.faults]
    sys.stdout.writelines(f"{fault}\n" for fault in faults[:_MAX_SHOWN])
    n = sum(result.n for result in results)
    largest = max(result.max_difference for result in results)
    sys.stdout.write(f"{n} lines, {len(faults)} differ, largest difference {largest:.2g}\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())

"""`kmqa compare`: two bundles, or two files of predictions, over one test set."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from kmqa import disk
from kmqa.commands import answering, progress
from kmqa.errors import EvaluationError
from kmqa.eval import compare, run, test_set
from kmqa.eval.compare import Comparison, Difference
from kmqa.index import bundle, store

_MOST_SHOWN = 15


def compare_runs(a: str, b: str, file: Path | None, *, index: Path, json_out: Path | None) -> int:
    """Print how `b` differs from `a`; returns 0.

    Args:
        a: A file of predictions, or the id of a bundle of `index`.
        b: The same.
        file: The test set that bundles are asked.
        index: Folder of bundles.
        json_out: File that afterwards holds the whole comparison.

    Raises:
        EvaluationError: A run cannot be read, or they are over different questions.
    """
    found = compare.compare_lines(_lines(a, file, index), _lines(b, file, index))
    console = Console(highlight=False, markup=False)
    console.print(_table("overall", found.overall))
    for name, differences in found.by_part.items():
        told = [one for one in differences if one.gained or one.lost]
        if told:
            console.print(_table(name, told))
    for was, became, n in found.moves:
        console.print(f"{was} became {became}: {n}")
    _print_questions(console, "gained", found.gained)
    _print_questions(console, "lost", found.lost)
    if json_out:
        disk.write_atomically(json_out, json.dumps(_plain(found), ensure_ascii=False, indent=1))
    return 0


def _lines(name: str, file: Path | None, index: Path) -> list[dict[str, Any]]:
    if Path(name).is_file():
        return read_predictions(Path(name))
    if file is None:
        raise EvaluationError(
            "bundles need a test set to be asked",
            which=name,
            remedy="Name the test set, or two files from kmqa eval --predictions.",
        )
    tests = test_set.read_test_set(file)
    responder = answering.responder_of(
        bundle.open_bundle(store.bundle_folder(index, name)), n_threads=1
    )
    with progress.bar(f"asking {name}", len(tests.queries)) as advance:
        predictions = run.predict(tests.queries, responder, lambda: advance(1))
    return [dict(run.prediction_line(one)) for one in predictions]


def read_predictions(path: Path) -> list[dict[str, Any]]:
    """Return the lines of a file that ``kmqa eval --predictions`` wrote.

    Raises:
        EvaluationError: It cannot be read, or is none.
    """
    try:
        lines = [json.loads(line) for line in path.read_bytes().split(b"\n") if line.strip()]
    except (OSError, ValueError) as error:
        raise EvaluationError(
            "the predictions cannot be read", which=str(path), got=type(error).__name__
        ) from error
    if not all(isinstance(line, dict) and "outcome" in line for line in lines):
        raise EvaluationError(
            "this is no file of predictions",
            which=str(path),
            remedy="Make one with kmqa eval FILE --predictions OUT.",
        )
    return lines


def _table(name: str, differences: Sequence[Difference]) -> Table:
    table = Table(name, "A", "B", "B - A, 95 % interval", "gained", "lost", "p", "n")
    for one in differences:
        between = f"{one.b - one.a:+.3f} ({one.interval.low:+.3f} to {one.interval.high:+.3f})"
        table.add_row(
            one.name, f"{one.a:.3f}", f"{one.b:.3f}", between,
            str(one.gained), str(one.lost), f"{one.p:.3f}", str(one.n),
        )  # fmt: skip
    return table


def _print_questions(console: Console, name: str, questions: Sequence[str]) -> None:
    console.print(f"{name}: {len(questions)}")
    for question in questions[:_MOST_SHOWN]:
        console.print(f"  {question}", soft_wrap=True)


def _plain(found: Comparison) -> dict[str, Any]:
    return asdict(found)

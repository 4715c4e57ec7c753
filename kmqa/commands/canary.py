"""`kmqa canary`: whether a running service still answers as it did when it was recorded."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from kmqa.commands import compare, evaluate, runs
from kmqa.eval import drift, test_set
from kmqa.eval.drift import Drift
from kmqa.runtime.client import fault_of

DRIFTED = 1  # the exit code; errors have others, so that a nightly job can tell them apart


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """What the service is held against.

    Attributes:
        recorded: File of predictions of an earlier run.
        most_changes: Questions that may have changed without an alarm.
    """

    recorded: Path
    most_changes: int = 0


def canary(
    file: Path,
    service: runs.Service,
    baseline: Baseline,
    predictions_out: Path | None = None,
) -> int:
    """Every question that changed is named; returns `DRIFTED` where they are too many, else 0.

    Args:
        file: The test set.
        service: What is asked.
        baseline: What it said before.
        predictions_out: File that afterwards holds today's run, as `kmqa eval` writes it.

    Raises:
        EvaluationError: The files are unreadable or over different questions, or the service
            changed its bundle meanwhile.
        ServiceError: The service cannot be asked.
    """
    tests = test_set.read_test_set(file)
    recorded = compare.read_predictions(baseline.recorded)
    evaluate.check_outputs(file, baseline.recorded, predictions_out)
    pairs = drift.match_recorded(
        tests.queries, recorded, lambda q: fault_of(q.text, q.profile, q.history) is None
    )
    runs.select_carriable(tests.queries)
    with runs.open_client(service) as client:
        known = client.live_bundle()
        predictions = runs.ask_all([query for query, _ in pairs], client, known)
    if predictions_out:
        evaluate.write_predictions(predictions_out, predictions)
    lines = [line for _, line in pairs]
    found = drift.find_drift(list(zip(predictions, lines, strict=True)))
    _print(found, f"{len(pairs):,} questions, bundle {known.bundle_id} at {client.url}", baseline)
    return DRIFTED if len(found) > baseline.most_changes else 0


def _print(found: Sequence[Drift], about: str, baseline: Baseline) -> None:
    console = Console(highlight=False, markup=False, soft_wrap=True)
    for one in found:
        console.print(f"{one.place}: {one.text}")
        console.print(f"  was {one.before}, is {one.after}")
    verdict = "drift" if len(found) > baseline.most_changes else "no drift"
    console.print(f"{verdict}: {len(found)} changed, {baseline.most_changes} may; {about}")

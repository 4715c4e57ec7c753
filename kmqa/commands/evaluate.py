"""`kmqa eval`: how well an index answers a test set."""

import json
from pathlib import Path

from rich.console import Console

from kmqa.commands import answering, leak_check, progress
from kmqa.corpus import disk
from kmqa.errors import EvaluationError
from kmqa.eval import report, run, summary, table, test_set
from kmqa.eval.metrics import Predictions
from kmqa.matching.respond import Responder
from kmqa.settings import today


def evaluate(  # noqa: PLR0913 - one argument an option of the command
    file: Path,
    index: Path,
    *,
    json_out: Path | None = None,
    predictions_out: Path | None = None,
    report_to: Path | None = None,
    allow_unknown: bool = False,
) -> int:
    """The figures of `file` against the live bundle of `index` are printed; returns 0.

    Args:
        file: A test set (see `kmqa.eval.test_set`).
        index: Folder of bundles.
        json_out: File that afterwards holds all figures, with intervals and slices.
        predictions_out: File that afterwards holds every line of `file` and what was replied.
        report_to: Folder that afterwards holds ``report.html`` and ``report.md``.
        allow_unknown: Count expected ids that the bundle does not have as misses.

    Raises:
        EvaluationError: The test set is unreadable or does not fit the bundle, or an output file
            cannot be written; that is found before any question is asked.
        BundleError: There is no bundle to ask.
    """
    tests = test_set.read_test_set(file)
    _check_outputs(file, json_out, predictions_out)
    responder = answering.open_responder(index)
    bundle_id, contents = responder.bundle.manifest.bundle_id, responder.bundle.contents
    if not allow_unknown:
        test_set.check_ids(tests, {*contents.answer_by_id, *contents.urgent_by_id})
    with progress.bar("asking", len(tests.queries)) as advance:
        predictions = run.predict(tests.queries, responder, lambda: advance(1))
    found = summary.summarise(predictions)
    if predictions_out:
        lines = (run.prediction_line(prediction) for prediction in predictions)
        _write(predictions_out, "".join(f"{_json(line)}\n" for line in lines))
    if json_out:
        facts = _facts(tests, bundle_id) | summary.document(found)
        _write(json_out, f"{_json(facts, indent=2)}\n")
    if report_to:
        _write_report(report_to, tests, responder, predictions)
    _print(tests, bundle_id, found)
    leak_check.warn_of_leaks(responder.bundle, tests.queries)
    return 0


def _write_report(
    folder: Path, tests: test_set.TestSet, responder: Responder, predictions: Predictions
) -> None:
    contents = responder.bundle.contents
    facts = report.Facts(
        file=tests.path.name,
        bundle_id=responder.bundle.manifest.bundle_id,
        day=today().isoformat(),
        threshold=contents.policy.threshold if contents.policy else None,
        topic_of={answer.id: answer.topic for answer in contents.answers},
    )
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise EvaluationError(
            "the report cannot be written", which=str(folder), got=(error.strerror or "").lower()
        ) from error
    _write(folder / "report.html", report.html(predictions, facts))
    _write(folder / "report.md", report.markdown(predictions, facts))


def _check_outputs(file: Path, *outputs: Path | None) -> None:
    taken = {file.resolve(): "the test set itself"}
    for path in outputs:
        if path is None:
            continue
        fault = _fault_of(path) or taken.get(path.resolve())
        if fault:
            raise EvaluationError(
                "the results cannot be written",
                which=str(path),
                got=fault,
                expected="a file of its own in a folder that exists",
            )
        taken[path.resolve()] = "one file for two results"


def _fault_of(path: Path) -> str | None:
    if path.is_dir():
        return "a folder"
    return None if path.parent.is_dir() else "a folder that does not exist"


def _facts(tests: test_set.TestSet, bundle_id: str) -> dict[str, object]:
    return {
        "file": tests.path.name,
        "file_sha256": tests.sha256,
        "bundle_id": bundle_id,
        "date": today().isoformat(),
    }


def _json(value: object, indent: int | None = None) -> str:
    return json.dumps(value, ensure_ascii=False, indent=indent)


def _write(path: Path, text: str) -> None:
    try:
        disk.write_atomically(path, text)
    except OSError as error:
        raise EvaluationError(
            "the results cannot be written", which=str(path), got=(error.strerror or "").lower()
        ) from error


def _print(tests: test_set.TestSet, bundle_id: str, found: summary.Summary) -> None:
    whole = found.overall
    console = Console(highlight=False, markup=False)
    console.print(f"{tests.path.name} against bundle {bundle_id}", soft_wrap=True)
    console.print(
        f"questions: {whole.n:,}, of which answerable {whole.n_answerable:,}, "
        f"unanswerable {whole.n_unanswerable:,}, danger signs {whole.n_urgent:,}",
        soft_wrap=True,
    )
    for each in table.tables(found):
        console.print()
        console.print(each)

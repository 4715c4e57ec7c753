"""`kmqa eval`: how well an index, or a running service, answers a test set."""

import json
from pathlib import Path

from rich.console import Console

from kmqa import disk
from kmqa.commands import leak_check, runs
from kmqa.errors import EvaluationError
from kmqa.eval import report, run, summary, table, test_set
from kmqa.eval.metrics import Predictions
from kmqa.settings import today


def evaluate(  # noqa: PLR0913 - one argument an option of the command
    file: Path,
    index: Path,
    *,
    json_out: Path | None = None,
    predictions_out: Path | None = None,
    report_to: Path | None = None,
    allow_unknown: bool = False,
    service: runs.Service | None = None,
) -> int:
    """Print the figures of `file` against the live bundle of `index`; return 0.

    Args:
        file: A test set (see `kmqa.eval.test_set`).
        index: Folder of bundles.
        json_out: File that afterwards holds all figures, with intervals and slices.
        predictions_out: File that afterwards holds every line of `file` and what was replied.
        report_to: Folder that afterwards holds ``report.html`` and ``report.md``.
        allow_unknown: Count expected ids that the bundle does not have as misses.
        service: A running service to ask instead; `index` then only helps to find leaks.

    Raises:
        EvaluationError: The test set is unreadable or does not fit the bundle, or an output file
            cannot be written; that is found before any question is asked.
        BundleError: There is no bundle to ask.
        ServiceError: `service` cannot be asked.
    """
    tests = test_set.read_test_set(file)
    check_outputs(file, json_out, predictions_out)
    if service:
        done = runs.live(tests, index, service, allow_unknown=allow_unknown)
    else:
        done = runs.local(tests, index, allow_unknown=allow_unknown)
    found = summary.summarise(done.predictions)
    if predictions_out:
        write_predictions(predictions_out, done.predictions)
    if json_out:
        facts = _facts(done) | summary.document(found)
        _write(json_out, f"{_json(facts, indent=2)}\n")
    if report_to:
        _write_report(report_to, done, found.overall)
    _print(done, found)
    if done.opened:
        leak_check.warn_of_leaks(done.opened, done.tests.queries)
    else:
        _tell_of_no_leak_check(done.bundle_id)
    return 0


def write_predictions(path: Path, predictions: Predictions) -> None:
    """`path` holds every question and what was replied.

    Raises:
        EvaluationError: It cannot be written.
    """
    lines = (run.prediction_line(prediction) for prediction in predictions)
    _write(path, "".join(f"{_json(line)}\n" for line in lines))


def _write_report(folder: Path, done: runs.Run, whole: summary.Slice) -> None:
    facts = report.Facts(
        file=done.tests.path.name,
        bundle_id=done.bundle_id,
        day=today().isoformat(),
        threshold=done.threshold,
        topic_of=done.topic_of,
        note=_omission_note(done),
    )
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise EvaluationError(
            "the report cannot be written", which=str(folder), got=(error.strerror or "").lower()
        ) from error
    _write(folder / "report.html", report.html(done.predictions, whole, facts))
    _write(folder / "report.md", report.markdown(done.predictions, whole, facts))


def _omission_note(done: runs.Run) -> str:
    if not done.n_left_out:
        return ""
    return f"{done.n_left_out} questions are left out, because the API cannot carry them."


def _tell_of_no_leak_check(bundle_id: str) -> None:
    Console(stderr=True, highlight=False, markup=False, soft_wrap=True).print(
        f"note: bundle {bundle_id} is not in the index here, so nobody looked whether "
        'questions stand in the corpus; "kmqa testset check" does where it is'
    )


def check_outputs(file: Path, *outputs: Path | None) -> None:
    """Every one of `outputs` can be written, as far as can be seen before the work.

    Raises:
        EvaluationError: One is `file` itself, named twice, or not in a folder that exists.
    """
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


def _facts(done: runs.Run) -> dict[str, object]:
    facts: dict[str, object] = {
        "file": done.tests.path.name,
        "file_sha256": done.tests.sha256,
        "bundle_id": done.bundle_id,
        "date": today().isoformat(),
    }
    return facts | ({"url": done.url, "left_out": done.n_left_out} if done.url else {})


def _json(value: object, indent: int | None = None) -> str:
    return json.dumps(value, ensure_ascii=False, indent=indent)


def _write(path: Path, text: str) -> None:
    try:
        disk.write_atomically(path, text)
    except OSError as error:
        raise EvaluationError(
            "the results cannot be written", which=str(path), got=(error.strerror or "").lower()
        ) from error


def _print(done: runs.Run, found: summary.Summary) -> None:
    whole = found.overall
    console = Console(highlight=False, markup=False)
    place = f" at {done.url}" if done.url else ""
    console.print(f"{done.tests.path.name} against bundle {done.bundle_id}{place}", soft_wrap=True)
    if done.n_left_out:
        console.print(_omission_note(done), soft_wrap=True)
    console.print(
        f"questions: {whole.n:,}, of which answerable {whole.n_answerable:,}, "
        f"unanswerable {whole.n_unanswerable:,}, danger signs {whole.n_urgent:,}",
        soft_wrap=True,
    )
    for each in table.tables(found):
        console.print()
        console.print(each)

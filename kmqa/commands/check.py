"""`kmqa check`: every problem of a corpus."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from kmqa.commands import problems
from kmqa.corpus import layout, validate
from kmqa.errors import CorpusError
from kmqa.records import Extraction


def check_corpus(
    *, corpus: Path, read_pdf: validate.ReadPdf, today: date, as_json: bool = False
) -> int:
    """Every problem of `corpus` is printed; returns 0 when it is fit to build, else 11.

    Args:
        corpus: The corpus folder.
        read_pdf: Extracts one PDF, such as `kmqa.offline.extract.read_pdf`.
        today: Day on which dates are judged.
        as_json: Print one JSON object instead of lines: ``fit``, ``errors``, ``warnings`` and
            ``problems``, each with path, line, code, message and severity.

    Raises:
        CorpusFileError: There is no corpus in that folder.
    """
    with progress_over_pdfs(corpus, read_pdf) as read_with_progress:
        checked = validate.check(corpus, read_with_progress, today)
    if as_json:
        _print_json(checked)
    else:
        _print_lines(checked)
    return CorpusError.exit_code if checked.errors else 0


@contextmanager
def progress_over_pdfs(corpus: Path, read_pdf: validate.ReadPdf) -> Iterator[validate.ReadPdf]:
    """`read_pdf` with a bar on the error stream that goes away; silent when it is no terminal."""
    n_pdfs = len(list((corpus / layout.DOCUMENTS).glob("*.pdf")))
    console = Console(stderr=True)
    columns = (TextColumn("reading PDFs"), BarColumn(), MofNCompleteColumn())
    quiet = not console.is_terminal
    with Progress(*columns, console=console, transient=True, disable=quiet) as progress:
        task = progress.add_task("", total=n_pdfs)

        def read_and_advance(path: Path) -> Extraction:
            extraction = read_pdf(path)
            progress.advance(task)
            return extraction

        yield read_and_advance


def _print_json(checked: validate.Checked) -> None:
    n_errors = len(checked.errors)
    report = {
        "fit": not n_errors,
        "errors": n_errors,
        "warnings": len(checked.problems) - n_errors,
        "problems": [asdict(problem) for problem in checked.problems],
    }
    Console(soft_wrap=True).out(json.dumps(report, ensure_ascii=False, indent=2), highlight=False)


def _print_lines(checked: validate.Checked) -> None:
    console = Console()
    problems.print_problems(checked.problems, console)
    n_errors = len(checked.errors)
    counts = ", ".join(
        (
            problems.count_text(n_errors, "error"),
            problems.count_text(len(checked.problems) - n_errors, "warning"),
        )
    )
    verdict = "not fit to build" if n_errors else "fit to build"
    console.print(f"{verdict}: {counts}", highlight=False, soft_wrap=True)

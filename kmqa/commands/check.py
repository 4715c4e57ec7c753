"""`kmqa check`: every problem of a corpus."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from kmqa.commands import problems
from kmqa.corpus import anchors, audit_proof, layout, validate
from kmqa.errors import CorpusError, CorpusFileError, Problem
from kmqa.index import signature, store
from kmqa.records import Extraction
from kmqa.settings import read_settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What somebody wants to know.

    Attributes:
        corpus: The corpus folder.
        index: Folder of the bundles; what the live one says of the audit log counts, too.
        as_json: Print one JSON object instead of lines: ``fit``, ``errors``, ``warnings``,
            ``bundle`` (who signed the live one) and ``problems``, each with path, line, code,
            message and severity.
    """

    corpus: Path
    index: Path
    as_json: bool = False


def check_corpus(wish: Wish, *, read_pdf: validate.ReadPdf, today: date) -> int:
    """Every problem of a corpus is printed; returns 0 when it is fit to build, else 11.

    Args:
        wish: Which corpus.
        read_pdf: Extracts one PDF, such as `kmqa.offline.extract.read_pdf`.
        today: Day on which dates are judged.

    Raises:
        CorpusFileError: There is no corpus in that folder.
    """
    with progress_over_pdfs(wish.corpus, read_pdf) as read_with_progress:
        checked = validate.check(wish.corpus, read_with_progress, today)
    checked = replace(checked, problems=(*checked.problems, *_problems_of_signed_anchor(wish)))
    signed = _describe_live(wish.index)
    if wish.as_json:
        _print_json(checked, signed)
    else:
        _print_lines(checked, signed)
    return CorpusError.exit_code if checked.errors else 0


def _problems_of_signed_anchor(wish: Wish) -> tuple[Problem, ...]:
    """Hold the audit log against what the signature of the live bundle says of it."""
    live = store.current_id(wish.index)
    statement = signature.read_statement(wish.index / live) if live else None
    if statement is None:
        return ()
    anchor = anchors.Anchor(statement.audit_lines, statement.audit_head)
    source = f"the signature of bundle {live}"
    try:
        return audit_proof.problems_with(wish.corpus, anchor, statement.at, source)
    except CorpusFileError:  # among the problems already
        return ()


def _describe_live(index: Path) -> str:
    """Return who signed the live bundle; empty where there is none."""
    live = store.current_id(index)
    if live is None:
        return ""
    return f"{live} {signature.describe(index / live, read_settings().bundle_key_list)}"


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


def _print_json(checked: validate.Checked, signed: str) -> None:
    n_errors = len(checked.errors)
    report = {
        "fit": not n_errors,
        "errors": n_errors,
        "warnings": len(checked.problems) - n_errors,
        "bundle": signed,
        "problems": [asdict(problem) for problem in checked.problems],
    }
    Console(soft_wrap=True).out(json.dumps(report, ensure_ascii=False, indent=2), highlight=False)


def _print_lines(checked: validate.Checked, signed: str) -> None:
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
    if signed:
        console.print(f"live bundle: {signed}", highlight=False, markup=False, soft_wrap=True)

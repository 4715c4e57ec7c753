"""`kmqa import`: answers from a .jsonl, .csv or .xlsx file."""

from datetime import date
from pathlib import Path

from rich.console import Console

from kmqa.commands import problems
from kmqa.corpus.importers import merge, writing
from kmqa.errors import CorpusInvalid


def import_file(file: Path, *, corpus: Path, today: date, approved_by: str | None = None) -> int:
    """Every answer of `file` is in `corpus`, or none is; returns 0, or 11 with each fault printed.

    Args:
        file: Its columns are id, questions, answer, lang, and if wanted topic and title.
        corpus: The corpus folder.
        today: Day on which approved answers count as approved.
        approved_by: Who approves the answers; without a name they arrive as drafts.

    Raises:
        CorpusFileError: The file or the corpus cannot be read at all.
        NotPermitted: The name is empty.
    """
    approval = None if approved_by is None else merge.Approval(approved_by, today)
    try:
        imported = writing.import_answers(file, corpus, approval)
    except CorpusInvalid as invalid:
        console = Console(stderr=True)
        problems.print_problems(invalid.problems, console)
        faults = problems.count_text(len(invalid.problems), "fault")
        console.print(f"nothing was imported: {faults}", highlight=False, soft_wrap=True)
        return invalid.exit_code
    _report(imported, approved_by)
    return 0


def _report(imported: writing.Imported, approved_by: str | None) -> None:
    console = Console(soft_wrap=True, highlight=False, markup=False)
    for note in imported.notes:
        console.print(f"note: {note}")
    if imported.topics:
        console.print(f"new in corpus.yaml: the topic {', '.join(imported.topics)}")
    if imported.skipped:
        console.print(f"already there: {problems.count_text(len(imported.skipped), 'answer')}")
    state = f"approved by {approved_by}" if approved_by else "as drafts"
    console.print(f"imported: {problems.count_text(len(imported.ids), 'answer')}, {state}")

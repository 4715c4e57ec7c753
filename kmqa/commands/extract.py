"""`kmqa extract`: what can be read of some PDFs, before anybody reviews them."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table

from kmqa import disk
from kmqa.content.rules.documents import ACTIVE_CONTENT
from kmqa.errors import ExtractionError
from kmqa.offline import extract, pdf_reader
from kmqa.offline import ocr as recognition
from kmqa.records import Extraction

RECOGNISABLE = ("scanned", "garbled")
# Into a file or a pipe, most PDFs get one line.
WIDTH_ELSEWHERE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Copies:
    """Which copies to make, for a person to review.

    Attributes:
        searchable: ``NAME.searchable.pdf`` with recognised text, of what is scanned or garbled.
        clean: ``NAME.clean.pdf`` without active content, of what has some.
    """

    searchable: bool = False
    clean: bool = False


@dataclass(frozen=True, slots=True)
class _Read:
    path: Path
    extraction: Extraction


def extract_pdfs(
    paths: Sequence[Path],
    *,
    as_json: bool = False,
    copies: Copies = Copies(),
    cache: Path | None = None,
    languages: Sequence[str] = (),
) -> int:
    """Print what can be read of each PDF; return 0 when each is text, else 12.

    Args:
        paths: PDFs, and folders of which all PDFs are meant.
        as_json: Print a list instead of a table, each item with ``file``, ``sha256``,
            ``pages``, ``characters``, ``language``, ``verdict``, ``detail``, ``active``
            (what it does beyond being read) and ``page_verdicts`` (verdict to numbers of pages).
        copies: Which copies to make beside the PDFs.
        cache: Folder of `kmqa.offline.extract.read_pdf`.
        languages: Codes that the language is chosen among, and that recognition looks for.

    Raises:
        ExtractionError: A path cannot be read, a folder has no PDFs, or text cannot be
            recognised.
    """
    read = _read_all(pdfs_of(paths), cache, languages)
    if as_json:
        report = [_as_json(item) for item in read]
        # Plain: rich would wrap long lines and colour what looks like markup.
        Console(soft_wrap=True).out(
            json.dumps(report, ensure_ascii=False, indent=2), highlight=False
        )
    else:
        _console().print(_table(read))
    if copies.searchable:
        _make_copies(read, languages)
    if copies.clean:
        _make_clean_copies(read)
    fit = all(item.extraction.verdict == "text" for item in read)
    return 0 if fit else ExtractionError.exit_code


def pdfs_of(paths: Iterable[Path]) -> tuple[Path, ...]:
    """`paths` with each folder replaced by the PDFs in it, sorted by name.

    Raises:
        ExtractionError: A folder holds no PDF.
    """
    found: list[Path] = []
    for path in paths:
        inside = sorted(item for item in path.iterdir() if _is_pdf(item)) if path.is_dir() else []
        if path.is_dir() and not inside:
            raise ExtractionError(
                "there is no PDF in this folder", path=path, remedy="Check the path."
            )
        found += inside or [path]
    return tuple(found)


def _is_pdf(path: Path) -> bool:
    return path.suffix.lower() == ".pdf" and path.is_file()


def _read_all(
    paths: Sequence[Path], cache: Path | None, languages: Sequence[str]
) -> tuple[_Read, ...]:
    """Each PDF read, with a bar on the error stream that goes away; silent when no terminal."""
    console = Console(stderr=True)
    columns = (TextColumn("reading {task.description}"), BarColumn(), MofNCompleteColumn())
    quiet = not console.is_terminal
    read = []
    with Progress(*columns, console=console, transient=True, disable=quiet) as progress:
        task = progress.add_task("", total=len(paths))
        for path in paths:
            progress.update(task, description=escape(path.name))
            extraction = extract.read_pdf(path, cache=cache, languages=languages)
            read.append(_Read(path, extraction))
            progress.advance(task)
    return tuple(read)


def _console() -> Console:
    console = Console()
    return console if console.is_terminal else Console(width=WIDTH_ELSEWHERE)


def _table(read: Iterable[_Read]) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column("file", overflow="fold")
    table.add_column("pages", justify="right")
    table.add_column("characters", justify="right")
    for name in ("language", "verdict", "detail"):
        table.add_column(name, overflow="fold")
    for item in read:
        told = item.extraction
        table.add_row(
            escape(str(item.path)),
            str(len(told.pages)),
            str(told.n_characters),
            told.language or "",
            told.verdict,
            escape("; ".join(_describe(told))),
        )
    return table


def _describe(told: Extraction) -> Iterator[str]:
    if told.detail:
        yield told.detail
    if told.active:
        yield "it " + " and ".join(ACTIVE_CONTENT[kind] for kind in told.active)


def _as_json(item: _Read) -> dict[str, Any]:
    told = item.extraction
    page_verdicts: dict[str, list[int]] = {}
    for page in told.pages:
        page_verdicts.setdefault(page.verdict, []).append(page.number)
    return {
        "file": str(item.path),
        "sha256": told.sha256,
        "pages": len(told.pages),
        "characters": told.n_characters,
        "language": told.language,
        "verdict": told.verdict,
        "detail": told.detail,
        "active": list(told.active),
        "page_verdicts": page_verdicts,
    }


def _make_clean_copies(read: Iterable[_Read]) -> None:
    console = Console(stderr=True, soft_wrap=True, highlight=False)
    for item in read:
        if not item.extraction.active:
            continue
        copy = item.path.with_suffix(".clean.pdf")
        content = pdf_reader.clean(item.path, pdf_reader.Limits())
        disk.write_bytes_atomically(copy, content)
        console.print(f"{escape(str(copy))}: review this copy before you use it.")


def _make_copies(read: Iterable[_Read], languages: Sequence[str]) -> None:
    # On the error stream, so that JSON stays alone on the other.
    console = Console(stderr=True, soft_wrap=True, highlight=False)
    for item in read:
        if item.extraction.verdict not in RECOGNISABLE:
            continue
        copy = item.path.with_suffix(".searchable.pdf")
        with console.status(f"recognising the text of {escape(item.path.name)}"):
            recognition.make_searchable_copy(item.path, copy, languages)
        console.print(f"{escape(str(copy))}: review every page of this copy before you use it.")

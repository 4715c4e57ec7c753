"""Rows of a .csv file, as Excel, LibreOffice and Google Sheets write them."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from kmqa.corpus.importers.raw import (
    MAX_CELL,
    RawRow,
    RawTable,
    TableLimits,
    check_columns,
    collect_rows,
    column_name,
)
from kmqa.errors import CorpusFileError, Problem

_DELIMITERS = (",", ";", "\t")
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


def read(content: bytes, path: Path, limits: TableLimits) -> RawTable:
    """Return the rows below the headings, in UTF-8, UTF-16 or Windows-1252.

    Args:
        content: The bytes of the file.
        path: Its name, for messages.
        limits: What is read of it at most.

    Raises:
        CorpusFileError: It is in no known encoding, the quotation marks do not pair up, or it
            holds too much text or too many columns.
    """
    text, notes = _decode(content, path)
    numbered = _iterate_rows(path, text)
    columns = tuple(column_name(cell) for cell in next(numbered, (1, [""]))[1])
    check_columns(path, columns, limits)
    rows, problems = collect_rows(path, _lines(path, columns, numbered), limits)
    return RawTable(columns, rows, problems, notes)


def _lines(
    path: Path, columns: tuple[str, ...], numbered: Iterator[tuple[int, list[str]]]
) -> Iterator[RawRow | Problem | None]:
    for line, cells in numbered:
        if any(cell.strip() for cell in cells[len(columns) :]):
            yield _too_wide(path, line, len(cells), len(columns))
        elif any(cell.strip() for cell in cells):
            yield RawRow(line, dict(zip(columns, cells, strict=False)))
        else:
            yield None


def _too_wide(path: Path, line: int, n_cells: int, n_columns: int) -> Problem:
    message = (
        f"the row has {n_cells} cells under {n_columns} headings. "
        "Put text that holds the separator in quotation marks."
    )
    return Problem(str(path), line, "row-too-wide", message)


def _decode(content: bytes, path: Path) -> tuple[str, tuple[str, ...]]:
    encoding = "utf-16" if content.startswith(_UTF16_MARKS) else "utf-8-sig"
    try:
        return content.decode(encoding), ()
    except UnicodeDecodeError:
        note = "the file is not UTF-8 and was read as Windows-1252. Look at its accents."
    try:
        return content.decode("cp1252"), (note,)
    except UnicodeDecodeError as error:
        raise CorpusFileError(
            "the file is in no known encoding",
            path=path,
            line=content.count(b"\n", 0, error.start) + 1,
            expected="UTF-8",
            remedy='Save it as "CSV UTF-8".',
        ) from error


def _iterate_rows(path: Path, text: str) -> Iterator[tuple[int, list[str]]]:
    """Each row with the line on which it begins; rows may go over several lines."""
    # Longer cells are reported by their row, not here; other readers of this process keep theirs.
    csv.field_size_limit(max(csv.field_size_limit(), len(text) + 1))
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    begins = 1
    try:
        for cells in lines:
            yield begins, cells
            begins = lines.line_num + 1
    except csv.Error as error:
        raise CorpusFileError(
            f"the row cannot be read ({error})",
            path=path,
            line=begins,
            remedy="Check that its quotation marks come in pairs.",
        ) from error


def _delimiter(text: str) -> str:
    """Return the commonest separator in the headings, which hold none of their own."""
    headings = text[:MAX_CELL].partition("\n")[0]
    return max(_DELIMITERS, key=headings.count)

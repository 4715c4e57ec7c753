"""Rows of the first sheet of an .xlsx file."""

import warnings
import zipfile
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl

from kmqa.corpus.importers.raw import MAX_ROWS, RawRow, RawTable, column_name, too_many_rows
from kmqa.errors import CorpusFileError, Problem

MAX_UNPACKED_BYTES = 200_000_000
_MAX_COLUMNS = 50


def read(path: Path) -> RawTable:
    """The rows of the first sheet below its row of headings, as text; nothing is evaluated.

    Raises:
        CorpusFileError: It is not a workbook, is encrypted, or unpacks to too much.
    """
    _check_unpacked_size(path)
    try:
        with warnings.catch_warnings():
            # openpyxl warns of formatting that it does not know; only the cells matter here.
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(path, read_only=True, data_only=False)
            try:
                notes = _notes(book.sheetnames)
                sheet = book.worksheets[0]
                sheet.reset_dimensions()
                return _table(path, sheet.iter_rows(max_col=_MAX_COLUMNS), notes)
            finally:
                book.close()
    except Exception as error:  # openpyxl raises whatever XML and zip parsers raise
        raise _not_a_workbook(path) from error


def _check_unpacked_size(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            n_bytes = sum(entry.file_size for entry in archive.infolist())
    except (zipfile.BadZipFile, OSError) as error:
        raise _not_a_workbook(path) from error
    if n_bytes > MAX_UNPACKED_BYTES:
        raise CorpusFileError(
            "the workbook unpacks to too much",
            path=path,
            got=f"{n_bytes:,} bytes",
            expected=f"at most {MAX_UNPACKED_BYTES:,}",
            remedy="Keep only the sheet with the answers.",
        )


def _not_a_workbook(path: Path) -> CorpusFileError:
    return CorpusFileError(
        "not a workbook that can be read",
        path=path,
        expected="an .xlsx file without a password",
        remedy="Open it in a spreadsheet program and save it again as .xlsx.",
    )


def _notes(sheets: list[str]) -> tuple[str, ...]:
    if len(sheets) < 2:
        return ()
    return (f'only the first sheet, "{sheets[0]}", of {len(sheets)} is imported',)


def _table(path: Path, lines: Iterable[tuple[Any, ...]], notes: tuple[str, ...]) -> RawTable:
    numbered = enumerate(lines, start=1)
    headings = next(numbered, (1, ()))[1]
    columns = tuple(column_name(_text(cell.value)) for cell in headings)
    rows: list[RawRow] = []
    problems: list[Problem] = []
    for number, cells in numbered:
        if len(rows) == MAX_ROWS:
            problems.append(too_many_rows(str(path)))
            break
        formulas = [cell.coordinate for cell in cells if cell.data_type == "f"]
        if formulas:
            problems.append(_formula(path, number, formulas[0]))
            continue
        values = dict(zip(columns, (_text(cell.value) for cell in cells), strict=False))
        if any(value.strip() for value in values.values()):
            rows.append(RawRow(number, {name: value for name, value in values.items() if name}))
    return RawTable(tuple(name for name in columns if name), tuple(rows), tuple(problems), notes)


def _formula(path: Path, line: int, cell: str) -> Problem:
    message = f"cell {cell} holds a formula. Paste its value there instead."
    return Problem(str(path), line, "cell-formula", message)


def _text(value: object) -> str:
    """A cell as a person sees it: 42.0 as 42, a day as 2026-11-01, nothing as empty text."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime | date):
        return value.isoformat()[:10]
    return str(value)

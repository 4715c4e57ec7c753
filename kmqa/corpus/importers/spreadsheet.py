"""Rows of the first sheet of an .xlsx file; runs in a child process with limits."""

import io
import warnings
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

from kmqa.corpus.importers.raw import RawRow, RawTable, TableLimits, collect_rows, column_name
from kmqa.errors import CorpusFileError, Problem

_MAX_COLUMNS = 50
_MAX_PARTS = 10_000  # files inside a workbook; one with charts and pictures has some hundred
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")  # begins an .xls and what wraps an encrypted workbook
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")  # a stream of that name (MS-OFFCRYPTO 1.3.2)
_DECLARATION = b"<!DOCTYPE"
_DECLARED_WITHIN = 4_096  # bytes of a part that are searched for it

_SAVE_AGAIN = "Open it in a spreadsheet program and save it again as .xlsx."


def read(content: bytes, path: Path, limits: TableLimits) -> RawTable:
    """Return the rows of the first sheet below its headings, as text; nothing is evaluated.

    Args:
        content: The bytes of the file.
        path: Its name, for messages.
        limits: What is read of it at most.

    Raises:
        CorpusFileError: It is not a workbook, is encrypted, or unpacks to too much.
        MemoryError: It takes more memory than this process has.
    """
    # Takes a fifth of a second, which files of other formats need not wait for.
    import openpyxl

    _check_form(content, path, limits)
    try:
        with warnings.catch_warnings():
            # openpyxl warns of formatting that it does not know; only the cells matter here.
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(
                io.BytesIO(content), read_only=True, data_only=False, keep_links=False
            )
            sheet = book.worksheets[0]
            sheet.reset_dimensions()
            lines = sheet.iter_rows(max_col=_MAX_COLUMNS)
            columns = tuple(column_name(_text(cell.value)) for cell in next(lines, ()))
            rows, problems = collect_rows(path, _lines(path, columns, lines), limits)
    except (CorpusFileError, MemoryError):
        raise
    except Exception as error:  # openpyxl raises whatever XML and zip parsers raise
        if "out of memory" in str(error):  # so expat says it
            raise MemoryError from error
        raise _not_a_workbook(path, _words_of(error)) from error
    return RawTable(tuple(filter(None, columns)), rows, problems, _notes(book.sheetnames))


def _check_form(content: bytes, path: Path, limits: TableLimits) -> None:
    """Look at the outside alone, so that a file that is no workbook is named as what it is."""
    if content.startswith(_OLE):
        if _ENCRYPTED in content:
            remedy = "Take the password off, then save it again as .xlsx."
            raise _not_a_workbook(path, "a workbook with a password", remedy)
        raise _not_a_workbook(path, "a file of the old format .xls")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _check_parts(archive, path, limits)
    except (zipfile.BadZipFile, NotImplementedError, OSError, RuntimeError) as error:
        raise _not_a_workbook(path, _words_of(error)) from error


def _check_parts(archive: zipfile.ZipFile, path: Path, limits: TableLimits) -> None:
    parts = archive.infolist()
    n_bytes = sum(part.file_size for part in parts)
    if n_bytes > limits.unpacked_bytes or len(parts) > _MAX_PARTS:
        raise CorpusFileError(
            "the workbook unpacks to too much",
            path=path,
            got=f"{n_bytes:,} bytes in {len(parts):,} parts",
            expected=f"at most {limits.unpacked_bytes:,} bytes in {_MAX_PARTS:,} parts",
            remedy="Keep only the sheet with the answers.",
        )
    if "[Content_Types].xml" not in archive.namelist():
        raise _not_a_workbook(path, "a zip file with something else in it")
    for part in parts:
        if not part.filename.endswith((".xml", ".rels")):
            continue
        with archive.open(part) as stream:
            if _DECLARATION in stream.read(_DECLARED_WITHIN):
                raise _not_a_workbook(path, f"XML that declares entities, in {part.filename}")


def _not_a_workbook(path: Path, got: str, remedy: str = _SAVE_AGAIN) -> CorpusFileError:
    return CorpusFileError(
        "not a workbook that can be read",
        path=path,
        got=got,
        expected="an .xlsx file without a password",
        remedy=remedy,
    )


def _words_of(error: Exception) -> str:
    return " ".join(str(error).split())[:120] or type(error).__name__


def _notes(sheets: list[str]) -> tuple[str, ...]:
    if len(sheets) < 2:
        return ()
    return (f'only the first sheet, "{sheets[0]}", of {len(sheets)} is imported',)


def _lines(
    path: Path, columns: tuple[str, ...], lines: Iterator[tuple[Any, ...]]
) -> Iterator[RawRow | Problem | None]:
    blank: tuple[Any, ...] | None = None
    for number, cells in enumerate(lines, start=2):
        # openpyxl fills gaps with one and the same row; there may be a million of them.
        if cells is blank:
            yield None
            continue
        line = _line(path, columns, number, cells)
        if line is None:
            blank = cells
        yield line


def _line(
    path: Path, columns: tuple[str, ...], number: int, cells: tuple[Any, ...]
) -> RawRow | Problem | None:
    formulas = [cell.coordinate for cell in cells if cell.data_type == "f"]
    if formulas:
        message = f"cell {formulas[0]} holds a formula. Paste its value there instead."
        return Problem(str(path), number, "cell-formula", message)
    values = dict(zip(columns, (_text(cell.value) for cell in cells), strict=False))
    if not any(value.strip() for value in values.values()):
        return None
    return RawRow(number, {name: value for name, value in values.items() if name})


def _text(value: object) -> str:
    """Show a cell as a person sees it: 42.0 as 42, a day as 2026-11-01, nothing as empty text."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime | date):
        return value.isoformat()[:10]
    return str(value)

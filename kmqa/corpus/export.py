"""A corpus for other programs: its items as spreadsheets, all of its files as a zip."""

import io
import os
import shutil
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO

import openpyxl
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from kmqa.content.kind import ContentKind, Item

_DAY = (2000, 1, 1, 0, 0, 0)  # of every file, so that the same corpus gives the same bytes


def spreadsheet(kind: ContentKind[Item], items: Iterable[Item]) -> bytes:
    """Return an .xlsx with the items of a kind, as its `table` says; of answers, as imports read.

    Every cell is text: what begins with an equals sign is no formula.

    Raises:
        ValueError: The kind has no `table`.
    """
    if kind.table is None:
        message = f"{kind.label}s are not exported as a spreadsheet"
        raise ValueError(message)
    rows = (row for item in items for row in kind.table.rows(item))
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet(kind.folder)
    for row in (kind.table.columns, *rows):
        cells = []
        for text in row:
            cell = WriteOnlyCell(sheet)
            cell.value = ILLEGAL_CHARACTERS_RE.sub("", text)
            cell.data_type = "s"
            cells.append(cell)
        sheet.append(cells)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def archive(root: Path, stream: IO[bytes]) -> None:
    """`stream` holds a zip of every file of the corpus folder; hidden files and links stay out."""
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as packed:
        for path in sorted(_files(root)):
            name = path.relative_to(root).as_posix()
            entry = zipfile.ZipInfo(name, _DAY)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            with path.open("rb") as file, packed.open(entry, "w") as into:
                shutil.copyfileobj(file, into)


def _files(root: Path) -> Iterator[Path]:
    for folder, folders, names in os.walk(root):
        folders[:] = [name for name in folders if not name.startswith(".")]
        paths = (Path(folder) / name for name in names if not name.startswith("."))
        yield from (path for path in paths if path.is_file() and not path.is_symlink())

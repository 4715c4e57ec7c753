"""A corpus for other programs: its answers as a spreadsheet, all of its files as a zip."""

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

from kmqa.corpus.importers.rows import COLUMNS
from kmqa.records import Answer

_DAY = (2000, 1, 1, 0, 0, 0)  # of every file, so that the same corpus gives the same bytes


def spreadsheet(answers: Iterable[Answer]) -> bytes:
    """An .xlsx with a row for each answer and language, in the columns that an import reads.

    Every cell is text: what begins with an equals sign is no formula.
    """
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("answers")
    for row in (COLUMNS, *_rows(answers)):
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


def _rows(answers: Iterable[Answer]) -> Iterator[tuple[str, ...]]:
    for answer in answers:
        for language, text in answer.text.items():
            questions = "\n".join(answer.questions.get(language, ()))
            yield answer.id, questions, text, language, answer.topic, answer.title


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

"""Which reader is for which kind of table. What it reads is untrusted: see `table_reader`."""

from collections.abc import Callable, Mapping
from pathlib import Path

from kmqa.corpus.importers import json_lines, spreadsheet, table
from kmqa.corpus.importers.raw import RawTable, TableLimits

_READERS: Mapping[str, Callable[[bytes, Path, TableLimits], RawTable]] = {
    ".csv": table.read,
    ".xlsx": spreadsheet.read,
    ".jsonl": json_lines.read,
}
SUFFIXES = tuple(_READERS)


def read_content(content: bytes, path: Path, limits: TableLimits) -> RawTable:
    """Return the table in the bytes of `path`, whose suffix is one of `SUFFIXES`.

    Raises:
        CorpusFileError: The file as a whole cannot be read.
        MemoryError: It takes more memory than this process has.
    """
    return _READERS[path.suffix.lower()](content, path, limits)

"""Rows of a .jsonl file: one JSON object on each line."""

import io
import json
from collections.abc import Iterator
from pathlib import Path

from kmqa.corpus.importers.raw import RawRow, RawTable, TableLimits, check_columns, collect_rows
from kmqa.errors import CorpusFileError, Problem


def read(content: bytes, path: Path, limits: TableLimits) -> RawTable:
    """Return the objects of a file as rows; lines without anything are passed over.

    Args:
        content: The bytes of the file.
        path: Its name, for messages.
        limits: What is read of it at most.

    Raises:
        CorpusFileError: The file is not UTF-8, or holds too much text or too many keys.
    """
    rows, problems = collect_rows(path, _lines(content, path), limits)
    columns = tuple(dict.fromkeys(column for row in rows for column in row.values))
    check_columns(path, columns, limits)
    # A file whose every line is faulty has no columns to judge.
    return RawTable(columns or ("id", "answer"), rows, problems)


def _lines(content: bytes, path: Path) -> Iterator[RawRow | Problem | None]:
    for number, line in enumerate(io.BytesIO(content), start=1):
        try:
            text = line.decode("utf-8-sig" if number == 1 else "utf-8").strip()
        except UnicodeDecodeError as error:
            raise CorpusFileError(
                "the file is not UTF-8",
                path=path,
                line=number,
                remedy="Save it again with the encoding UTF-8.",
            ) from error
        read = _row(number, text) if text else None
        yield Problem(str(path), number, "line-invalid", read) if isinstance(read, str) else read


def _row(number: int, line: str) -> RawRow | str:
    """Read the row of one line, or say what is wrong with it."""
    try:
        data = json.loads(line, parse_int=str, parse_float=str)
    except (ValueError, RecursionError) as error:
        detail = getattr(error, "msg", "nested too deep")
        return f"not valid JSON ({detail}). Write one object on a line."
    if not isinstance(data, dict):
        return 'not a JSON object. Begin the line with "{".'
    values: dict[str, str | tuple[str, ...]] = {}
    for key, value in data.items():
        if isinstance(value, str):
            values[key] = value
        elif isinstance(value, list) and all(isinstance(item, str) for item in value):
            values[key] = tuple(value)
        elif value is not None:
            return f'"{key}" should be text or a list of texts. Put it in quotation marks.'
    return RawRow(number, values)

"""Rows of a .jsonl file: one JSON object on each line."""

import json
from collections.abc import Iterator
from pathlib import Path

from kmqa.corpus.importers.raw import MAX_ROWS, RawRow, RawTable, too_many_rows
from kmqa.errors import CorpusFileError, Problem


def read(path: Path) -> RawTable:
    """The objects of `path` as rows; lines without anything are passed over.

    Raises:
        CorpusFileError: The file is not UTF-8.
    """
    rows: list[RawRow] = []
    problems: list[Problem] = []
    for number, line in _numbered_lines(path):
        if len(rows) == MAX_ROWS:
            problems.append(too_many_rows(str(path)))
            break
        read = _row(number, line)
        if isinstance(read, str):
            problems.append(Problem(str(path), number, "line-invalid", read))
        else:
            rows.append(read)
    columns = tuple(dict.fromkeys(column for row in rows for column in row.values))
    # A file whose every line is faulty has no columns to judge.
    return RawTable(columns or ("id", "answer"), tuple(rows), tuple(problems))


def _numbered_lines(path: Path) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(path.read_bytes().split(b"\n"), start=1):
        try:
            text = line.decode("utf-8-sig" if number == 1 else "utf-8").strip()
        except UnicodeDecodeError as error:
            raise CorpusFileError(
                "the file is not UTF-8",
                path=path,
                line=number,
                remedy="Save it again with the encoding UTF-8.",
            ) from error
        if text:
            yield number, text


def _row(number: int, line: str) -> RawRow | str:
    """The row of one line, or what is wrong with it."""
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

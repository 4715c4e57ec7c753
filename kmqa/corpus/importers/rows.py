"""Rows of a .jsonl, .csv or .xlsx file, whatever its dialect, as plain text.

Columns: `id`, `questions`, `answer`, `lang`, and if wanted `topic` and `title`. In tables the
questions of one cell are separated by line ends or `` | ``. Nothing is evaluated.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from kmqa.content.answer import COLUMNS
from kmqa.content.rules import names
from kmqa.corpus.importers.raw import MAX_CELL, RawRow, RawTable
from kmqa.corpus.importers.table_reader import read_table
from kmqa.errors import CorpusFileError, Problem

_NEEDED = ("id", "answer")
_BETWEEN_QUESTIONS = re.compile(r"\n| \| ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One answer in one language, as somebody else's file has it.

    Attributes:
        line: In the file, counted from 1.
        lang: Empty where the row names none; so are topic and title.
    """

    line: int
    id: str
    questions: tuple[str, ...]
    answer: str
    lang: str = ""
    topic: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class Rows:
    """What one file holds, what is wrong with it, and what a person should know about it."""

    rows: tuple[Row, ...]
    problems: tuple[Problem, ...]
    notes: tuple[str, ...] = ()


def read_rows(path: Path) -> Rows:
    """Return the rows of `path`, each checked by itself; a row with a fault becomes a problem.

    The file is untrusted and is read in a child process with limits.

    Raises:
        CorpusFileError: The file as a whole is unreadable, too large, of an unknown kind, passes
            a limit, or has no columns `id` and `answer`.
        ReadersBusy: Too many files are being read.
    """
    return check_rows(path, read_table(path))


def check_rows(path: Path, raw: RawTable) -> Rows:
    """Return the rows of a table, each checked by itself; a row with a fault becomes a problem.

    Raises:
        CorpusFileError: There are no columns `id` and `answer`.
    """
    _check_columns(path, raw.columns)
    problems = list(raw.problems)
    rows = []
    for raw_row in raw.rows:
        faults = tuple(_faults(raw_row))
        problems += (Problem(str(path), raw_row.line, code, what) for code, what in faults)
        if not faults:
            rows.append(_row(raw_row))
    return Rows(tuple(rows), tuple(problems), (*raw.notes, *_unknown_columns(raw.columns)))


def _check_columns(path: Path, columns: Iterable[str]) -> None:
    missing = [column for column in _NEEDED if column not in columns]
    if missing:
        raise CorpusFileError(
            f'the column "{missing[0]}" is missing',
            path=path,
            line=1,
            got=", ".join(columns) or "no columns",
            expected=", ".join(COLUMNS),
            remedy="Name the columns in the first row.",
        )


def _unknown_columns(columns: Iterable[str]) -> tuple[str, ...]:
    return tuple(
        f'the column "{column}" is not imported. {names.did_you_mean(column, COLUMNS)}'
        for column in columns
        if column and column not in COLUMNS
    )


def _faults(row: RawRow) -> Iterable[tuple[str, str]]:
    """Code and message of each thing that keeps the row from being read."""
    for column in _NEEDED:
        if not _text(row, column):
            yield f"{column}-empty", f'"{column}" is empty. Fill it in, or delete the row.'
    for column, value in row.values.items():
        texts = [value] if isinstance(value, str) else value
        if any(len(text) > MAX_CELL for text in texts):
            yield "cell-too-long", f'"{column}" is longer than {MAX_CELL:,} characters. Shorten it.'
        if column not in {"questions"} and not isinstance(value, str):
            yield "value-invalid", f'"{column}" should be text; got a list. Write one text.'


def _row(row: RawRow) -> Row:
    return Row(
        line=row.line,
        id=_text(row, "id"),
        questions=_questions(row.values.get("questions", "")),
        answer=_text(row, "answer"),
        lang=_text(row, "lang").lower(),
        topic=_text(row, "topic"),
        title=" ".join(_text(row, "title").split()),
    )


def _text(row: RawRow, column: str) -> str:
    """Return a cell with line ends as YAML has them, without white space around it."""
    value = row.values.get(column, "")
    return value.replace("\r\n", "\n").replace("\r", "\n").strip() if isinstance(value, str) else ""


def _questions(value: str | tuple[str, ...]) -> tuple[str, ...]:
    """Each question once, on one line, in the order of the file."""
    pieces = _BETWEEN_QUESTIONS.split(value) if isinstance(value, str) else value
    joined = (" ".join(piece.split()) for piece in pieces)
    return tuple(dict.fromkeys(piece for piece in joined if piece))

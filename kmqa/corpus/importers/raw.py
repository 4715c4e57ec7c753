"""What the readers of single formats hand on: columns, rows of text, and faults."""

from collections.abc import Mapping
from dataclasses import dataclass

from kmqa.errors import Problem

MAX_FILE_BYTES = 50_000_000
MAX_ROWS = 50_000
MAX_CELL = 32_767  # the most characters that a cell of a spreadsheet holds


@dataclass(frozen=True, slots=True)
class RawRow:
    """One row: its line in the file, counted from 1, and its cells by column.

    A cell is text, or several texts where the format has lists.
    """

    line: int
    values: Mapping[str, str | tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class RawTable:
    """All rows of a file that could be read, and a problem for each that could not."""

    columns: tuple[str, ...]
    rows: tuple[RawRow, ...]
    problems: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()


def too_many_rows(path: str) -> Problem:
    """The problem of a file that goes on after `MAX_ROWS`."""
    message = f"the file has more than {MAX_ROWS:,} rows. Split it."
    return Problem(path, MAX_ROWS, "rows-too-many", message)


def column_name(cell: str) -> str:
    """How a heading is compared: small letters, no white space around it."""
    return cell.strip().lower()

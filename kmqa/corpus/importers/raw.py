"""What the readers of single formats hand on: columns, rows of text, and faults."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from kmqa.errors import CorpusFileError, Problem

MAX_CELL = 32_767  # the most characters that a cell of a spreadsheet holds


@dataclass(frozen=True, slots=True, kw_only=True)
class TableLimits:
    """How much one table may cost before it is refused.

    Attributes:
        seconds: Wall time of the child that reads it.
        cpu_seconds: Its time of a processor; less, because it may share one.
        memory_bytes: Address space of that child.
        file_bytes: Size of the file.
        unpacked_bytes: Of all parts of a workbook together, as its zip directory states them.
        lines: That are looked at, empty ones included; a sheet has no more.
        rows: That hold something.
        columns: That have a heading.
        characters: Of all headings and cells together.
    """

    seconds: float = 90.0
    cpu_seconds: float = 45.0
    memory_bytes: int = 1_000_000_000
    file_bytes: int = 50_000_000
    unpacked_bytes: int = 200_000_000
    lines: int = 1_048_576
    rows: int = 50_000
    columns: int = 1_000
    characters: int = 20_000_000


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


def collect_rows(
    path: Path, lines: Iterable[RawRow | Problem | None], limits: TableLimits
) -> tuple[tuple[RawRow, ...], tuple[Problem, ...]]:
    """Return the rows and the faults of `lines`, of which None is an empty one.

    Where there are too many, the rest is not read and the last fault says so.

    Raises:
        CorpusFileError: The rows hold too much text.
    """
    rows: list[RawRow] = []
    problems: list[Problem] = []
    n_characters = 0
    for number, line in enumerate(lines, start=1):
        if number >= limits.lines:
            problems.append(_too_many(path, "lines", limits.lines))
            break
        if line is None:
            continue
        if len(rows) + len(problems) == limits.rows:
            problems.append(_too_many(path, "rows", limits.rows))
            break
        if isinstance(line, Problem):
            problems.append(line)
            continue
        rows.append(line)
        n_characters += _count_characters(line)
        if n_characters > limits.characters:
            raise _too_much_text(path, line.line, limits.characters)
    return tuple(rows), tuple(problems)


def check_columns(path: Path, columns: Iterable[str], limits: TableLimits) -> None:
    """Raise `CorpusFileError` where there are more columns than are read."""
    n_columns = sum(1 for _ in columns)
    if n_columns > limits.columns:
        raise CorpusFileError(
            "the table has too many columns",
            path=path,
            got=f"{n_columns:,}",
            expected=f"at most {limits.columns:,}",
            remedy="Keep only the columns with the answers.",
        )


def column_name(cell: str) -> str:
    """Return how a heading is compared: small letters, no white space around it."""
    return cell.strip().lower()


def _count_characters(row: RawRow) -> int:
    cells = (value if isinstance(value, str) else "".join(value) for value in row.values.values())
    return sum(map(len, row.values)) + sum(map(len, cells))


def _too_many(path: Path, what: str, most: int) -> Problem:
    """Return the problem of a file that goes on after `most` rows or lines."""
    remedy = "Split it." if what == "rows" else "Delete what stands far below the last answer."
    message = f"the file has more than {most:,} {what}. {remedy}"
    return Problem(str(path), most, f"{what}-too-many", message)


def _too_much_text(path: Path, line: int, most: int) -> CorpusFileError:
    return CorpusFileError(
        "the table holds too much text",
        path=path,
        line=line,
        got=f"more than {most:,} characters",
        expected=f"at most {most:,}",
        remedy="Split it.",
    )

"""Read somebody else's table in a child process under limits.

A workbook of 5 kB may hold a billion rows, and one of 400 kB take 6 GB to read; so may a line of
JSON. Nothing in a table can hang, crash or fill this process.
"""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from kmqa.corpus.importers import formats
from kmqa.corpus.importers.raw import RawRow, RawTable, TableLimits
from kmqa.errors import CorpusFileError, Problem
from kmqa.limited_child import ChildLimits, ChildResult, run_limited

CHILD = Path(__file__).with_name("table_child.py")


def read_table(
    path: Path,
    limits: TableLimits = TableLimits(),  # noqa: B008 - frozen
    child: Path = CHILD,
) -> RawTable:
    """Return the rows of a .jsonl, .csv or .xlsx file as plain text.

    Args:
        path: The file.
        limits: What it may cost.
        child: The program that reads it.

    Raises:
        CorpusFileError: The file as a whole is unreadable, too large, of an unknown kind, or
            reading it passes a limit.
        ReadersBusy: Too many files are being read.
    """
    if path.suffix.lower() not in formats.SUFFIXES:
        raise CorpusFileError(
            "this kind of file cannot be imported",
            path=path,
            got=f'"{path.suffix}"' if path.suffix else "no suffix",
            expected=" or ".join(formats.SUFFIXES),
            remedy="Save it as one of these.",
        )
    content = _read_bytes(path, limits)
    order = {"path": str(path), "limits": asdict(limits)}
    bounds = ChildLimits(
        seconds=limits.seconds, cpu_seconds=limits.cpu_seconds, memory_bytes=limits.memory_bytes
    )
    return _table_of(path, run_limited(child, order, content, bounds), limits)


def _read_bytes(path: Path, limits: TableLimits) -> bytes:
    try:
        n_bytes = path.stat().st_size
        content = path.read_bytes() if n_bytes <= limits.file_bytes else b""
    except OSError as error:
        raise CorpusFileError(
            "the file cannot be read",
            path=path,
            got=error.strerror or type(error).__name__,
            remedy="Check the path.",
        ) from error
    if n_bytes > limits.file_bytes:
        raise CorpusFileError(
            "the file is too large",
            path=path,
            got=f"{n_bytes:,} bytes",
            expected=f"at most {limits.file_bytes:,}",
            remedy="Split it.",
        )
    return content


def _table_of(path: Path, done: ChildResult, limits: TableLimits) -> RawTable:
    if done.fault:
        raise _error_of(path, done, limits)
    said: dict[str, Any] = json.loads(done.output.decode("utf-8", "surrogatepass"))
    if "error" in said:
        raise CorpusFileError(path=path, **said["error"])
    return RawTable(
        columns=tuple(said["columns"]),
        rows=tuple(RawRow(row["line"], _values(row["values"])) for row in said["rows"]),
        problems=tuple(Problem(**problem) for problem in said["problems"]),
        notes=tuple(said["notes"]),
    )


def _values(values: dict[str, Any]) -> dict[str, str | tuple[str, ...]]:
    return {
        name: value if isinstance(value, str) else tuple(value) for name, value in values.items()
    }


def _error_of(path: Path, done: ChildResult, limits: TableLimits) -> CorpusFileError:
    """Return the error that names the limit at which the child ended."""
    megabytes = f"{limits.memory_bytes // 1_000_000:,} MB of memory"
    seconds = f"{limits.cpu_seconds:g} seconds of computing or {limits.seconds:g} in all"
    characters = f"{limits.characters:,} characters"
    what, got, expected = {
        "time": ("reading the file takes too long", f"no end after {seconds}", seconds),
        "memory": ("reading the file takes too much memory", f"more than {megabytes}", megabytes),
        "output": ("the table holds too much text", f"more than {characters}", characters),
        "crash": ("the reader crashed on the file", done.how, ""),
    }[done.fault]
    return CorpusFileError(
        what,
        path=path,
        got=got,
        expected=f"at most {expected}" if expected else f"a whole {path.suffix.lower()} file",
        remedy="Keep only the sheet or the rows with the answers, and save it again.",
    )

"""Settling what two labellers dispute: a list for a third person, and back with their verdicts.

The list has one line for each disputed question, with both labels and an empty ``verdict``. It is
CSV, which every spreadsheet program opens, or JSONL. A question is known by a number made of its
words, so lines may be sorted, and what a spreadsheet does to the text does no harm.
"""

import csv
import hashlib
import io
import json
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from kmqa.corpus.importers.formats import SUFFIXES as READABLE
from kmqa.corpus.importers.raw import RawTable
from kmqa.corpus.importers.table_reader import read_table
from kmqa.errors import CorpusFileError, EvaluationError
from kmqa.eval.labelling import REFUSE, Agreement, label
from kmqa.eval.leaks import plain
from kmqa.eval.test_set import URGENT, Query

COLUMNS = ("id", "lang", "before", "asked_by", "text", "first", "second", "verdict")
OR = " or "
"""Between ids that are equally right, in labels and verdicts."""

SUFFIXES = (".csv", ".jsonl")
"""Of the list that goes out; it may come back as ``.xlsx`` as well."""

_FORMULA = ("=", "+", "-", "@", "\t")  # what makes a spreadsheet program compute a cell
_MOST_NAMED = 3  # faults named in one message, so that it stays one line


@dataclass(frozen=True, slots=True)
class Ruling:
    """One line that came back.

    Attributes:
        place: File and line, for messages.
        verdict: An id, several with `OR` between them, `REFUSE`, or empty where not yet settled.
    """

    place: str
    id: str
    verdict: str


def sheet(disputed: Iterable[tuple[Query, Query]], suffix: str) -> str:
    """Return the content of the list for a third person, as ``.csv`` or ``.jsonl``."""
    rows = [_row(one, other) for one, other in disputed]
    if suffix == ".jsonl":
        return "".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows)
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, COLUMNS)
    writer.writeheader()
    writer.writerows({name: _harmless(cell) for name, cell in row.items()} for row in rows)
    return f"\ufeff{out.getvalue()}"  # without the mark, Excel takes it for Windows-1252


def rulings(path: Path) -> tuple[Ruling, ...]:
    """Return the lines of a list that came back, as ``.csv``, ``.xlsx`` or ``.jsonl``.

    Raises:
        EvaluationError: The file cannot be read, or a column is missing.
    """
    raw = _raw(path)
    faults = [f"line {problem.line}: {problem.message}" for problem in raw.problems]
    missing = {"id", "verdict"} - set(raw.columns)
    if raw.rows and missing:
        faults.insert(0, f'no column "{min(missing)}"')
    if faults:
        raise _verdicts_error(path, faults, "Fix the file.")
    return tuple(
        Ruling(f"{path.name}:{row.line}", *(_cell(row.values, name) for name in ("id", "verdict")))
        for row in raw.rows
    )


def settle(
    found: Agreement, given: Sequence[Ruling], known_ids: Collection[str], path: Path
) -> tuple[Mapping[str, object], ...]:
    """Return the lines of one test set: what both agreed on, then the disputed ones as settled.

    Args:
        found: What the two labellers wrote.
        given: The verdicts.
        known_ids: What may be expected, besides `URGENT` and a refusal.
        path: Where the verdicts stand, for messages.

    Raises:
        EvaluationError: A disputed question has no verdict or two, or a line has an unknown number
            or a verdict that is not known. Names the first few and counts the others.
    """
    asked = {number(one): one for one, _ in found.disputed}
    faults = [*_faults(given, asked, known_ids), *_find_missing(given, asked)]
    if faults:
        raise _verdicts_error(path, faults, "Settle every line once, with an id of the index.")
    verdicts = {ruling.id: ruling.verdict for ruling in given}
    return (
        *(query.source for query in found.agreed),
        *({**one.source, "expected": _as_expected(verdicts[key])} for key, one in asked.items()),
    )


def number(query: Query) -> str:
    """Return what the question is known by in the list: it depends on its words alone."""
    return f"q{hashlib.sha256(plain(query.text).encode()).hexdigest()[:10]}"


def _row(one: Query, other: Query) -> dict[str, str]:
    profile = one.source.get("profile")
    told = profile.values() if isinstance(profile, dict) else ()
    cells = (
        number(one),
        one.lang or "",
        " / ".join(one.history),
        ", ".join(str(value) for value in told),
        one.text,
        label(one),
        label(other),
        "",
    )
    return dict(zip(COLUMNS, cells, strict=True))


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _raw(path: Path) -> RawTable:
    is_readable = path.suffix.lower() in READABLE
    if not is_readable or not path.is_file():
        raise EvaluationError(
            "the verdicts cannot be read",
            which=str(path),
            got="no such file" if is_readable else f'"{path.suffix}"',
            expected=f"a file that ends with {', '.join(READABLE)}",
            remedy='Name the list that "kmqa testset agree" wrote.',
        )
    try:
        return read_table(path)
    except CorpusFileError as error:
        raise EvaluationError(
            "the verdicts cannot be read", which=str(path), got=error.what, remedy=error.remedy
        ) from error


def _cell(values: Mapping[str, str | tuple[str, ...]], name: str) -> str:
    """Return a verdict as text: of a JSON list of ids, these with `OR` between them."""
    value = values.get(name, "")
    return value.strip() if isinstance(value, str) else OR.join(value)


def _faults(
    given: Sequence[Ruling], asked: Collection[str], known_ids: Collection[str]
) -> Iterator[str]:
    times = Counter(ruling.id for ruling in given)
    for ruling in given:
        if ruling.id not in asked:
            yield f'{ruling.place}: "{ruling.id}" is the id of no disputed question'
        elif times[ruling.id] > 1:
            yield f'{ruling.place}: "{ruling.id}" stands there {times[ruling.id]} times'
        elif not ruling.verdict:
            yield f"{ruling.place}: no verdict"
        for name in _ids_in(ruling.verdict):
            if name not in known_ids and name != URGENT:
                yield f'{ruling.place}: the live bundle has no "{name}"'


def _find_missing(given: Sequence[Ruling], asked: Mapping[str, Query]) -> Iterator[str]:
    there = {ruling.id for ruling in given}
    for key, query in asked.items():
        if key not in there:
            yield f'"{key}" is missing: "{query.text}"'


def _ids_in(verdict: str) -> tuple[str, ...]:
    if verdict in {"", REFUSE, REFUSE.strip("()")}:
        return ()
    return tuple(dict.fromkeys(name.strip() for name in verdict.split(OR)))


def _as_expected(verdict: str) -> object:
    """As a line of a test set says it: an id, several, or null."""
    names = _ids_in(verdict)
    return list(names) if len(names) > 1 else next(iter(names), None)


def _verdicts_error(path: Path, faults: Sequence[str], remedy: str) -> EvaluationError:
    more = f"; and {len(faults) - _MOST_NAMED} more" if len(faults) > _MOST_NAMED else ""
    return EvaluationError(
        "the verdicts do not settle what was disputed",
        which=str(path),
        got=f"{'; '.join(faults[:_MOST_NAMED])}{more}",
        remedy=remedy,
    )

"""`kmqa testset`: check a test set, draw one, compare and settle labels, split."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from kmqa import disk
from kmqa.commands import leak_check, question_log
from kmqa.errors import EvaluationError
from kmqa.eval import adjudication, gate, labelling, logged, test_set
from kmqa.eval.summary import NO_LABEL
from kmqa.eval.table import ABSENT
from kmqa.eval.test_set import Query
from kmqa.index import bundle, store

_FEW = 20  # questions of a kind, below which a share tells little


def check(file: Path, index: Path) -> int:
    """Print what is wrong with `file` and what it holds; returns 0 when nothing is wrong.

    Repeats, ids that the live bundle of `index` does not have, and leaks into it are wrong.
    Without a live bundle the last two are left out, and that is said.

    Raises:
        EvaluationError: A line has the wrong form.
    """
    tests = test_set.read_test_set(file)
    console = _console()
    faults = [*_repeats(tests.queries)]
    if store.current_id(index) is None:
        console.print(f"no bundle is live in {index}: ids and leaks were not checked")
    else:
        opened = bundle.open_bundle(store.current_folder(index))
        faults += _unknown(tests.queries, opened)
        faults += [gate.leak_text(leak) for leak in leak_check.leaks_into(opened, tests.queries)]
    for fault in faults:
        console.print(fault)
    _print_counts(tests.queries)
    n = len(tests.queries)
    console.print(f"{file.name}: {n:,} questions, {len(faults) or 'no'} faults")
    return EvaluationError.exit_code if faults else 0


def _repeats(queries: Sequence[Query]) -> Iterable[str]:
    for repeat in labelling.repeats(queries):
        other = ", and expects something else" if repeat.contradicts else ""
        yield (
            f'{repeat.query.place}: "{repeat.query.text}" is asked on line '
            f"{repeat.first.line} already{other}"
        )


def _unknown(queries: Sequence[Query], opened: bundle.Bundle) -> Iterable[str]:
    known = {*_ids_of(opened), test_set.URGENT}
    for query in queries:
        for name in query.expected:
            if name not in known:
                yield f'{query.place}: the live bundle has no "{name}"'


def _print_counts(queries: Sequence[Query]) -> None:
    table = Table(box=None, pad_edge=False)
    table.add_column("")
    for heading in ("all", "answerable", "unanswerable", "danger signs"):
        table.add_column(heading, justify="right")
    for heading, label in (("language", "lang"), ("kind", "kind")):
        for name in sorted({getattr(query, label) or NO_LABEL for query in queries}):
            part = [query for query in queries if (getattr(query, label) or NO_LABEL) == name]
            table.add_row(Text(f"{heading} {name}"), *_counts(part))
    _console().print(table)


def _counts(queries: Sequence[Query]) -> tuple[str, ...]:
    few = " (few)" if len(queries) < _FEW else ""
    return (
        f"{len(queries):,}{few}",
        f"{sum(query.is_answerable for query in queries):,}",
        f"{sum(query.is_unanswerable for query in queries):,}",
        f"{sum(query.is_urgent for query in queries):,}",
    )


def sample(log: Path | None, out: Path, *, n: int, evenly: bool) -> int:
    """Draw masked questions from the service, or from an exported `log`, into `out`.

    The lines have no ``expected``, so that one that nobody labelled is a fault and not a
    refusal; and not what the bot said, so that labellers judge for themselves.
    """
    _check_new(out)
    picked = logged.sample(question_log.open_log(log).questions(), n, evenly=evenly)
    lines = [
        {"text": question.text} | ({"lang": question.lang} if question.lang else {})
        for question in picked
    ]
    _write(out, lines)
    _console().print(
        f"{len(lines):,} questions in {out}: give each an expected id, a list, or null"
    )
    return 0


def agree(first: Path, second: Path, out: Path) -> int:
    """Compare two labellers' files; what they dispute goes to `out`, for a third to settle."""
    _check_new(out)
    if out.suffix.lower() not in adjudication.SUFFIXES:
        raise EvaluationError(
            "the list cannot be written in this form",
            which=str(out),
            expected=f"a name that ends with {' or '.join(adjudication.SUFFIXES)}",
        )
    found = _agreement(first, second)
    disk.write_atomically(out, adjudication.sheet(found.disputed, out.suffix.lower()))
    console = _console()
    console.print(
        f"agreed on {found.n_agreed:,} of {found.n:,} questions; Cohen's kappa "
        f"{_kappa_text(found.kappa)}, of answerable or not {_kappa_text(found.kappa_of_kind)}"
    )
    _print_only_in_one(found, first, second)
    console.print(f"{len(found.disputed):,} questions to settle in {out}")
    return 0


def settle(first: Path, second: Path, verdicts: Path, out: Path, index: Path) -> int:
    """Write what both labellers agree on, and the rest as `verdicts` settle it, as one test set.

    Raises:
        EvaluationError: A line is not settled, twice there, unknown, or has an unknown verdict.
        BundleError: No bundle is live in `index`, so that nobody can say which ids are known.
    """
    _check_new(out)
    found = _agreement(first, second)
    known = _ids_of(bundle.open_bundle(store.current_folder(index)))
    lines = adjudication.settle(found, adjudication.rulings(verdicts), known, verdicts)
    _write(out, lines)
    _print_only_in_one(found, first, second)
    _console().print(
        f"{len(lines):,} questions in {out}: {found.n_agreed:,} agreed on, "
        f"{len(found.disputed):,} settled"
    )
    return 0


def split(file: Path, dev: Path, test: Path, *, dev_share: float) -> int:
    """Part `file` into a development and a test set; a question never moves between them."""
    for path in (dev, test):
        _check_new(path)
    parts = labelling.split(test_set.read_test_set(file).queries, dev_share)
    for path, queries in zip((dev, test), parts, strict=True):
        _write(path, [query.source for query in queries])
        _console().print(f"{len(queries):,} questions in {path}")
    return 0


def _agreement(first: Path, second: Path) -> labelling.Agreement:
    ours, theirs = (test_set.read_test_set(path).queries for path in (first, second))
    found = labelling.agreement(ours, theirs)
    if not found.n:
        raise EvaluationError(
            "the two files have no question in common",
            which=f"{first} and {second}",
            remedy="Give both labellers the same sample.",
        )
    return found


def _print_only_in_one(found: labelling.Agreement, first: Path, second: Path) -> None:
    for path, rest in ((first, found.only_in_first), (second, found.only_in_second)):
        if rest:
            _console().print(f"only in {path}, and left out: {len(rest):,} questions")


def _ids_of(opened: bundle.Bundle) -> Collection[str]:
    return {*opened.contents.answer_by_id, *opened.contents.urgent_by_id}


def _kappa_text(kappa: float | None) -> str:
    return ABSENT if kappa is None else f"{kappa:.2f}"


def _check_new(path: Path) -> None:
    """Refuse a file that is there: what somebody labelled is never overwritten."""
    if path.exists() or not path.parent.is_dir():
        raise EvaluationError(
            "the file cannot be written",
            which=str(path),
            got="a file that is there already" if path.exists() else "a folder that is not there",
            expected="a new file in a folder that exists",
        )


def _write(path: Path, lines: Iterable[Mapping[str, object]]) -> None:
    text = "".join(f"{json.dumps(line, ensure_ascii=False)}\n" for line in lines)
    disk.write_atomically(path, text)


def _console() -> Console:
    return Console(highlight=False, markup=False, soft_wrap=True)

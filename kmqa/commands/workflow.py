"""`kmqa review`: take items through the review workflow."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from rich.console import Console

from kmqa.commands import problems
from kmqa.content import registry
from kmqa.content.corpus import Corpus
from kmqa.content.rules import names
from kmqa.corpus import files, workflow
from kmqa.errors import CorpusFileError
from kmqa.records import Reviewed, Status


@dataclass(frozen=True, slots=True, kw_only=True)
class Which:
    """Which items to move.

    Attributes:
        ids: Ids, each alone or with its kind, such as ``urgent:urgent-bleeding``.
        every: Also all items of this status, or None.
    """

    ids: Sequence[str] = ()
    every: Status | None = None


def move_items(which: Which, *, corpus: Path, to: Status, by: str, today: date) -> int:
    """Every item of `which` has the status `to`, with a line in the audit log; returns 0.

    Args:
        which: What to move; none is moved where one may not be.
        corpus: The corpus folder.
        to: The new status.
        by: Who takes the step.
        today: Day on which it counts.

    Raises:
        CorpusFileError: There is no such item.
        CorpusInvalid: Some file of the corpus has the wrong form.
        WorkflowError: A step is not allowed.
    """
    items = tuple(_select_items(files.read_corpus(corpus), which))
    n_moved = workflow.move_all(corpus, items, workflow.Step(to=to, by=by, today=today))
    console = Console(soft_wrap=True, highlight=False, markup=False)
    console.print(f"{problems.count_text(n_moved, 'item')} now {to}, by {by}")
    return 0


def _select_items(corpus: Corpus, which: Which) -> Iterator[tuple[str, str]]:
    named = [_find_named(corpus, name) for name in which.ids]
    every = [item for item in corpus.all_items() if item.status == which.every]
    chosen = ((registry.kind_of(item).name, item.id) for item in (*named, *every))
    yield from dict.fromkeys(chosen)


def _find_named(corpus: Corpus, name: str) -> Reviewed:
    items = tuple(corpus.all_items())
    fitting = [item for item in items if name in {item.id, registry.name_of(item)}]
    if len(fitting) == 1:
        return fitting[0]
    known = [registry.name_of(item) for item in fitting or items]
    raise CorpusFileError(
        f'{"several items are" if fitting else "no item is"} called "{name}"',
        path=corpus.root,
        remedy=f"Say which: {' or '.join(known)}." if fitting else names.did_you_mean(name, known),
    )

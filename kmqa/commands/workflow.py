"""`kmqa review`: take items through the review workflow."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from kmqa.commands import problems
from kmqa.content import registry
from kmqa.content.corpus import Corpus
from kmqa.content.rules import names
from kmqa.content.rules.documents import ACTIVE_CONTENT
from kmqa.corpus import files, layout, validate, workflow
from kmqa.errors import CorpusFileError, NotPermitted
from kmqa.records import ActiveContent, Extraction, Reviewed, Status


@dataclass(frozen=True, slots=True, kw_only=True)
class Which:
    """Which items to move.

    Attributes:
        ids: Ids, each alone or with its kind, such as ``urgent:urgent-bleeding``.
        every: Also all items of this status, or None.
    """

    ids: Sequence[str] = ()
    every: Status | None = None


def check_accepts(names: Iterable[str]) -> tuple[ActiveContent, ...]:
    """Return what an approval accepts of active content, as the records call it.

    Raises:
        NotPermitted: A name is none of them.
    """
    known: Mapping[str, ActiveContent] = {kind: kind for kind in ACTIVE_CONTENT}
    given = tuple(dict.fromkeys(names))
    for name in given:
        if name not in known:
            raise NotPermitted(
                "no such active content", got=name, expected=" or ".join(known), remedy=""
            )
    return tuple(known[name] for name in given)


def move_items(
    which: Which, *, corpus: Path, step: workflow.Step, read_pdf: validate.ReadPdf
) -> int:
    """Every item of `which` takes the step, with a line in the audit log; returns 0.

    Args:
        which: What to move; none is moved where one may not be.
        corpus: The corpus folder.
        step: Where to, by whom and when.
        read_pdf: Extracts the PDF of a document that shall be approved.

    Raises:
        CorpusFileError: There is no such item.
        CorpusInvalid: Some file of the corpus has the wrong form.
        WorkflowError: A step is not allowed, or a PDF has active content that it does not accept.
    """
    items = tuple(_select_items(files.read_corpus(corpus), which))
    if step.to == "approved":
        for kind, item_id in items:
            path = layout.pdf_path(corpus, item_id)
            if kind == "document" and path.is_file():
                check_active(item_id, read_pdf(path), step)
    n_moved = workflow.move_all(corpus, items, step)
    console = Console(soft_wrap=True, highlight=False, markup=False)
    console.print(f"{problems.count_text(n_moved, 'item')} now {step.to}, by {step.by}")
    return 0


def check_active(document_id: str, extraction: Extraction, step: workflow.Step) -> None:
    """Check that an approval accepts what the PDF does beyond being read.

    Raises:
        NotPermitted: It does not; names what is left.
    """
    left = [kind for kind in extraction.active if kind not in step.accepts]
    if left:
        does = " and ".join(ACTIVE_CONTENT[kind] for kind in left)
        options = " ".join(f"--accept {kind}" for kind in left)
        raise NotPermitted(
            f"the PDF {does}, and the approval does not accept that",
            which=f"document:{document_id}",
            remedy=f'Make a clean copy ("kmqa extract --clean"), or add {options}.',
        )


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

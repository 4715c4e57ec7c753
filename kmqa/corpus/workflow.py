"""The review workflow: which status may follow which, who may take the step, and the record.

::

    draft ──► in_review ──► approved ──► retired ──► draft
      ▲           │             │
      └───────────┴─────────────┘

Each rule comes as a pair: `check_can_move` raises, `can_move` answers yes or no for buttons.
`move` is the only way from one status to another that leaves an approved item behind: a line is
added to the audit log, and `kmqa check` refuses approved items without one.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any

from kmqa import disk
from kmqa.corpus import audit, files, layout
from kmqa.errors import CorpusFileError, EditConflict, NotPermitted, TransitionDenied
from kmqa.records import Document, Status

TRANSITIONS: Mapping[Status, frozenset[Status]] = MappingProxyType(
    {
        "draft": frozenset({"in_review"}),
        "in_review": frozenset({"approved", "draft"}),
        "approved": frozenset({"retired", "draft"}),
        "retired": frozenset({"draft"}),
    }
)
"""Which status may follow which; see the drawing above."""


_WRITES = frozenset({"new", "edit", "edition", "import"})
"""Actions of the audit log that change what an item says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step that a person wants to take.

    Attributes:
        to: Status to reach.
        by: Who takes the step.
        today: Day on which it happens.
    """

    to: Status
    by: str
    today: date


def same_person(one: str, other: str) -> bool:
    """Whether two names are the same but for case and spaces."""
    return one.casefold().split() == other.casefold().split()


def check_can_move(item: files.Item, step: Step, log: Iterable[audit.Entry] | None = None) -> None:
    """Nothing, when the step is allowed.

    Args:
        item: As it is now.
        step: What somebody wants.
        log: The audit log, oldest line first; with it, everyone who changed the item since it
            was last approved counts as its author.

    Raises:
        TransitionDenied: The status cannot follow the present one.
        NotPermitted: No name was given, or an author would approve their own work.
    """
    allowed = TRANSITIONS[item.status]
    if step.to not in allowed:
        raise TransitionDenied(
            "this step is not part of the workflow",
            which=name_of(item),
            got=f"{item.status} to {step.to}",
            expected=" or ".join(sorted(allowed)),
            remedy="Take the steps in between.",
        )
    author = getattr(item, "authored_by", "")
    if not step.by.strip():
        raise NotPermitted("a name is missing", which=name_of(item), remedy="Say who you are.")
    authors = [name for name in (author, *_authors(item, log or ())) if name]
    if step.to == "approved" and any(same_person(step.by, name) for name in authors):
        raise NotPermitted(
            "an author may not approve their own work",
            which=name_of(item),
            got=step.by,
            expected=f"anyone but {', '.join(dict.fromkeys(authors))}",
            remedy="Ask a second person.",
        )


def _authors(item: files.Item, log: Iterable[audit.Entry]) -> tuple[str, ...]:
    """Who changed the words of `item` since its last approval, by the log."""
    names: list[str] = []
    for entry in log:
        if entry.item != name_of(item):
            continue
        if entry.to_status == "approved":
            names.clear()
        elif entry.action in _WRITES:
            names.append(entry.by)
    return tuple(names)


def can_move(item: files.Item, step: Step, log: Iterable[audit.Entry] | None = None) -> bool:
    """Whether `check_can_move` lets the step pass."""
    try:
        check_can_move(item, step, log)
    except (TransitionDenied, NotPermitted):
        return False
    return True


def moved(item: files.Item, step: Step) -> files.Item:
    """`item` as it is after the step; an approval sets reviewer and dates, and lasts a year.

    Leaving `approved` clears them, and the next approval has the next version.
    """
    if step.to == "approved":
        return replace(item, status=step.to, **_approval(item, step))
    if item.status == "approved" and step.to == "draft":
        return replace(item, status=step.to, **_reopened(item))
    return replace(item, status=step.to)


def _approval(item: files.Item, step: Step) -> dict[str, Any]:
    day = "reviewed_on" if isinstance(item, Document) else "approved_on"
    names = [name for name in item.reviewed_by if not same_person(name, step.by)]
    return {
        "reviewed_by": (*names, step.by.strip()),
        day: step.today,
        "review_by": one_year_after(step.today),
    }


def _reopened(item: files.Item) -> dict[str, Any]:
    cleared: dict[str, Any] = {"reviewed_by": (), "review_by": None}
    if isinstance(item, Document):
        return cleared | {"reviewed_on": None}
    return cleared | {"approved_on": None, "version": item.version + 1}


def one_year_after(day: date) -> date:
    """The same day of the next year; 28 February where that year has no such day."""
    try:
        return day.replace(year=day.year + 1)
    except ValueError:
        return day.replace(year=day.year + 1, day=28)


def move(
    root: Path,
    kind: layout.Kind,
    item_id: str,
    step: Step,
    expected_sha256: str | None = None,
) -> files.Item:
    """The item has its new status in its file, and the audit log has a line that says so.

    Args:
        root: The corpus folder.
        kind: ``answer``, ``document`` or ``urgent``.
        item_id: Which one.
        step: Where to, by whom and when.
        expected_sha256: Of the item's file when the person read it, or None where she did not
            say which version she means.

    Returns:
        The item as it is now.

    Raises:
        CorpusFileError: There is no such item.
        CorpusInvalid: Some file of the corpus has the wrong form.
        TransitionDenied: As `check_can_move`.
        NotPermitted: As `check_can_move`.
        EditConflict: The file is not the one that she read, or changed meanwhile.
    """
    with audit.locked(root):
        corpus = files.read_corpus(root)
        item = item_named(corpus, kind, item_id)
        if expected_sha256 not in {None, corpus.origins[kind, item_id].sha256}:
            raise EditConflict(
                "somebody changed it since you read it",
                which=name_of(item),
                remedy="Nothing was done. Read it again, then decide.",
            )
        return _move_one(corpus, item, step)


def move_all(root: Path, items: tuple[tuple[layout.Kind, str], ...], step: Step) -> int:
    """Each of `items` takes the same step; none does where one may not. Returns how many.

    Raises:
        TransitionDenied: As `move`, which see for the rest.
    """
    with audit.locked(root):
        corpus = files.read_corpus(root)
        found = [item_named(corpus, kind, item_id) for kind, item_id in items]
        for item in found:
            check_can_move(item, step)
        for item in found:
            _move_one(corpus, item, step)
    return len(found)


def item_named(corpus: files.Corpus, kind: layout.Kind, item_id: str) -> files.Item:
    """The item of that kind and id.

    Raises:
        CorpusFileError: There is none.
    """
    for item in items_of(corpus):
        if files.kind_of(item) == kind and item.id == item_id:
            return item
    raise CorpusFileError(
        f'there is no {kind} "{item_id}"', path=corpus.root, remedy="Check the spelling."
    )


def items_of(corpus: files.Corpus) -> tuple[files.Item, ...]:
    """All that has a status: answers, documents and danger signs."""
    return (*corpus.answers, *corpus.documents, *corpus.urgent)


def first_entries(corpus: files.Corpus, by: str) -> Iterator[audit.Entry]:
    """What a new log begins with: all that is approved already; nothing once there is a log."""
    if audit.exists(corpus.root):
        return
    for item in items_of(corpus):
        if item.status == "approved":
            yield audit.Entry(
                by=by,
                action="found",
                item=name_of(item),
                to_status=item.status,
                sha256_after=audit.meaning_sha256(item),
            )


def _move_one(corpus: files.Corpus, item: files.Item, step: Step) -> files.Item:
    check_can_move(item, step, audit.read(corpus.root) if step.to == "approved" else ())
    after = _with_pdf(corpus.root, moved(item, step))
    origin = corpus.origins[files.kind_of(item), item.id]
    text = files.rewritten(corpus.root, origin.path, after, origin.sha256)
    entry = audit.Entry(
        by=step.by,
        action="move",
        item=name_of(item),
        from_status=item.status,
        to_status=after.status,
        sha256_before=audit.meaning_sha256(item),
        sha256_after=audit.meaning_sha256(after),
    )
    # Written ahead, so that no approved file can exist without its line.
    audit.append(corpus.root, (*first_entries(corpus, step.by), entry))
    disk.write_atomically(corpus.root / origin.path, text)
    return after


def _with_pdf(root: Path, item: files.Item) -> files.Item:
    """An approved document vouches for the very bytes of its PDF."""
    if not isinstance(item, Document) or item.status != "approved":
        return item
    path = layout.pdf_path(root, item.id)
    if not path.is_file():
        raise CorpusFileError("the PDF is missing", path=path, remedy="Put it there, then approve.")
    return replace(item, sha256=disk.sha256_of(path.read_bytes()))


def name_of(item: files.Item) -> str:
    """How the audit log names an item, such as ``answer:ec-window``."""
    return f"{files.kind_of(item)}:{item.id}"

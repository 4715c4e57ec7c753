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
from typing import Any, cast

from kmqa import disk, look_alikes
from kmqa.content import registry
from kmqa.content.corpus import Corpus
from kmqa.corpus import audit, files, item_files, layout
from kmqa.errors import CorpusFileError, EditConflict, NotPermitted, TransitionDenied
from kmqa.records import ActiveContent, Reviewed, Status

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
        accepts: What of a PDF's active content whoever approves it has seen and accepts.
    """

    to: Status
    by: str
    today: date
    accepts: tuple[ActiveContent, ...] = ()


def check_can_move(item: Reviewed, step: Step, log: Iterable[audit.Entry] | None = None) -> None:
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
            which=registry.name_of(item),
            got=f"{item.status} to {step.to}",
            expected=" or ".join(sorted(allowed)),
            remedy="Take the steps in between.",
        )
    author = getattr(item, "authored_by", "")
    if not look_alikes.name_keys(step.by):
        raise NotPermitted(
            "a name is missing", which=registry.name_of(item), remedy="Say who you are."
        )
    authors = [name for name in (author, *_authors(item, log or ())) if name]
    if step.to == "approved" and any(look_alikes.is_one_name(step.by, name) for name in authors):
        raise NotPermitted(
            "an author may not approve their own work",
            which=registry.name_of(item),
            got=step.by,
            expected=f"anyone but {', '.join(dict.fromkeys(authors))}",
            remedy="Ask a second person.",
        )


def _authors(item: Reviewed, log: Iterable[audit.Entry]) -> tuple[str, ...]:
    """Who changed the words of `item` since its last approval, by the log."""
    names: list[str] = []
    for entry in log:
        if entry.item != registry.name_of(item):
            continue
        if entry.to_status == "approved":
            names.clear()
        elif entry.action in _WRITES:
            names.append(entry.by)
    return tuple(names)


def can_move(item: Reviewed, step: Step, log: Iterable[audit.Entry] | None = None) -> bool:
    """Whether `check_can_move` lets the step pass."""
    try:
        check_can_move(item, step, log)
    except (TransitionDenied, NotPermitted):
        return False
    return True


def apply_step(item: Reviewed, step: Step) -> Reviewed:
    """Return `item` after the step; an approval sets reviewer and dates, and lasts a year.

    Leaving `approved` clears them, and the next approval has the next version.
    """
    changes: dict[str, Any] = {"status": step.to}
    if step.to == "approved":
        changes |= _approval(item, step)
    elif item.status == "approved" and step.to == "draft":
        changes |= _reopening(item)
    # Every record of a content kind is a dataclass, which the registry asks for.
    return cast("Reviewed", replace(cast("Any", item), **changes))


def _approval(item: Reviewed, step: Step) -> dict[str, Any]:
    names = [name for name in item.reviewed_by if not look_alikes.is_one_name(name, step.by)]
    has_content = hasattr(item, "accepted_content")
    return ({"accepted_content": step.accepts} if has_content else {}) | {
        "reviewed_by": (*names, step.by.strip()),
        registry.kind_of(item).approval_day: step.today,
        "review_by": one_year_after(step.today),
    }


def _reopening(item: Reviewed) -> dict[str, Any]:
    kind = registry.kind_of(item)
    cleared: dict[str, Any] = {"reviewed_by": (), "review_by": None, kind.approval_day: None}
    if hasattr(item, "accepted_content"):
        cleared["accepted_content"] = ()
    return cleared | ({"version": cast("Any", item).version + 1} if kind.has_version else {})


def one_year_after(day: date) -> date:
    """Return the same day of the next year; 28 February where that year has no such day."""
    try:
        return day.replace(year=day.year + 1)
    except ValueError:
        return day.replace(year=day.year + 1, day=28)


def move(
    root: Path,
    kind: str,
    item_id: str,
    step: Step,
    expected_sha256: str | None = None,
) -> Reviewed:
    """Write an item's new status into its file, and a line that says so into the audit log.

    Args:
        root: The corpus folder.
        kind: Name of its content kind.
        item_id: Which one.
        step: Where to, by whom and when.
        expected_sha256: `Origin.state` of the item when the person read it, or None where they
            did not say which version they mean.

    Returns:
        The item as it is now.

    Raises:
        CorpusFileError: There is no such item.
        CorpusInvalid: Some file of the corpus has the wrong form.
        TransitionDenied: As `check_can_move`.
        NotPermitted: As `check_can_move`.
        EditConflict: The file is not the one that they read, or changed meanwhile.
    """
    with audit.lock(root):
        corpus = files.read_corpus(root)
        item = item_named(corpus, kind, item_id)
        origin = corpus.origins[registry.kind_of(item).name, item_id]
        if expected_sha256 not in {None, origin.state}:
            raise EditConflict(
                "somebody changed it since you read it",
                which=registry.name_of(item),
                remedy="Nothing was done. Read it again, then decide.",
            )
        return _move_one(corpus, item, step)


def move_all(root: Path, items: tuple[tuple[str, str], ...], step: Step) -> int:
    """Each of `items` takes the same step; none does where one may not. Returns how many.

    Raises:
        TransitionDenied: As `move`, which see for the rest.
    """
    with audit.lock(root):
        corpus = files.read_corpus(root)
        found = [item_named(corpus, kind, item_id) for kind, item_id in items]
        for item in found:
            check_can_move(item, step)
        for item in found:
            _move_one(corpus, item, step)
    return len(found)


def item_named(corpus: Corpus, kind: str, item_id: str) -> Reviewed:
    """Return the item of that kind, by its name or the audit log's, and id.

    Raises:
        CorpusFileError: There is none.
    """
    known = registry.kind_named(kind)
    for item in corpus.items.get(known.name, ()) if known else ():
        if item.id == item_id:
            return cast("Reviewed", item)
    raise CorpusFileError(
        f'there is no {kind} "{item_id}"', path=corpus.root, remedy="Check the spelling."
    )


def first_entries(corpus: Corpus, by: str) -> Iterator[audit.Entry]:
    """List what a new log begins with: all approved already; nothing once there is a log."""
    if audit.exists(corpus.root):
        return
    for item in corpus.all_items():
        if item.status == "approved":
            yield audit.Entry(
                by=by,
                action="found",
                item=registry.name_of(item),
                to_status=item.status,
                sha256_after=audit.fingerprint(corpus, item),
            )


def _move_one(corpus: Corpus, item: Reviewed, step: Step) -> Reviewed:
    check_can_move(item, step, audit.read(corpus.root) if step.to == "approved" else ())
    after = _with_pinned_files(corpus, apply_step(item, step))
    origin = corpus.origins[registry.kind_of(item).name, item.id]
    text = item_files.render_item(corpus.root, origin.path, after, origin.sha256)
    entry = audit.Entry(
        by=step.by,
        action="move",
        item=registry.name_of(item),
        from_status=item.status,
        to_status=after.status,
        sha256_before=audit.fingerprint(corpus, item),
        sha256_after=audit.fingerprint(corpus, after),
    )
    # Written ahead, so that no approved file can exist without its line.
    audit.append(corpus.root, (*first_entries(corpus, step.by), entry))
    disk.write_atomically(corpus.root / origin.path, text)
    return after


def _with_pinned_files(corpus: Corpus, item: Reviewed) -> Reviewed:
    """Let an approved item vouch for the very bytes of its files, where its kind does so."""
    kind = registry.kind_of(item)
    if kind.pin is None or item.status != "approved":
        return item
    return cast("Reviewed", kind.pin(item, layout.companions_of(corpus.root, kind, item)))

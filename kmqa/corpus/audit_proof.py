"""Whether the audit log is the one that kmqa wrote: every line, in its order, and to its end.

Three proofs, each of which finds what the others cannot:

- **chain**: a line that was altered, taken out or put in, by mistake or without care;
- **marks**: a line, such as an approval, that was written without the key (`KMQA_AUDIT_KEY`), also
  where the whole chain was made again;
- **anchor**: a tail that was cut off, or a log that was taken away or replaced.

A person can vouch for a log that fails them, for example when the key is new or was lost: an
``accept`` line with a good mark makes warnings of what is wrong before it, as long as not a byte
before it changes.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from kmqa import disk
from kmqa.corpus import anchors, audit, audit_key, layout
from kmqa.corpus.anchors import Anchor
from kmqa.corpus.audit import NO_LINE, Entry
from kmqa.errors import CorpusFileError, Problem
from kmqa.settings import read_settings

_ACCEPT = 'Find out why; restore the file, or vouch for it with "kmqa audit accept".'


@dataclass(frozen=True, slots=True)
class _Log:
    """A log with what is needed to judge it.

    Attributes:
        keys: With which lines may be marked; none where no key is set.
        accepted: Place of the last good ``accept`` line, counted from 0: a person vouched for all
            lines before it; None where nobody did.
    """

    lines: Sequence[bytes]
    entries: Sequence[Entry]
    keys: Sequence[str]
    accepted: int | None = None


def verify(root: Path, read_before: Sequence[Entry] | None = None) -> tuple[Problem, ...]:
    """Return every reason not to believe the audit log of the corpus in `root`.

    A torn last line is a warning: nothing was done by it, and the next change takes its place.

    Args:
        root: The corpus folder.
        read_before: What `audit.read` gave, where it was just read; a long log takes a while.
    """
    try:
        entries = audit.read(root) if read_before is None else read_before
    except CorpusFileError as error:
        return (Problem(layout.AUDIT, error.line or 0, "audit-unreadable", error.message),)
    found = disk.read_json_lines(root / layout.AUDIT)
    log = _Log(found.whole, entries, read_settings().audit_key_list)
    log = replace(log, accepted=_find_accepted(log))
    return (
        *_problems_of_chain(log),
        *_problems_of_marks(log),
        *_problems_of_anchor(root, log),
        *_problems_of_torn_line(found),
    )


def accept(root: Path, by: str) -> int:
    """Let a person vouch for the log of the corpus in `root` as it is; return its lines before.

    Raises:
        CorpusFileError: A line is unreadable.
        OSError: Nothing was written.
    """
    with audit.lock(root):
        audit.read(root)
        lines = disk.read_json_lines(root / layout.AUDIT).whole
        entry = Entry(by=by, action="accept", item="corpus", sha256_before=sha256_of_lines(lines))
        audit.append(root, (entry,))
    return len(lines)


def problems_with(root: Path, anchor: Anchor, at: str, source: str) -> tuple[Problem, ...]:
    """Return a problem where the log did not go on from a point that it had reached.

    Args:
        root: The corpus folder.
        anchor: The point.
        at: When it was reached, ISO 8601; who vouched for the log later, knew of it.
        source: Where that is known from.
    """
    lines = disk.read_json_lines(root / layout.AUDIT).whole
    if anchor.is_held_by(lines):
        return ()
    log = _Log(lines, audit.read(root), read_settings().audit_key_list)
    accepted = _find_accepted(log)
    is_known = accepted is not None and log.entries[accepted].at > at
    return (_cut_problem(log, anchor, source, is_error=bool(log.keys) and not is_known),)


def _find_accepted(log: _Log) -> int | None:
    """Return the place of the last line with which a person vouched for those before."""
    for place in range(len(log.entries) - 1, -1, -1):
        entry = log.entries[place]
        is_accepted = entry.action == "accept" and entry.sha256_before == _digest(log, place)
        if is_accepted and audit_key.is_marked_by(log.lines[place], log.keys):
            return place
    return None


def _digest(log: _Log, n_lines: int) -> str:
    return sha256_of_lines(log.lines[:n_lines])


def sha256_of_lines(lines: Sequence[bytes]) -> str:
    """Return the hash of whole lines, for which an ``accept`` line vouches whatever their chain."""
    return disk.sha256_of(b"\n".join(lines))


def _problems_of_chain(log: _Log) -> Iterator[Problem]:
    expected = [NO_LINE, *map(disk.sha256_of, log.lines)]
    message = f"the line before this one was changed or taken out. {_ACCEPT}"
    for place, entry in enumerate(log.entries):
        if entry.previous_line_sha256 != expected[place]:
            yield Problem(
                layout.AUDIT,
                place + 1,
                "audit-broken",
                message,
                "warning" if place < (log.accepted or 0) else "error",
            )


def _problems_of_marks(log: _Log) -> Iterator[Problem]:
    """One problem, at the first line without a good mark; those before an acceptance need none."""
    if not log.keys:
        if any(map(audit_key.has_mark, log.lines)):
            message = "its lines bear marks that cannot be checked here: KMQA_AUDIT_KEY is not set."
            yield Problem(layout.AUDIT, 0, "audit-unchecked", message, "warning")
        return
    places = range(log.accepted or 0, len(log.lines))
    bad = [n + 1 for n in places if not audit_key.is_marked_by(log.lines[n], log.keys)]
    if not bad:
        return
    if not any(map(audit_key.has_mark, log.lines)):
        message = (
            f"{len(bad)} lines were written before there was a key. Look through them, then vouch "
            'for them with "kmqa audit accept".'
        )
        yield Problem(layout.AUDIT, 0, "audit-not-accepted", message)
        return
    message = f"this line and {len(bad) - 1} others were not written with the key. {_ACCEPT}"
    yield Problem(layout.AUDIT, bad[0], "audit-forged", message)


def _problems_of_anchor(root: Path, log: _Log) -> Iterator[Problem]:
    kept = anchors.read(root, log.keys)
    if kept is None:
        return
    anchor, is_believed = kept
    if not is_believed:
        message = f"{anchors.FILE} beside the bundles was not written with the key. {_ACCEPT}"
        yield Problem(layout.AUDIT, 0, "audit-anchor-forged", message)
    elif not anchor.is_held_by(log.lines):
        yield _cut_problem(log, anchor, f"{anchors.FILE} beside the bundles", bool(log.keys))


def _cut_problem(log: _Log, anchor: Anchor, source: str, is_error: bool) -> Problem:
    message = (
        f"the log had {anchor.n_lines} lines by {source}, and the {len(log.lines)} that are here "
        f"do not go on from them: it was cut, replaced or deleted. {_ACCEPT}"
    )
    return Problem(layout.AUDIT, 0, "audit-cut", message, "error" if is_error else "warning")


def _problems_of_torn_line(found: disk.JsonLines) -> Iterator[Problem]:
    if found.torn:
        message = (
            "the last line was cut off by a crash or a full disk, and its change was not made. "
            "Repeat that change; the next line takes its place."
        )
        line = len(found.whole) + 1
        yield Problem(layout.AUDIT, line, "audit-torn", message, "warning")

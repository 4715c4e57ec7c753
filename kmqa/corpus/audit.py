"""The audit log: one line for each change of status, appended and never rewritten.

`corpus/audit.jsonl` holds JSON objects with the keys of `Entry`. Each line carries the SHA-256
of the line before it, so that a line taken out, put in or altered breaks the chain. The log
begins with the first change that kmqa makes to a corpus; a corpus without one has no history.
"""

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from kmqa.corpus import commits, disk, layout, schema
from kmqa.errors import CorpusFileError, Problem
from kmqa.records import Answer, Document, UrgentEntry

NO_LINE = "0" * 64
"""What the first line gives as the hash of the line before it."""

ACTIONS = frozenset(
    {
        "init", "found", "new", "edit", "edition", "import", "move",  # what a corpus holds
        "refuse", "withhold", "release",  # what is sent
        "add", "role", "disable", "enable", "new-password", "link",  # users
        "issue", "revoke",  # keys
    }
)  # fmt: skip
"""What a line of the log may say that was done."""

THINGS = frozenset(
    {"corpus", "settings", "answer", "document", "urgent", "refusals", "user", "key"}
)
"""To what it may say so; the console has names for these and for `ACTIONS`."""

_NOT_MEANT = frozenset({"status", "version"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the log.

    Attributes:
        at: Moment in UTC, ISO 8601; empty until it is appended.
        by: The person who did it.
        action: One of `ACTIONS`; ``found`` for what was approved already when the log began.
            A line that a later kmqa wrote may have another.
        item: One of `THINGS` and an id, such as ``answer:ec-window`` or ``user:Asha``.
        from_status: Status before, or empty for a new item; of a user her role.
        to_status: Status after; of a user her role.
        sha256_before: `meaning_sha256` before, or empty for a new item.
        sha256_after: `meaning_sha256` after.
        previous_line_sha256: Of the line before, without its line end; `NO_LINE` for the first.
    """

    at: str = ""
    by: str
    action: str
    item: str
    from_status: str = ""
    to_status: str = ""
    sha256_before: str = ""
    sha256_after: str = ""
    previous_line_sha256: str = NO_LINE


_ENTRY = TypeAdapter(Entry)


def meaning_sha256(item: Answer | Document | UrgentEntry) -> str:
    """A fingerprint of what `item` says and who vouches for it.

    Status and version do not count, nor do comments, key order, layout and empty keys of its
    file. So an approval holds until a word, a source, a reviewer or a date changes.
    """
    data = schema.plain(item)
    meant = {key: value for key, value in data.items() if key not in _NOT_MEANT}
    text = json.dumps(meant, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


@contextmanager
def locked(root: Path) -> Iterator[None]:
    """Nobody else changes the status of anything in this corpus meanwhile (one machine).

    Where it was asked for (`commits.keep`), what changed is one commit at the end.
    """
    descriptor = os.open(root, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        with commits.kept(root):
            yield
    finally:
        os.close(descriptor)  # also lets go of the lock


def append(root: Path, entries: Sequence[Entry]) -> None:
    """`entries` stand at the end of the log in their order, chained and safely on disk.

    The caller holds `locked`, because the last line is read before the new ones are written.

    Raises:
        ValueError: An action is not one of `ACTIONS`, or a thing none of `THINGS`; nothing was
            written.
    """
    _check_known(entries)
    path = root / layout.AUDIT
    previous = _last_line_sha256(path)
    at = datetime.now(UTC).isoformat(timespec="seconds")
    lines = []
    for entry in entries:
        chained = replace(entry, at=entry.at or at, previous_line_sha256=previous)
        line = json.dumps(asdict(chained), ensure_ascii=False).encode()
        previous = hashlib.sha256(line).hexdigest()
        lines.append(line + b"\n")
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    with os.fdopen(descriptor, "ab") as file:
        file.write(b"".join(lines))
        file.flush()
        os.fsync(file.fileno())
    disk.sync_folder(root)


def _check_known(entries: Sequence[Entry]) -> None:
    actions = {entry.action for entry in entries} - ACTIONS
    things = {entry.item.partition(":")[0] for entry in entries} - THINGS
    if actions or things:
        message = f"the audit log does not know {', '.join(sorted(actions | things))}"
        raise ValueError(message)


def _last_line_sha256(path: Path) -> str:
    lines = path.read_bytes().split(b"\n") if path.exists() else []
    full = [line for line in lines if line]
    return hashlib.sha256(full[-1]).hexdigest() if full else NO_LINE


def exists(root: Path) -> bool:
    """Whether this corpus has a log."""
    return (root / layout.AUDIT).exists()


def read(root: Path) -> tuple[Entry, ...]:
    """The lines of the log, oldest first; none where there is no log.

    Raises:
        CorpusFileError: A line is not one that kmqa wrote.
    """
    path = root / layout.AUDIT
    try:
        found = path.stat()
    except FileNotFoundError:
        return ()
    return _entries(path, (found.st_ino, found.st_size, found.st_mtime_ns))


@lru_cache(maxsize=2)  # every page about an answer asks for the whole log, which seldom changes
def _entries(path: Path, _stamp: tuple[int, int, int]) -> tuple[Entry, ...]:
    entries = []
    for number, line in enumerate(path.read_bytes().splitlines(), start=1):
        try:
            entries.append(_ENTRY.validate_json(line))
        except ValidationError as error:
            raise CorpusFileError(
                "a line of the audit log is unreadable",
                path=path,
                line=number,
                remedy="Restore the file from its last good copy.",
            ) from error
    return tuple(entries)


def verify(root: Path, read_before: Sequence[Entry] | None = None) -> tuple[Problem, ...]:
    """A problem for each line that does not follow from the line before it.

    Args:
        root: The corpus folder.
        read_before: What `read` gave, where it was just read; a long log takes a while.
    """
    path = root / layout.AUDIT
    if not path.exists():
        return ()
    try:
        entries = read(root) if read_before is None else read_before
    except CorpusFileError as error:
        return (Problem(layout.AUDIT, error.line or 0, "audit-unreadable", error.message),)
    lines = path.read_bytes().splitlines()
    expected = [NO_LINE, *(hashlib.sha256(line).hexdigest() for line in lines)]
    message = "the line before this one was changed or taken out. Restore the file."
    return tuple(
        Problem(layout.AUDIT, number, "audit-broken", message)
        for number, entry in enumerate(entries, start=1)
        if entry.previous_line_sha256 != expected[number - 1]
    )

"""The audit log: one line for each change of status, appended and never rewritten.

`corpus/audit.jsonl` holds JSON objects with the keys of `Entry`. Each line carries the SHA-256
of the line before it, so that a line taken out, put in or altered breaks the chain. With
`KMQA_AUDIT_KEY` each bears a mark, too, that nobody can make without this secret
(`kmqa.corpus.audit_key`), and what the log had reached is kept elsewhere (`kmqa.corpus.anchors`).
`kmqa.corpus.audit_proof` finds what does not fit. The log begins with the first change that kmqa
makes to a corpus; a corpus without one has no history.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from kmqa import disk
from kmqa.content import registry
from kmqa.content.corpus import Corpus
from kmqa.corpus import anchors, audit_key, commits, layout, schema
from kmqa.errors import CorpusFileError, SettingsError
from kmqa.records import Reviewed
from kmqa.settings import read_settings

NO_LINE = "0" * 64
"""What the first line gives as the hash of the line before it."""

ACTIONS = frozenset(
    {
        "init", "found", "new", "edit", "edition", "import", "move",  # what a corpus holds
        "refuse", "withhold", "release",  # what is sent
        "add", "role", "disable", "enable", "new-password", "link",  # users
        "issue", "revoke",  # keys
        "build", "publish", "rollback",  # bundles
        "accept",  # the log itself
    }
)  # fmt: skip
"""What a line of the log may say that was done."""

OTHER_THINGS = frozenset({"corpus", "settings", "refusals", "user", "key", "bundle"})
"""To what it may say so, apart from reviewed content; see `list_things`."""

_NOT_MEANT = frozenset({"status", "version"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the log.

    Attributes:
        at: Moment in UTC, ISO 8601; empty until it is appended.
        by: The person who did it.
        action: One of `ACTIONS`; ``found`` for what was approved already when the log began,
            ``accept`` where somebody vouches for all lines before, whose hash is then
            `sha256_before`. A line that a later kmqa wrote may have another.
        item: One of `list_things` and an id, such as ``answer:ec-window`` or ``user:Asha``.
        from_status: Status before, or empty for a new item; of a user their role.
        to_status: Status after; of a user their role.
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


def list_things() -> frozenset[str]:
    """Return what a line may be about: the kinds of reviewed content, and `OTHER_THINGS`."""
    return OTHER_THINGS | {kind.log_name for kind in registry.kinds()}


def fingerprint(corpus: Corpus, item: Reviewed) -> str:
    """Return `meaning_sha256` of `item` with the files of `corpus` that belong to it."""
    companions = corpus.companions(registry.kind_of(item).name, item.id)
    return meaning_sha256(item, companions)


def meaning_sha256(item: Reviewed, companions: Mapping[str, str] | None = None) -> str:
    """Return a fingerprint of what `item` says and who vouches for it.

    Status and version do not count, nor do comments, key order, layout and empty keys of its
    file. So an approval holds until a word, a source, a reviewer or a date changes.

    Args:
        item: Of any kind.
        companions: Sha256 of each file that belongs to it, by its path, where the kind has such
            files and its records do not vouch for them themselves.
    """
    data = schema.plain(item)
    meant = {key: value for key, value in data.items() if key not in _NOT_MEANT}
    if companions:
        meant["companions"] = dict(companions)
    text = json.dumps(meant, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return disk.sha256_of(text.encode())


@contextmanager
def lock(root: Path) -> Iterator[None]:
    """Keep everybody else on this machine from changing the status of anything in this corpus.

    Where it was asked for (`commits.keep`), what changed is one commit at the end.
    """
    with disk.exclusive_lock(root), commits.commit_after(root):
        yield


def append(root: Path, entries: Sequence[Entry]) -> None:
    """Append `entries` to the log in their order, chained and safely on disk.

    The caller holds `locked`, because the last line is read before the new ones are written. A
    torn last line, which a crash or a full disk cut off, gives way to them.

    Raises:
        ValueError: An action is not one of `ACTIONS`, or a thing none of `list_things`; nothing
            was written.
        SettingsError: The log bears marks, and this process has no key; nothing was written.
        OSError: The disk is full, say; nothing was written.
    """
    _check_known(entries)
    keys = read_settings().audit_key_list
    path = root / layout.AUDIT
    whole = disk.read_json_lines(path).whole
    if not keys and any(map(audit_key.has_mark, whole)):
        raise _missing_key(path)
    previous = disk.sha256_of(whole[-1]) if whole else NO_LINE
    at = datetime.now(UTC).isoformat(timespec="seconds")
    lines = []
    for entry in entries:
        chained = replace(entry, at=entry.at or at, previous_line_sha256=previous)
        line = json.dumps(asdict(chained), ensure_ascii=False).encode()
        line = audit_key.add_mark(line, keys[0]) if keys else line
        previous = disk.sha256_of(line)
        lines.append(line)
    disk.append_json_lines(path, lines)
    is_accepted = any(entry.action == "accept" for entry in entries)
    anchors.write(root, (*whole, *lines), keys, is_new=is_accepted)


def _missing_key(path: Path) -> SettingsError:
    return SettingsError(
        "the audit log is kept with a key that this process does not have",
        which="KMQA_AUDIT_KEY",
        expected=f"the key with which {path} was written",
        remedy="Nothing was changed. Set it as it is where the console runs.",
    )


def _check_known(entries: Sequence[Entry]) -> None:
    actions = {entry.action for entry in entries} - ACTIONS
    things = {entry.item.partition(":")[0] for entry in entries} - list_things()
    if actions or things:
        message = f"the audit log does not know {', '.join(sorted(actions | things))}"
        raise ValueError(message)


def exists(root: Path) -> bool:
    """Return whether this corpus has a log: at least one whole line."""
    return bool(disk.read_json_lines(root / layout.AUDIT).whole)


def read(root: Path) -> tuple[Entry, ...]:
    """Return the lines of the log, oldest first; none where there is no log.

    A torn last line is left out: its change was never made (see `append`).

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
    for number, line in enumerate(disk.read_json_lines(path).whole, start=1):
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

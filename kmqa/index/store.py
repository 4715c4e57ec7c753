"""The index folder: many bundles, one of them live.

`CURRENT` names the live bundle and changes by atomic rename; `HISTORY.jsonl` keeps every change
of it, so that `rollback` knows where to go back to. `VERDICTS.jsonl` keeps what the gate found of
each bundle, because a bundle itself never changes. Both are only ever appended to. Folders whose
name begins with a dot are work in progress or caches and are never served.
"""

import fcntl
import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from kmqa.errors import BundleError, BundleIncompatible, BundleMissing
from kmqa.index import bundle, journal

WITHHELD = "WITHHELD.json"
"""File beside the bundles that names answers which must not be sent."""
_BUILD = 'Run "kmqa build" first.'


@dataclass(frozen=True, slots=True, kw_only=True)
class Switch:
    """One change of the live bundle.

    Attributes:
        gate: ``passed``, ``failed`` or ``untested``; empty where the gate was not asked.
        reason: Why it was published although it had not passed.
        by: Who published it, as far as was said.
    """

    at: str
    bundle_id: str
    previous: str | None
    action: str
    gate: str = ""
    reason: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leave:
    """What a publication rests on; see `Switch` for each of these."""

    gate: str = ""
    reason: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One bundle of an index folder; `problem` says why it cannot be served, if it cannot."""

    bundle_id: str
    is_live: bool
    manifest: bundle.Manifest | None
    problem: str = ""


def current_id(index: Path) -> str | None:
    """Id of the live bundle, or None where none was published."""
    try:
        return (index / "CURRENT").read_text(encoding="utf-8").strip() or None
    except FileNotFoundError:
        return None


def current_folder(index: Path) -> Path:
    """Folder of the live bundle.

    Raises:
        BundleMissing: No bundle is live, or CURRENT names one that is not there.
    """
    if not index.is_dir():
        raise BundleMissing("there is no index folder", which=str(index), remedy=_BUILD)
    live = current_id(index)
    if live is None:
        raise BundleMissing("no bundle is live", which=str(index / "CURRENT"), remedy=_BUILD)
    if live not in _ids(index):
        raise BundleMissing(
            "CURRENT names a bundle that is not there",
            which=str(index / "CURRENT"),
            got=live,
            expected=", ".join(_ids(index)) or "a bundle",
            remedy='Run "kmqa publish ID" with one of these, or "kmqa build".',
        )
    return index / live


def withheld(index: Path) -> Mapping[str, str]:
    """Answers that somebody stopped at once, without a build, each with who did and why.

    Raises:
        BundleError: The list cannot be read.
    """
    path = index / WITHHELD
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        return {str(name): str(reason) for name, reason in found.items()}
    except FileNotFoundError:
        return {}
    except (ValueError, AttributeError) as error:
        raise BundleError(
            "the list of stopped answers is unreadable",
            which=str(path),
            remedy="Mend it by hand; until then what was stopped before stays stopped.",
        ) from error


def withhold(index: Path, answer_id: str, reason: str) -> None:
    """The answer is not sent any more, by whatever bundle; an empty `reason` lifts that.

    Two people who stop answers at the same moment both do: one waits for the other.
    """

    def changed(before: Mapping[str, str]) -> Mapping[str, str]:
        after = {name: why for name, why in before.items() if name != answer_id}
        return after | {answer_id: reason} if reason else after

    change_withheld(index, changed)


def change_withheld(index: Path, changed: Callable[[Mapping[str, str]], Mapping[str, str]]) -> None:
    """The list of stopped answers is what `changed` makes of it; written only if that differs.

    Raises:
        BundleError: The list cannot be read; it stays as it is.
    """
    with alone(index):
        before = withheld(index)
        after = changed(before)
        if after == before:
            return
        rewrite(index / WITHHELD, json.dumps(after, ensure_ascii=False, indent=1))


def rewrite(path: Path, text: str) -> None:
    """The file holds `text`, safely on disk; whoever reads it meanwhile gets the old or the new."""
    temporary = path.with_name(f".{path.name}-{os.getpid()}")
    with temporary.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Nobody else of this machine who asks for the same file or folder goes on meanwhile."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)  # also lets go of the lock


def is_readable(index: Path) -> bool:
    """Whether a bundle is live that was written for this version, whole or not."""
    live = current_id(index)
    if live is None or not (index / live / "manifest.json").is_file():
        return False
    try:
        bundle.verify(index / live)
    except BundleIncompatible:
        return False
    except BundleError:
        return True
    return True


def folder_of(index: Path, bundle_id: str) -> Path:
    """The folder of `bundle_id`, whose bytes nobody has looked at yet.

    Raises:
        BundleMissing: The index has no such bundle, or there is no index.
    """
    if not index.is_dir():
        raise BundleMissing("there is no index folder", which=str(index), remedy=_BUILD)
    if bundle_id not in _ids(index):
        raise BundleMissing(
            "no such bundle",
            which=bundle_id,
            expected=", ".join(_ids(index)) or "a bundle",
            remedy='See "kmqa bundles".',
        )
    return index / bundle_id


def publish(
    index: Path, bundle_id: str, now: datetime, action: str = "publish", leave: Leave | None = None
) -> None:
    """Make `bundle_id` live after verifying it; readers see the old or the new one, never half.

    Raises:
        BundleMissing: The index has no such bundle.
        BundleCorrupt: The bundle is not what its seal says.
    """
    bundle.verify(folder_of(index, bundle_id))
    previous = current_id(index)
    rewrite(index / "CURRENT", f"{bundle_id}\n")
    switch = Switch(
        at=now.isoformat(timespec="seconds"),
        bundle_id=bundle_id,
        previous=previous,
        action=action,
        **asdict(leave or Leave()),
    )
    journal.append(index / "HISTORY.jsonl", asdict(switch))


def rollback(index: Path, now: datetime) -> str:
    """Make the bundle that was live before the present one live again, and return its id.

    Raises:
        BundleError: There was none before.
    """
    live = current_id(index)
    for switch in reversed(history(index)):
        # A rollback is no step to come back to: two of them in a row go back two steps.
        if switch.bundle_id == live and switch.action == "publish" and switch.previous:
            publish(index, switch.previous, now, action="rollback")
            return switch.previous
    raise BundleError(
        "there is nothing to go back to",
        which=str(index),
        got=f"{live or 'no bundle'} live since the first publish",
        remedy='Name a bundle with "kmqa publish ID"; "kmqa bundles" lists them.',
    )


def history(index: Path) -> tuple[Switch, ...]:
    """Every change of the live bundle, oldest first; a line cut off by a crash is left out."""
    switches = []
    for line in journal.lines(index / "HISTORY.jsonl"):
        try:
            switches.append(Switch(**line))
        except TypeError:
            continue
    return tuple(switches)


def record_verdict(
    index: Path, bundle_id: str, now: datetime, verdict: Mapping[str, object]
) -> None:
    """Keep what the gate found of `bundle_id`; ``passed`` in `verdict` tells how it ended."""
    at = now.isoformat(timespec="seconds")
    journal.append(index / "VERDICTS.jsonl", {"at": at, "bundle_id": bundle_id, **verdict})


def verdicts(index: Path) -> Mapping[str, Mapping[str, Any]]:
    """The last verdict of each bundle that has one."""
    lines = journal.lines(index / "VERDICTS.jsonl")
    return {str(line["bundle_id"]): line for line in lines if "bundle_id" in line}


def listed(index: Path) -> tuple[Listed, ...]:
    """Every bundle of the folder, by id, with what is wrong with it if anything is."""
    live = current_id(index)
    return tuple(_listed(index / name, is_live=name == live) for name in _ids(index))


def glanced(index: Path) -> tuple[Listed, ...]:
    """As `listed`, but only the manifests are checked: fast enough for a page.

    Publishing and opening check every byte.
    """
    live = current_id(index)
    return tuple(
        _listed(index / name, is_live=name == live, check=bundle.manifest_of)
        for name in _ids(index)
    )


def _listed(
    folder: Path, *, is_live: bool, check: Callable[[Path], bundle.Manifest] = bundle.verify
) -> Listed:
    try:
        manifest = check(folder)
    except BundleError as error:
        return Listed(bundle_id=folder.name, is_live=is_live, manifest=None, problem=error.message)
    return Listed(bundle_id=folder.name, is_live=is_live, manifest=manifest)


def clear_leftovers(index: Path) -> None:
    """Remove what builds that died left half-written; a build still running keeps its folder."""
    for path in index.glob(".building-*"):
        if not _is_alive(int(path.name.rpartition("-")[2])):
            shutil.rmtree(path, ignore_errors=True)


def _is_alive(process_id: int) -> bool:
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def staging_folder(index: Path, bundle_id: str) -> Path:
    """A new empty folder in which a bundle is put together before `adopt` makes it visible."""
    folder = index / f".building-{bundle_id}-{os.getpid()}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def adopt(index: Path, staged: Path, bundle_id: str) -> Path:
    """Give a sealed, staged bundle its place in one step; a broken one there before goes."""
    place = index / bundle_id
    if place.exists():
        shutil.rmtree(place)
    staged.replace(place)
    return place


def _ids(index: Path) -> list[str]:
    return sorted(
        path.name
        for path in index.iterdir()
        if path.is_dir() and not path.name.startswith(".") and not path.is_symlink()
    )

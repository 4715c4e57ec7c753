"""The index folder: many bundles, one of them live.

`CURRENT` names the live bundle and is replaced atomically; `HISTORY.jsonl` keeps every change
of it, so that `rollback` knows where to go back to. `VERDICTS.jsonl` keeps what the gate found of
each bundle, because a bundle itself never changes. Both are only ever appended to. Folders whose
name begins with a dot are work in progress or caches and are never served.
"""

import os
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from kmqa import disk
from kmqa.errors import BundleError, BundleIncompatible, BundleMissing
from kmqa.index import bundle, journal

_BUILD = 'Run "kmqa build" first.'


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
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
class Authorisation:
    """What allowed a publication; see `Publication` for each of these."""

    gate: str = ""
    reason: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedBundle:
    """One bundle of an index folder; `problem` says why it cannot be served, if it cannot."""

    bundle_id: str
    is_live: bool
    manifest: bundle.Manifest | None
    problem: str = ""


def current_id(index: Path) -> str | None:
    """Return the id of the live bundle, or None where none was published."""
    try:
        return (index / "CURRENT").read_text(encoding="utf-8").strip() or None
    except FileNotFoundError:
        return None


def current_folder(index: Path) -> Path:
    """Return the folder of the live bundle.

    Raises:
        BundleMissing: No bundle is live, or CURRENT names one that is not there.
    """
    if not index.is_dir():
        raise BundleMissing("there is no index folder", which=str(index), remedy=_BUILD)
    live = current_id(index)
    if live is None:
        raise BundleMissing("no bundle is live", which=str(index / "CURRENT"), remedy=_BUILD)
    if live not in _list_ids(index):
        raise BundleMissing(
            "CURRENT names a bundle that is not there",
            which=str(index / "CURRENT"),
            got=live,
            expected=", ".join(_list_ids(index)) or "a bundle",
            remedy='Run "kmqa publish ID" with one of these, or "kmqa build".',
        )
    return index / live


def is_readable(index: Path) -> bool:
    """Return whether a bundle is live that was written for this version, whole or not."""
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


def bundle_folder(index: Path, bundle_id: str) -> Path:
    """Return the folder of `bundle_id`, unverified.

    Raises:
        BundleMissing: The index has no such bundle, or there is no index.
    """
    if not index.is_dir():
        raise BundleMissing("there is no index folder", which=str(index), remedy=_BUILD)
    if bundle_id not in _list_ids(index):
        raise BundleMissing(
            "no such bundle",
            which=bundle_id,
            expected=", ".join(_list_ids(index)) or "a bundle",
            remedy='See "kmqa bundles".',
        )
    return index / bundle_id


def publish(
    index: Path,
    bundle_id: str,
    now: datetime,
    action: str = "publish",
    authorisation: Authorisation | None = None,
) -> None:
    """Make `bundle_id` live after verifying it; readers see the old or the new one, never half.

    Raises:
        BundleMissing: The index has no such bundle.
        BundleCorrupt: The bundle is not what its seal says.
    """
    bundle.verify(bundle_folder(index, bundle_id))
    previous = current_id(index)
    disk.write_atomically(index / "CURRENT", f"{bundle_id}\n")
    publication = Publication(
        at=now.isoformat(timespec="seconds"),
        bundle_id=bundle_id,
        previous=previous,
        action=action,
        **asdict(authorisation or Authorisation()),
    )
    journal.append_line(index / "HISTORY.jsonl", asdict(publication))


def rollback(index: Path, now: datetime, authorisation: Authorisation | None = None) -> str:
    """Make the bundle that was live before the present one live again, and return its id.

    Raises:
        BundleError: There was none before.
    """
    previous = find_previous(index)
    publish(index, previous, now, action="rollback", authorisation=authorisation)
    return previous


def find_previous(index: Path) -> str:
    """Return the id of the bundle that was live before the present one.

    Raises:
        BundleError: There was none before.
    """
    live = current_id(index)
    for publication in reversed(read_history(index)):
        # A rollback is no step to come back to: two of them in a row go back two steps.
        if (
            publication.bundle_id == live
            and publication.action == "publish"
            and publication.previous
        ):
            return publication.previous
    raise BundleError(
        "there is nothing to go back to",
        which=str(index),
        got=f"{live or 'no bundle'} live since the first publish",
        remedy='Name a bundle with "kmqa publish ID"; "kmqa bundles" lists them.',
    )


def read_history(index: Path) -> tuple[Publication, ...]:
    """Return every change of the live bundle, oldest first, without a line that a crash cut."""
    publications = []
    for line in journal.read_lines(index / "HISTORY.jsonl"):
        try:
            publications.append(Publication(**line))
        except TypeError:
            continue
    return tuple(publications)


def record_verdict(
    index: Path, bundle_id: str, now: datetime, verdict: Mapping[str, object]
) -> None:
    """Append what the gate found of `bundle_id`; ``passed`` in `verdict` tells how it ended."""
    at = now.isoformat(timespec="seconds")
    journal.append_line(index / "VERDICTS.jsonl", {"at": at, "bundle_id": bundle_id, **verdict})


def read_verdicts(index: Path) -> Mapping[str, Mapping[str, Any]]:
    """Return the last verdict of each bundle that has one."""
    lines = journal.read_lines(index / "VERDICTS.jsonl")
    return {str(line["bundle_id"]): line for line in lines if "bundle_id" in line}


def list_bundles(index: Path, *, verify: bool = True) -> tuple[ListedBundle, ...]:
    """Return every bundle of the folder, by id, with what is wrong with it if anything is.

    Args:
        index: Folder of bundles.
        verify: Check every byte. Without it only the manifests are checked, which is fast enough
            for a page; publishing and opening check every byte again.
    """
    live = current_id(index)
    return tuple(
        _list_bundle(index / name, is_live=name == live, verify=verify) for name in _list_ids(index)
    )


def _list_bundle(folder: Path, *, is_live: bool, verify: bool) -> ListedBundle:
    read = bundle.verify if verify else bundle.read_manifest
    try:
        manifest = read(folder)
    except BundleError as error:
        return ListedBundle(
            bundle_id=folder.name, is_live=is_live, manifest=None, problem=error.message
        )
    return ListedBundle(bundle_id=folder.name, is_live=is_live, manifest=manifest)


def remove_leftovers(index: Path) -> None:
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


def make_staging_folder(index: Path, bundle_id: str) -> Path:
    """Make an empty folder to assemble a bundle in, hidden until `move_into_place`."""
    folder = index / f".building-{bundle_id}-{os.getpid()}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def move_into_place(index: Path, staged: Path, bundle_id: str) -> Path:
    """Move a sealed, staged bundle to its final folder in one step, over a broken one."""
    folder = index / bundle_id
    if folder.exists():
        shutil.rmtree(folder)
    staged.replace(folder)
    return folder


def _list_ids(index: Path) -> list[str]:
    return sorted(
        path.name
        for path in index.iterdir()
        if path.is_dir() and not path.name.startswith(".") and not path.is_symlink()
    )

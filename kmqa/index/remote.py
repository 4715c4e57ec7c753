"""Bundles at a URL: one machine pushes what is live, others pull it.

::

    URL/
      WITHHELD.json      stopped answers of the machine that pushes
      CURRENT            id of the bundle that is live there
      <bundle_id>/…      the files of a bundle; SEAL is written last

The URL is any that fsspec knows. A push adds stops first, then uploads the bundle, then changes
CURRENT, and releases stops last: an answer that was stopped until it was corrected is never sent by
the bundle that has it wrong, wherever the push ends. A pull reads and acts in the same order.

Hashes find damage and no forger: whoever may write to the URL decides what is answered.
"""

import json
import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path

from kmqa import disk
from kmqa.errors import BundleCorrupt, BundleError, BundleMissing
from kmqa.index import bundle, remote_folder, store
from kmqa.index.download import download
from kmqa.index.remote_folder import RemoteFolder
from kmqa.index.withholding import WITHHELD, change_withheld, read_withheld

Progress = Callable[[str, int], AbstractContextManager[Callable[[int], None]]]
"""Called with a name and a total; gives what is told of each advance."""

PULLED_STATE = ".PULLED.json"
"""File of a local index that tells what was pulled from the URL the last time."""

_BUNDLE_ID = re.compile(r"[0-9a-z]{1,64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteState:
    """What a URL holds: its live bundle, and its stopped answers with who stopped each and why."""

    bundle_id: str = ""
    withheld: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class PushResult:
    """What a push uploaded; no bytes where the whole bundle was there already."""

    bundle_id: str
    n_files: int
    n_bytes: int


def push_live(index: Path, url: str, progress: Progress, *, again: bool = False) -> PushResult:
    """Upload the live bundle of `index` and its stopped answers to `url`.

    Args:
        index: Folder of bundles, one of which is live.
        url: Where the bundle is put; a bucket has to be there already.
        progress: Shows kilobytes.
        again: Upload every file even where the whole bundle seems to be there.

    Raises:
        BundleError: Nothing is live, it is not what its seal says, or `url` cannot be written.
        SettingsError: `url` is of no kind that is known or installed here.
    """
    folder = store.current_folder(index)
    manifest = bundle.verify(folder)
    ours = read_withheld(index)
    remote = remote_folder.open_folder(url)
    _write_withheld(remote, {**_read_remote_withheld(remote), **ours})
    names = [*sorted(manifest.files), "manifest.json"]
    n_bytes = 0
    if again or not _is_whole(remote, folder, names):
        n_bytes = _upload(remote, folder, names, progress)
    remote.write("CURRENT", f"{folder.name}\n".encode())
    _write_withheld(remote, ours)
    return PushResult(bundle_id=folder.name, n_files=len(names) + 1, n_bytes=n_bytes)


def pull_stops(url: str, index: Path) -> None:
    """Stop in `index` what is stopped at `url`; release nothing.

    Raises:
        BundleError: `url` cannot be read, or one of the lists; nothing changes.
        SettingsError: As `push_live`.
    """
    remote = remote_folder.open_folder(url)
    with _exclusive_pull(index):
        _add_stops(index, _read_remote_state(remote))


def pull_live(url: str, index: Path, now: datetime, *, check: bool = False) -> str:
    """Make the bundle and the stopped answers of `url` live in `index`; return the bundle's id.

    What was published or rolled back in `index` itself since the last pull stays live until `url`
    names another bundle. Stops that were made in `index` itself stay. Files that are here already
    are not downloaded again, also those of a pull that was cut short.

    Args:
        url: Where somebody pushed.
        index: Folder of bundles; made if it has to be.
        now: For the history.
        check: Hash the bundle that is here already, and download it again if it is broken.

    Raises:
        BundleError: `url` cannot be read or its bundle is not whole; what is live stays live, and
            what is stopped at `url` is stopped here if the list could be read.
        SettingsError: As `push_live`.
    """
    remote = remote_folder.open_folder(url)
    with _exclusive_pull(index):
        theirs = _read_remote_state(remote)
        before = _read_pulled_state(index)
        _add_stops(index, theirs)
        if before.bundle_id != theirs.bundle_id or not _can_serve(index, check=check):
            _pull_bundle(remote, index, theirs.bundle_id, now)
        _lift_stops(index, theirs)
        return theirs.bundle_id


def _add_stops(index: Path, theirs: RemoteState) -> None:
    pulled = _read_pulled_state(index)
    both = RemoteState(bundle_id=pulled.bundle_id, withheld={**pulled.withheld, **theirs.withheld})

    def add(local: Mapping[str, str]) -> Mapping[str, str]:
        return {**local, **theirs.withheld, **_select_own_stops(local, pulled)}

    # Recorded before they are written: else a crash between would make them look like our own.
    _write_pulled_state(index, both)
    change_withheld(index, add)


def _lift_stops(index: Path, theirs: RemoteState) -> None:
    """Release what the URL no longer stops, but only where its own bundle is live."""
    pulled = _read_pulled_state(index)
    if store.current_id(index) == theirs.bundle_id:
        change_withheld(
            index, lambda local: {**theirs.withheld, **_select_own_stops(local, pulled)}
        )
        _write_pulled_state(index, theirs)
    else:
        _write_pulled_state(
            index, RemoteState(bundle_id=theirs.bundle_id, withheld=pulled.withheld)
        )


def _select_own_stops(local: Mapping[str, str], pulled: RemoteState) -> Mapping[str, str]:
    return {name: why for name, why in local.items() if pulled.withheld.get(name) != why}


def _pull_bundle(remote: RemoteFolder, index: Path, bundle_id: str, now: datetime) -> None:
    """Make the bundle live, after downloading it unless it is here whole."""
    if not _is_whole_here(index / bundle_id):
        staged = index / f".pulling-{bundle_id}"
        for other in set(index.glob(".pulling-*")) - {staged}:
            shutil.rmtree(other, ignore_errors=True)
        download(remote, bundle_id, staged, _list_local_files(index))
        store.move_into_place(index, staged, bundle_id)
    if store.current_id(index) != bundle_id:
        authorisation = store.Authorisation(reason=f"pulled from {remote.display_url}")
        store.publish(index, bundle_id, now, authorisation=authorisation)


def _list_local_files(index: Path) -> Mapping[str, Path]:
    """Return the files of the live bundle by the hash that its manifest gives them."""
    live = store.current_id(index)
    try:
        manifest = bundle.read_manifest(index / live) if live else None
    except (BundleError, ValueError):
        return {}
    files = manifest.files if manifest else {}
    return {sha256: index / str(live) / name for name, sha256 in files.items()}


def _can_serve(index: Path, *, check: bool) -> bool:
    live = store.current_id(index)
    if live is None:
        return False
    return _is_whole_here(index / live) if check else (index / live / "SEAL").is_file()


def _is_whole_here(folder: Path) -> bool:
    try:
        bundle.verify(folder)
    except (BundleError, ValueError):
        return False
    return True


def _is_whole(remote: RemoteFolder, folder: Path, names: list[str]) -> bool:
    """Return whether the remote folder has this very bundle with every file of the right size."""
    if remote.read(f"{folder.name}/SEAL") != (folder / "SEAL").read_bytes():
        return False
    sizes = remote.sizes(folder.name)
    return all(sizes.get(name) == (folder / name).stat().st_size for name in names)


def _upload(remote: RemoteFolder, folder: Path, names: list[str], progress: Progress) -> int:
    """Upload the bundle, its seal last, and return the number of bytes."""
    n_bytes = sum((folder / name).stat().st_size for name in names)
    remote.remove(f"{folder.name}/SEAL")
    with progress("pushing, kB", n_bytes // remote_folder.KB) as advance:
        meter = remote_folder.ProgressMeter(advance)
        for name in names:
            remote.store(folder / name, f"{folder.name}/{name}", meter)
            meter.finish((folder / name).stat().st_size)
    remote.write(f"{folder.name}/SEAL", (folder / "SEAL").read_bytes())
    return n_bytes


def _read_remote_state(remote: RemoteFolder) -> RemoteState:
    """Read the stops before CURRENT, because a push releases stops after it changes CURRENT."""
    if (raw := remote.read(WITHHELD)) is None or (live := remote.read("CURRENT")) is None:
        raise BundleMissing(
            "no bundle was pushed to this URL",
            which=remote.display_url,
            expected=f"CURRENT and {WITHHELD}",
            remedy='Push one with "kmqa push URL".',
        )
    bundle_id = live.decode("utf-8", "replace").strip()
    if not _BUNDLE_ID.fullmatch(bundle_id):
        raise BundleCorrupt(
            "CURRENT at the URL names no bundle",
            which=remote.display_url,
            got=repr(bundle_id[:40]),
            remedy='Push again with "kmqa push URL".',
        )
    return RemoteState(bundle_id=bundle_id, withheld=_parse_withheld(remote, raw))


def _read_remote_withheld(remote: RemoteFolder) -> Mapping[str, str]:
    raw = remote.read(WITHHELD)
    return {} if raw is None else _parse_withheld(remote, raw)


def _parse_withheld(remote: RemoteFolder, raw: bytes) -> Mapping[str, str]:
    try:
        return {str(name): str(why) for name, why in json.loads(raw).items()}
    except (ValueError, AttributeError) as error:
        raise BundleCorrupt(
            "the list of stopped answers at the URL is unreadable",
            which=f"{remote.display_url}/{WITHHELD}",
            remedy="Delete it there and push again; until then what was stopped stays stopped.",
        ) from error


def _write_withheld(remote: RemoteFolder, withheld: Mapping[str, str]) -> None:
    remote.write(WITHHELD, json.dumps(withheld, ensure_ascii=False, indent=1).encode())


def _read_pulled_state(index: Path) -> RemoteState:
    """Return what the last pull found; nothing where there was none, or its file is broken."""
    try:
        return RemoteState(**json.loads((index / PULLED_STATE).read_text(encoding="utf-8")))
    except (FileNotFoundError, ValueError, TypeError):
        return RemoteState()


def _write_pulled_state(index: Path, theirs: RemoteState) -> None:
    if theirs == _read_pulled_state(index):
        return
    content = json.dumps(asdict(theirs), ensure_ascii=False, indent=1)
    disk.write_atomically(index / PULLED_STATE, content)


@contextmanager
def _exclusive_pull(index: Path) -> Iterator[None]:
    """Keep other processes of this machine, such as web and worker, from pulling meanwhile."""
    index.mkdir(parents=True, exist_ok=True)
    lock = index / ".pulling.lock"
    lock.touch()
    with disk.exclusive_lock(lock):
        yield

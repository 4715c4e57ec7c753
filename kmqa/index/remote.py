"""Bundles at a URL: one machine pushes what is live, others pull it.

::

    URL/
      WITHHELD.json      stopped answers of the machine that pushes
      CURRENT            id of the bundle that is live there
      <bundle_id>/…      the files of a bundle, its signature too; SEAL is written last

The URL is any that fsspec knows. A push adds stops first, then uploads the bundle, then changes
CURRENT, and releases stops last: an answer that was stopped until it was corrected is never sent by
the bundle that has it wrong, wherever the push ends. A pull reads and acts in the same order.

Hashes find damage and no forger: without `Trust`, whoever may write to the URL decides what is
answered. With it nothing goes live that no publisher signed, nor what is older than what is live
here (`kmqa.index.signature`). Stops are not signed: they can only silence.
"""

import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from kmqa import disk
from kmqa.errors import BundleError
from kmqa.index import bundle, remote_folder, remote_state, signature, store
from kmqa.index.download import download
from kmqa.index.remote_folder import RemoteFolder
from kmqa.index.remote_state import RemoteState
from kmqa.index.signature import ANYBODY, Trust
from kmqa.index.withholding import change_withheld, read_withheld

Progress = Callable[[str, int], AbstractContextManager[Callable[[int], None]]]
"""Called with a name and a total; gives what is told of each advance."""


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
    remote_state.write_withheld(remote, {**remote_state.read_remote_withheld(remote), **ours})
    names = [*sorted(manifest.files), "manifest.json"]
    n_bytes = 0
    if again or not _is_whole(remote, folder, names):
        n_bytes = _upload(remote, folder, names, progress)
    if signed := signature.read_text(folder):
        remote.write(f"{folder.name}/{bundle.SIGNATURE}", signed.encode())
    else:
        remote.remove(f"{folder.name}/{bundle.SIGNATURE}")
    remote.write("CURRENT", f"{folder.name}\n".encode())
    remote_state.write_withheld(remote, ours)
    return PushResult(bundle_id=folder.name, n_files=len(names) + 1, n_bytes=n_bytes)


def pull_stops(url: str, index: Path) -> None:
    """Stop in `index` what is stopped at `url`; release nothing.

    Raises:
        BundleError: `url` cannot be read, or one of the lists; nothing changes.
        SettingsError: As `push_live`.
    """
    remote = remote_folder.open_folder(url)
    with _exclusive_pull(index):
        _add_stops(index, remote_state.read_remote_state(remote))


def pull_live(
    url: str, index: Path, now: datetime, *, check: bool = False, trust: Trust = ANYBODY
) -> str:
    """Make the bundle and the stopped answers of `url` live in `index`; return the bundle's id.

    What was published or rolled back in `index` itself since the last pull stays live until `url`
    names another bundle. Stops that were made in `index` itself stay. Files that are here already
    are not downloaded again, also those of a pull that was cut short.

    Args:
        url: Where somebody pushed.
        index: Folder of bundles; made if it has to be.
        now: For the history.
        check: Hash the bundle that is here already, and download it again if it is broken.
        trust: Whose signature it must bear.

    Raises:
        BundleError: `url` cannot be read, its bundle is not whole, not signed as it must be, or
            older than what is live; what is live stays live, and what is stopped at `url` is
            stopped here if the list could be read.
        SettingsError: As `push_live`.
    """
    remote = remote_folder.open_folder(url)
    with _exclusive_pull(index):
        theirs = remote_state.read_remote_state(remote, trust)
        before = remote_state.read_pulled_state(index)
        _add_stops(index, theirs)
        is_new = (before.bundle_id, before.signature) != (theirs.bundle_id, theirs.signature)
        if is_new or not _can_serve(index, check=check):
            _check_signature(remote, index, theirs, trust)
            _pull_bundle(remote, index, theirs, now, trust)
        _lift_stops(index, theirs)
        return theirs.bundle_id


def _add_stops(index: Path, theirs: RemoteState) -> None:
    pulled = remote_state.read_pulled_state(index)
    both = replace(pulled, withheld={**pulled.withheld, **theirs.withheld})

    def add(local: Mapping[str, str]) -> Mapping[str, str]:
        return {**local, **theirs.withheld, **_select_own_stops(local, pulled)}

    # Recorded before they are written: else a crash between would make them look like our own.
    remote_state.write_pulled_state(index, both)
    change_withheld(index, add)


def _lift_stops(index: Path, theirs: RemoteState) -> None:
    """Release what the URL no longer stops, but only where its own bundle is live."""
    pulled = remote_state.read_pulled_state(index)
    if store.current_id(index) == theirs.bundle_id:
        change_withheld(
            index, lambda local: {**theirs.withheld, **_select_own_stops(local, pulled)}
        )
        remote_state.write_pulled_state(index, theirs)
    else:
        remote_state.write_pulled_state(index, replace(theirs, withheld=pulled.withheld))


def _select_own_stops(local: Mapping[str, str], pulled: RemoteState) -> Mapping[str, str]:
    return {name: why for name, why in local.items() if pulled.withheld.get(name) != why}


def _check_signature(remote: RemoteFolder, index: Path, theirs: RemoteState, trust: Trust) -> None:
    """Check before anything is downloaded that a publisher signed it, and nothing newer is here."""
    if not trust.keys:
        return
    which = f"{remote.display_url}/{theirs.bundle_id}"
    statement = trust.check_text(theirs.signature, None, which)
    live = store.current_id(index)
    ours = signature.read_statement(index / live) if live else None
    signature.check_is_newest(statement, ours.serial if ours else 0, which)


def _pull_bundle(
    remote: RemoteFolder, index: Path, theirs: RemoteState, now: datetime, trust: Trust
) -> None:
    """Make the bundle live, after downloading it unless it is here whole."""
    bundle_id = theirs.bundle_id
    if not _is_whole_here(index / bundle_id):
        staged = index / f".pulling-{bundle_id}"
        for other in set(index.glob(".pulling-*")) - {staged}:
            shutil.rmtree(other, ignore_errors=True)
        download(remote, bundle_id, staged, _list_local_files(index))
        _take_signature(theirs, staged, trust)
        store.move_into_place(index, staged, bundle_id)
    else:
        _take_signature(theirs, index / bundle_id, trust)
    if store.current_id(index) != bundle_id:
        authorisation = store.Authorisation(reason=f"pulled from {remote.display_url}")
        store.publish(index, bundle_id, now, authorisation=authorisation)


def _take_signature(theirs: RemoteState, folder: Path, trust: Trust) -> None:
    """Put the signature of the URL into a bundle that is here, if it was made for its manifest."""
    if trust.keys:
        trust.check_text(theirs.signature, folder / "manifest.json", str(folder))
    if theirs.signature and theirs.signature != signature.read_text(folder):
        signature.write_text(folder, theirs.signature)


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


@contextmanager
def _exclusive_pull(index: Path) -> Iterator[None]:
    """Keep other processes of this machine, such as web and worker, from pulling meanwhile."""
    index.mkdir(parents=True, exist_ok=True)
    lock = index / ".pulling.lock"
    lock.touch()
    with disk.exclusive_lock(lock):
        yield

"""Bundles at a URL: one machine pushes what is live, others pull it.

::

    URL/
      WITHHELD.json      stopped answers of the machine that pushes
      CURRENT            id of the bundle that is live there
      <bundle_id>/…      the files of a bundle; SEAL is written last

The URL is any that fsspec knows. A push adds stops first, then uploads the bundle, then changes
CURRENT, and lifts stops last: an answer that was stopped until it was mended is never sent by the
bundle that has it wrong, wherever the push ends. A pull reads and acts in the same order.

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

from kmqa.errors import BundleCorrupt, BundleError, BundleMissing
from kmqa.index import bundle, store
from kmqa.index import place as places
from kmqa.index.download import download
from kmqa.index.place import Place

Progress = Callable[[str, int], AbstractContextManager[Callable[[int], None]]]
"""Called with a name and a total; gives what is told of each advance."""

TAKEN = ".PULLED.json"
"""File of a local index that tells what was taken from the URL the last time."""

_BUNDLE_ID = re.compile(r"[0-9a-z]{1,64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a URL says: its live bundle, and its stopped answers with who stopped each and why."""

    bundle_id: str = ""
    withheld: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pushed:
    """What a push came to; no bytes where the whole bundle was there already."""

    bundle_id: str
    n_files: int
    n_bytes: int


def pushed(index: Path, url: str, progress: Progress, *, again: bool = False) -> Pushed:
    """The live bundle of `index` and its stopped answers are at `url`.

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
    ours = store.withheld(index)
    place = places.opened(url)
    _write_withheld(place, {**_withheld_at(place), **ours})
    names = [*sorted(manifest.files), "manifest.json"]
    n_bytes = 0
    if again or not _is_whole(place, folder, names):
        n_bytes = _uploaded(place, folder, names, progress)
    place.write("CURRENT", f"{folder.name}\n".encode())
    _write_withheld(place, ours)
    return Pushed(bundle_id=folder.name, n_files=len(names) + 1, n_bytes=n_bytes)


def stopped(url: str, index: Path) -> None:
    """What is stopped at `url` is stopped in `index`, too; nothing is lifted.

    Raises:
        BundleError: `url` cannot be read, or one of the lists; nothing changes.
        SettingsError: As `pushed`.
    """
    place = places.opened(url)
    with _alone(index):
        _take_stops(index, _told(place))


def pulled(url: str, index: Path, now: datetime, *, check: bool = False) -> str:
    """The bundle and the stopped answers of `url` are live in `index`; returns the bundle's id.

    What was published or rolled back in `index` itself since the last pull stays live until `url`
    names another bundle. Stops that were made in `index` itself stay. Files that are here already
    are not downloaded again, also those of a pull that was cut short.

    Args:
        url: Where somebody pushed.
        index: Folder of bundles; made if it has to be.
        now: For the history.
        check: Hash the bundle that is here already, and mend it if it is broken.

    Raises:
        BundleError: `url` cannot be read or its bundle is not whole; what is live stays live, and
            what is stopped at `url` is stopped here if the list could be read.
        SettingsError: As `pushed`.
    """
    place = places.opened(url)
    with _alone(index):
        told = _told(place)
        before = _taken(index)
        _take_stops(index, told)
        if before.bundle_id != told.bundle_id or not _can_serve(index, check=check):
            _take_bundle(place, index, told.bundle_id, now)
        _take_lifts(index, told)
        return told.bundle_id


def _take_stops(index: Path, told: Told) -> None:
    taken = _taken(index)
    both = Told(bundle_id=taken.bundle_id, withheld={**taken.withheld, **told.withheld})

    def more(local: Mapping[str, str]) -> Mapping[str, str]:
        return {**local, **told.withheld, **_made_here(local, taken)}

    # Noted before they are taken over: else a crash between would make them look like our own.
    _note(index, both)
    store.change_withheld(index, more)


def _take_lifts(index: Path, told: Told) -> None:
    """What the URL no longer stops is lifted, but only where its own bundle is what answers."""
    taken = _taken(index)
    if store.current_id(index) == told.bundle_id:
        store.change_withheld(index, lambda local: {**told.withheld, **_made_here(local, taken)})
        _note(index, told)
    else:
        _note(index, Told(bundle_id=told.bundle_id, withheld=taken.withheld))


def _made_here(local: Mapping[str, str], taken: Told) -> Mapping[str, str]:
    return {name: why for name, why in local.items() if taken.withheld.get(name) != why}


def _take_bundle(place: Place, index: Path, bundle_id: str, now: datetime) -> None:
    """The bundle is live; it is downloaded unless it lies here whole."""
    if not _is_whole_here(index / bundle_id):
        staged = index / f".pulling-{bundle_id}"
        for other in set(index.glob(".pulling-*")) - {staged}:
            shutil.rmtree(other, ignore_errors=True)
        download(place, bundle_id, staged, _files_here(index))
        store.adopt(index, staged, bundle_id)
    if store.current_id(index) != bundle_id:
        leave = store.Leave(reason=f"pulled from {place.shown}")
        store.publish(index, bundle_id, now, leave=leave)


def _files_here(index: Path) -> Mapping[str, Path]:
    """Files of the live bundle by the hash that its manifest gives them."""
    live = store.current_id(index)
    try:
        manifest = bundle.manifest_of(index / live) if live else None
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


def _is_whole(place: Place, folder: Path, names: list[str]) -> bool:
    """Whether the place has this very bundle with every file of the right size."""
    if place.read(f"{folder.name}/SEAL") != (folder / "SEAL").read_bytes():
        return False
    sizes = place.sizes(folder.name)
    return all(sizes.get(name) == (folder / name).stat().st_size for name in names)


def _uploaded(place: Place, folder: Path, names: list[str], progress: Progress) -> int:
    """Bytes that were uploaded; the place has no seal until every other file is there."""
    n_bytes = sum((folder / name).stat().st_size for name in names)
    place.remove(f"{folder.name}/SEAL")
    with progress("pushing, kB", n_bytes // places.KB) as advance:
        meter = places.Meter(advance)
        for name in names:
            place.store(folder / name, f"{folder.name}/{name}", meter)
            meter.finish((folder / name).stat().st_size)
    place.write(f"{folder.name}/SEAL", (folder / "SEAL").read_bytes())
    return n_bytes


def _told(place: Place) -> Told:
    """What the place says; stops first, as they are lifted after CURRENT changes."""
    if (raw := place.read(store.WITHHELD)) is None or (live := place.read("CURRENT")) is None:
        raise BundleMissing(
            "no bundle was pushed to this URL",
            which=place.shown,
            expected=f"CURRENT and {store.WITHHELD}",
            remedy='Push one with "kmqa push URL".',
        )
    bundle_id = live.decode("utf-8", "replace").strip()
    if not _BUNDLE_ID.fullmatch(bundle_id):
        raise BundleCorrupt(
            "CURRENT at the URL names no bundle",
            which=place.shown,
            got=repr(bundle_id[:40]),
            remedy='Push again with "kmqa push URL".',
        )
    return Told(bundle_id=bundle_id, withheld=_withheld_of(place, raw))


def _withheld_at(place: Place) -> Mapping[str, str]:
    raw = place.read(store.WITHHELD)
    return {} if raw is None else _withheld_of(place, raw)


def _withheld_of(place: Place, raw: bytes) -> Mapping[str, str]:
    try:
        return {str(name): str(why) for name, why in json.loads(raw).items()}
    except (ValueError, AttributeError) as error:
        raise BundleCorrupt(
            "the list of stopped answers at the URL is unreadable",
            which=f"{place.shown}/{store.WITHHELD}",
            remedy="Delete it there and push again; until then what was stopped stays stopped.",
        ) from error


def _write_withheld(place: Place, withheld: Mapping[str, str]) -> None:
    place.write(store.WITHHELD, json.dumps(withheld, ensure_ascii=False, indent=1).encode())


def _taken(index: Path) -> Told:
    """What was taken the last time; nothing where no pull was, or its note is broken."""
    try:
        return Told(**json.loads((index / TAKEN).read_text(encoding="utf-8")))
    except (FileNotFoundError, ValueError, TypeError):
        return Told()


def _note(index: Path, told: Told) -> None:
    if told == _taken(index):
        return
    store.rewrite(index / TAKEN, json.dumps(asdict(told), ensure_ascii=False, indent=1))


@contextmanager
def _alone(index: Path) -> Iterator[None]:
    """No other process of this machine pulls into `index` meanwhile; web and worker share one."""
    index.mkdir(parents=True, exist_ok=True)
    lock = index / ".pulling.lock"
    lock.touch()
    with store.alone(lock):
        yield

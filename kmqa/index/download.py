"""The download of a bundle: only the files that are not here yet, and none without its hash.

Names of files come from a manifest that its seal vouches for, never from a listing.
"""

from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from kmqa.errors import BundleCorrupt
from kmqa.index import bundle
from kmqa.index.place import Place


def download(place: Place, bundle_id: str, staged: Path, here: Mapping[str, Path]) -> None:
    """The bundle is in the folder `staged`, every byte of it checked, and opens.

    Args:
        place: Where the bundle was pushed to.
        bundle_id: Its folder there.
        staged: May hold files of an earlier try; those that are right are kept.
        here: Files that this machine has, by sha256; a right one is linked, not downloaded.

    Raises:
        BundleError: `place` cannot be read, or what it holds is no whole bundle of this format.
    """
    for name in ("SEAL", "manifest.json"):
        place.fetch(f"{bundle_id}/{name}", staged / name)
    manifest = _manifest(place, bundle_id, staged)
    _remove_others(staged, {*manifest.files, "SEAL", "manifest.json"})
    for name, expected in manifest.files.items():
        target = staged / name
        if _has(target, expected):
            continue
        target.unlink(missing_ok=True)
        source = here.get(expected)
        if source is not None and _has(source, expected):
            target.parent.mkdir(parents=True, exist_ok=True)
            bundle.link_or_copy(source, target)
        else:
            place.fetch(f"{bundle_id}/{name}", target)
    _check(place, bundle_id, staged)


def _remove_others(staged: Path, names: set[str]) -> None:
    """Files of an earlier try go which the bundle has no more."""
    for path in staged.rglob("*"):
        if path.is_file() and path.relative_to(staged).as_posix() not in names:
            path.unlink()


def _manifest(place: Place, bundle_id: str, staged: Path) -> bundle.Manifest:
    """The manifest that was downloaded, of the right bundle and with names that stay inside."""
    try:
        manifest = bundle.manifest_of(staged)
    except BundleCorrupt as error:
        raise _damaged(place, bundle_id, error.got) from error
    except (ValueError, AttributeError) as error:
        raise _damaged(place, bundle_id, "a manifest that cannot be read") from error
    if manifest.bundle_id != bundle_id:
        raise _damaged(place, bundle_id, f"bundle {manifest.bundle_id}")
    for name in manifest.files:
        path = PurePosixPath(name)
        if not path.name or path.is_absolute() or ".." in path.parts:
            raise _damaged(place, bundle_id, f"a file called {name!r}")
    return manifest


def _check(place: Place, bundle_id: str, staged: Path) -> None:
    """Nothing, where every byte is right and the bundle opens.

    Opened and not only hashed: once it is live its stops may be lifted, and a bundle that cannot
    be opened would leave the one before it answering.
    """
    try:
        bundle.open_bundle(staged)
    except BundleCorrupt as error:
        which = error.which.removeprefix(f"{staged}/")
        raise _damaged(place, bundle_id, f"{which}: {error.what}") from error


def _damaged(place: Place, bundle_id: str, got: str) -> BundleCorrupt:
    return BundleCorrupt(
        "the bundle at the URL is not whole and was not taken",
        which=f"{place.shown}/{bundle_id}",
        got=got,
        remedy='Push it again with "kmqa push --again".',
    )


def _has(path: Path, sha256: str) -> bool:
    return path.is_file() and bundle.sha256_of(path) == sha256

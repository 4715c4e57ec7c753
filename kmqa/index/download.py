"""The download of a bundle: only the files that are not here yet, and none without its hash.

Names of files come from a manifest that its seal vouches for, never from a listing.
"""

from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from kmqa.errors import BundleCorrupt
from kmqa.index import bundle
from kmqa.index.remote_folder import RemoteFolder


def download(remote: RemoteFolder, bundle_id: str, staged: Path, here: Mapping[str, Path]) -> None:
    """Download a bundle into the folder `staged`, check every byte of it and open it.

    Args:
        remote: Where the bundle was pushed to.
        bundle_id: Its folder there.
        staged: May hold files of an earlier attempt; those that are right are kept.
        here: Files that this machine has, by sha256; a right one is linked, not downloaded.

    Raises:
        BundleError: `remote` cannot be read, or what it holds is no whole bundle of this format.
    """
    for name in ("SEAL", "manifest.json"):
        remote.fetch(f"{bundle_id}/{name}", staged / name)
    manifest = _read_manifest(remote, bundle_id, staged)
    _remove_others(staged, {*manifest.files, "SEAL", "manifest.json", bundle.SIGNATURE})
    for name, expected in manifest.files.items():
        target = staged / name
        if _has_hash(target, expected):
            continue
        target.unlink(missing_ok=True)
        source = here.get(expected)
        if source is not None and _has_hash(source, expected):
            target.parent.mkdir(parents=True, exist_ok=True)
            bundle.link_or_copy(source, target)
        else:
            remote.fetch(f"{bundle_id}/{name}", target)
    _check_opens(remote, bundle_id, staged)


def _remove_others(staged: Path, names: set[str]) -> None:
    """Remove files of an earlier attempt that the bundle no longer has."""
    for path in staged.rglob("*"):
        if path.is_file() and path.relative_to(staged).as_posix() not in names:
            path.unlink()


def _read_manifest(remote: RemoteFolder, bundle_id: str, staged: Path) -> bundle.Manifest:
    """Return the downloaded manifest, of the right bundle and with names that stay inside."""
    try:
        manifest = bundle.read_manifest(staged)
    except BundleCorrupt as error:
        raise _damage_error(remote, bundle_id, error.got) from error
    except (ValueError, AttributeError) as error:
        raise _damage_error(remote, bundle_id, "a manifest that cannot be read") from error
    if manifest.bundle_id != bundle_id:
        raise _damage_error(remote, bundle_id, f"bundle {manifest.bundle_id}")
    for name in manifest.files:
        path = PurePosixPath(name)
        if not path.name or path.is_absolute() or ".." in path.parts:
            raise _damage_error(remote, bundle_id, f"a file called {name!r}")
    return manifest


def _check_opens(remote: RemoteFolder, bundle_id: str, staged: Path) -> None:
    """Raise unless every byte is right and the bundle opens.

    Opened and not only hashed: once it is live its stops may be lifted, and a bundle that cannot
    be opened would leave the one before it answering.
    """
    try:
        bundle.open_bundle(staged)
    except BundleCorrupt as error:
        which = error.which.removeprefix(f"{staged}/")
        raise _damage_error(remote, bundle_id, f"{which}: {error.what}") from error


def _damage_error(remote: RemoteFolder, bundle_id: str, got: str) -> BundleCorrupt:
    return BundleCorrupt(
        "the bundle at the URL is not whole and was not taken",
        which=f"{remote.display_url}/{bundle_id}",
        got=got,
        remedy='Push it again with "kmqa push --again".',
    )


def _has_hash(path: Path, sha256: str) -> bool:
    return path.is_file() and bundle.sha256_of(path) == sha256

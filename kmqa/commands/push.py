"""`kmqa push`: the live bundle at a URL, for services on other machines."""

from pathlib import Path

from rich.console import Console

from kmqa.commands import progress
from kmqa.errors import SettingsError
from kmqa.index import remote, remote_folder, signature, store
from kmqa.settings import read_settings

_MB = 1_000_000


def push(index: Path, url: str, *, again: bool) -> None:
    """Upload the live bundle of `index` and print what became of it.

    Raises:
        SettingsError: No URL was given, or it can never work.
        BundleError: Nothing is live, it is not signed as the settings ask, or the URL cannot be
            written.
    """
    if not url:
        raise SettingsError(
            "no URL to push to",
            which="KMQA_BUNDLES_URL",
            remedy="Name one: kmqa push s3://bucket/folder",
        )
    signature.Trust(read_settings().bundle_key_list).check(store.current_folder(index))
    done = remote.push_live(index, url, progress.bar, again=again)
    what = f"{done.n_files} files, {done.n_bytes / _MB:.1f} MB" if done.n_bytes else "was there"
    Console(highlight=False, markup=False, soft_wrap=True).print(
        f"{done.bundle_id} is live at {remote_folder.hide_credentials(url)} ({what})"
    )

"""A folder behind a URL, of any kind that fsspec knows; every fault of it is an error of ours."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import fsspec
from fsspec.callbacks import Callback
from fsspec.core import url_to_fs

from kmqa.errors import BundleError, BundleMissing, SettingsError

KB = 1000
_OPTIONS: Mapping[str, Mapping[str, object]] = {
    # With the usual minute each, a server that is gone holds up the start of the service.
    "s3": {"config_kwargs": {"connect_timeout": 5, "read_timeout": 60}},
    "file": {"auto_mkdir": True},
}
_PACKAGES = {"s3": "kmqa[s3]", "s3a": "kmqa[s3]", "gs": "gcsfs", "gcs": "gcsfs", "abfs": "adlfs"}


@dataclass(frozen=True, slots=True)
class RemoteFolder:
    """A folder behind `url`; `open_folder` makes one.

    Each method raises a `BundleError` that names the URL where something is wrong with it.
    """

    url: str
    _files: Any  # fsspec has no types
    _root: str

    @property
    def display_url(self) -> str:
        """The URL without a name and password."""
        return hide_credentials(self.url)

    def read(self, name: str) -> bytes | None:
        """Return the bytes of a file; None where it is missing."""
        with _translate_faults(self.url):
            try:
                return bytes(self._files.cat_file(self._at(name)))
            except FileNotFoundError:
                return None

    def write(self, name: str, content: bytes) -> None:
        """Write `content` into a small file."""
        with _translate_faults(self.url):
            self._files.pipe_file(self._at(name), content)

    def fetch(self, name: str, target: Path) -> None:
        """Download a file to `target`, whose folder is made if it has to be."""
        target.parent.mkdir(parents=True, exist_ok=True)
        with _translate_faults(self.url):
            self._files.get_file(self._at(name), str(target))

    def store(self, source: Path, name: str, meter: Callback) -> None:
        """Upload `source` as the file `name`; `meter` counts bytes where it can."""
        with _translate_faults(self.url):
            self._files.put_file(str(source), self._at(name), callback=meter)

    def remove(self, name: str) -> None:
        """Remove a file, if there is one."""
        if self.read(name) is not None:
            with _translate_faults(self.url):
                self._files.rm_file(self._at(name))

    def sizes(self, folder: str) -> Mapping[str, int]:
        """Return the bytes of every file below `folder`, by its path there."""
        root = self._at(folder)
        with _translate_faults(self.url):
            found = self._files.find(root, detail=True)
        return {path.removeprefix(f"{root}/"): facts["size"] for path, facts in found.items()}

    def _at(self, name: str) -> str:
        return f"{self._root.rstrip('/')}/{name}"


def open_folder(url: str) -> RemoteFolder:
    """Return the folder behind `url`, without contacting it yet.

    Raises:
        SettingsError: `url` is of a kind that is unknown or not installed here.
        BundleError: It is malformed.
    """
    protocol = urlsplit(url).scheme
    if protocol not in fsspec.available_protocols():
        raise SettingsError(
            "this is no URL for bundles",
            which=hide_credentials(url),
            expected="a URL such as s3://bucket/folder",
        )
    try:
        files, root = url_to_fs(url, **_OPTIONS.get(protocol, {}))
        files.invalidate_cache()
    except ImportError as error:
        package = _PACKAGES.get(protocol)
        raise SettingsError(
            f"what {protocol}:// needs is not installed",
            which=hide_credentials(url),
            remedy=f'Run: pip install "{package}"' if package else str(error),
        ) from error
    except Exception as error:
        raise _unusable_error(url, error) from error
    return RemoteFolder(url.rstrip("/"), files, root)


def hide_credentials(url: str) -> str:
    """Return `url` without a name and password, for logs and errors."""
    secret = urlsplit(url).netloc.rpartition("@")[0]
    return url.replace(f"{secret}@", "…@") if secret else url


class ProgressMeter(Callback):  # type: ignore[misc]  # fsspec has no types
    """Reports every kilobyte, also within a large file where the protocol does."""

    def __init__(self, advance: Callable[[int], None]) -> None:
        """Report kilobytes to `advance`."""
        super().__init__()
        self._advance = advance
        self._finished_bytes = 0  # bytes of files that are done
        self._reported = 0  # kilobytes

    def relative_update(self, inc: int = 1) -> None:
        """Add `inc` bytes of the present file."""
        super().relative_update(inc)
        self._report(self._finished_bytes + self.value)

    def finish(self, size: int) -> None:
        """Close the present file, which has `size` bytes."""
        self._finished_bytes += size
        self.value = 0
        self._report(self._finished_bytes)

    def _report(self, n_bytes: int) -> None:
        step = n_bytes // KB - self._reported
        if step > 0:
            self._reported += step
            self._advance(step)


@contextmanager
def _translate_faults(url: str) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as error:
        raise BundleMissing(
            "the URL of the bundles does not hold this",
            which=hide_credentials(url),
            got=f"no {str(error).splitlines()[0]}",
            remedy='Check the URL; a push makes no bucket. Push again with "kmqa push".',
        ) from error
    except Exception as error:  # each protocol has its own
        raise _unusable_error(url, error) from error


def _unusable_error(url: str, error: Exception) -> BundleError:
    said = (str(error).splitlines() or [""])[0].replace(url, hide_credentials(url))
    return BundleError(
        "the URL of the bundles cannot be used",
        which=hide_credentials(url),
        got=f"{type(error).__name__}: {said}".rstrip(": "),
        remedy="Check the URL, the credentials and the network.",
    )

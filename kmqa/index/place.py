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
class Place:
    """A folder behind `url`; `opened` makes one.

    Each method raises a `BundleError` that names the URL where something is wrong with it.
    """

    url: str
    _files: Any  # fsspec has no types
    _root: str

    @property
    def shown(self) -> str:
        """The URL without a name and password."""
        return shown(self.url)

    def read(self, name: str) -> bytes | None:
        """The bytes of a file; None where it is missing."""
        with _reached(self.url):
            try:
                return bytes(self._files.cat_file(self._at(name)))
            except FileNotFoundError:
                return None

    def write(self, name: str, content: bytes) -> None:
        """A small file holds `content`."""
        with _reached(self.url):
            self._files.pipe_file(self._at(name), content)

    def fetch(self, name: str, target: Path) -> None:
        """A file is at `target`, whose folder is made if it has to be."""
        target.parent.mkdir(parents=True, exist_ok=True)
        with _reached(self.url):
            self._files.get_file(self._at(name), str(target))

    def store(self, source: Path, name: str, meter: Callback) -> None:
        """A file holds what `source` holds; `meter` counts bytes where the kind of place does."""
        with _reached(self.url):
            self._files.put_file(str(source), self._at(name), callback=meter)

    def remove(self, name: str) -> None:
        """A file is gone."""
        if self.read(name) is not None:
            with _reached(self.url):
                self._files.rm_file(self._at(name))

    def sizes(self, folder: str) -> Mapping[str, int]:
        """Bytes of every file below `folder`, by its path there."""
        root = self._at(folder)
        with _reached(self.url):
            found = self._files.find(root, detail=True)
        return {path.removeprefix(f"{root}/"): facts["size"] for path, facts in found.items()}

    def _at(self, name: str) -> str:
        return f"{self._root.rstrip('/')}/{name}"


def opened(url: str) -> Place:
    """The folder behind `url`; nothing is asked of it yet.

    Raises:
        SettingsError: `url` is of a kind that is unknown or not installed here.
        BundleError: It is malformed.
    """
    protocol = urlsplit(url).scheme
    if protocol not in fsspec.available_protocols():
        raise SettingsError(
            "this is no URL for bundles",
            which=shown(url),
            expected="a URL such as s3://bucket/folder",
        )
    try:
        files, root = url_to_fs(url, **_OPTIONS.get(protocol, {}))
        files.invalidate_cache()
    except ImportError as error:
        package = _PACKAGES.get(protocol)
        raise SettingsError(
            f"what {protocol}:// needs is not installed",
            which=shown(url),
            remedy=f'Run: pip install "{package}"' if package else str(error),
        ) from error
    except Exception as error:
        raise _unusable(url, error) from error
    return Place(url.rstrip("/"), files, root)


def shown(url: str) -> str:
    """`url` without a name and password, for logs and errors."""
    secret = urlsplit(url).netloc.rpartition("@")[0]
    return url.replace(f"{secret}@", "…@") if secret else url


class Meter(Callback):  # type: ignore[misc]  # fsspec has no types
    """Tells a bar of every kilobyte, also within a large file where the kind of place does."""

    def __init__(self, advance: Callable[[int], None]) -> None:
        """Tell `advance` of kilobytes."""
        super().__init__()
        self._advance = advance
        self._ended = 0  # bytes of files that are done
        self._told = 0  # kilobytes

    def relative_update(self, inc: int = 1) -> None:
        """Another `inc` bytes of the present file are done."""
        super().relative_update(inc)
        self._tell(self._ended + self.value)

    def finish(self, size: int) -> None:
        """The present file is done, which has `size` bytes."""
        self._ended += size
        self.value = 0
        self._tell(self._ended)

    def _tell(self, n_bytes: int) -> None:
        step = n_bytes // KB - self._told
        if step > 0:
            self._told += step
            self._advance(step)


@contextmanager
def _reached(url: str) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as error:
        raise BundleMissing(
            "the URL of the bundles does not hold this",
            which=shown(url),
            got=f"no {str(error).splitlines()[0]}",
            remedy='Check the URL; a push makes no bucket. Push again with "kmqa push".',
        ) from error
    except Exception as error:  # each kind of place has its own
        raise _unusable(url, error) from error


def _unusable(url: str, error: Exception) -> BundleError:
    said = (str(error).splitlines() or [""])[0].replace(url, shown(url))
    return BundleError(
        "the URL of the bundles cannot be used",
        which=shown(url),
        got=f"{type(error).__name__}: {said}".rstrip(": "),
        remedy="Check the URL, the credentials and the network.",
    )

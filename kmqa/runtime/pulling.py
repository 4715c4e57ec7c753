"""Keep a local index at what a URL says: before the service opens it, and again and again."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from kmqa import log
from kmqa.errors import BundleError, KmqaError
from kmqa.index import remote, remote_folder, store
from kmqa.index.signature import ANYBODY, Trust
from kmqa.runtime import metrics

EVERY = 30.0  # seconds between polls of the URL
MOST_SKIPPED = 20  # polls in which a bundle that is broken there is left alone: ten minutes
_LOG = log.logger(__name__)


@contextmanager
def follow_remote(
    url: str, index: Path, trust: Trust = ANYBODY, every: float = EVERY
) -> Iterator[None]:
    """Let `index` follow `url` as long as the block lasts; an empty `url` is nobody to follow.

    Nothing goes live that is not signed as `trust` asks.

    Raises:
        BundleError: The URL cannot be used, and `index` has nothing to serve either.
        SettingsError: The URL is of no kind that is known or installed here.
    """
    if not url:
        yield
        return
    puller = Puller(url, index, trust)
    puller.begin()
    stop = threading.Event()
    thread = threading.Thread(
        target=puller.follow, args=(stop, every), name="kmqa-bundles", daemon=True
    )
    thread.start()
    try:
        yield
    finally:
        stop.set()


@dataclass(slots=True)
class Puller:
    """Polls `url` for one process; several on one machine take turns.

    Attributes:
        problem: Why the last poll failed; empty when it did not.
    """

    url: str
    index: Path
    trust: Trust = ANYBODY
    problem: str = ""
    _failures: int = 0
    _n_to_skip: int = field(default=0)

    def begin(self) -> None:
        """Bring `index` to what `url` says; where that fails, it serves what it has.

        Raises:
            BundleError: It has nothing.
            SettingsError: The URL can never work.
        """
        try:
            self._pull(check=True)
        except BundleError as error:
            if not store.is_readable(self.index):
                raise
            self._back_off(error)

    def follow(self, stop: threading.Event, every: float) -> None:
        """Poll every `every` seconds until `stop` is set."""
        while not stop.wait(every):
            self.poll_once()

    def poll_once(self) -> None:
        """Bring `index` to what `url` says, or let `problem` say why not.

        After a failure stops are still taken at each poll, but for the bundle it backs off: that
        may be large, and broken until somebody pushes again.
        """
        try:
            if self._n_to_skip:
                self._n_to_skip -= 1
                remote.pull_stops(self.url, self.index)
            else:
                self._pull(check=False)
        except Exception as error:  # the thread must live on: without it no stop would come
            self._back_off(error)

    def _pull(self, *, check: bool) -> None:
        before = store.current_id(self.index)
        remote.pull_live(self.url, self.index, datetime.now(UTC), check=check, trust=self.trust)
        after = store.current_id(self.index)
        if before != after:
            _LOG.info("bundle pulled", bundle=after, url=remote_folder.hide_credentials(self.url))
        if self.problem:
            _LOG.info("bundles follow the URL again", url=remote_folder.hide_credentials(self.url))
        self.problem = ""
        self._failures = 0
        metrics.pulled_at.set_to_current_time()

    def _back_off(self, error: Exception) -> None:
        is_expected = isinstance(error, KmqaError | OSError)
        message = str(error) if is_expected else f"unexpected: {type(error).__name__}"
        if message != self.problem:
            _LOG.error("bundles not pulled", error=message)
        self.problem = message
        self._failures += 1
        self._n_to_skip = min(2**self._failures - 1, MOST_SKIPPED)

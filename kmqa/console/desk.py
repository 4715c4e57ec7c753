"""What the pages work with: corpus, bundles, the service's database and what answers."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Protocol

from kmqa.console.jobs import Jobs
from kmqa.corpus import files, layout
from kmqa.corpus.files import Corpus
from kmqa.matching.respond import Responder
from kmqa.state.database import Database
from kmqa.state.identity import Identity

Stamp = tuple[tuple[str, int], ...]


class Live(Protocol):
    """Whatever bundle is live just now."""

    def current(self) -> Responder:
        """What answers from it."""


@dataclass(slots=True)
class Desk:
    """Everything that the pages need.

    Attributes:
        live: None before the first bundle is built.
        today: The day by which reviews are dated.
        clock: Unix seconds.
    """

    corpus_root: Path
    index: Path
    database: Database
    identity: Identity
    live: Live | None
    jobs: Jobs
    today: Callable[[], date]
    clock: Callable[[], float]
    _read: tuple[Stamp, Corpus] | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def corpus(self) -> Corpus:
        """The corpus as its files say it just now; read again only when one of them changed.

        Raises:
            CorpusInvalid: A file has the wrong form.
        """
        with self._lock:
            stamp = _stamp(self.corpus_root)
            if self._read is None or self._read[0] != stamp:
                self._read = (stamp, files.read_corpus(self.corpus_root))
            return self._read[1]


def _stamp(root: Path) -> Stamp:
    folders = (layout.ANSWERS, layout.DOCUMENTS, layout.URGENT, layout.PHRASES)
    paths = [*root.glob("*.yaml"), *(p for f in folders for p in (root / f).rglob("*.yaml"))]
    return tuple(sorted((str(path), path.stat().st_mtime_ns) for path in paths))

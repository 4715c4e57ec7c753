"""What the pages work with: corpus, bundles, the service's database and what answers."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Protocol

from kmqa.console.jobs import Jobs
from kmqa.corpus import files, layout
from kmqa.corpus.commits import Repository
from kmqa.corpus.files import Corpus
from kmqa.errors import CorpusInvalid, Problem
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
        repository: Where each change is committed; None where that was not asked for.
        problems: Of files that were left out when the corpus was last read.
    """

    corpus_root: Path
    index: Path
    database: Database
    identity: Identity
    live: Live | None
    jobs: Jobs
    today: Callable[[], date]
    clock: Callable[[], float]
    repository: Repository | None = None
    problems: tuple[Problem, ...] = ()
    _read: tuple[Stamp, Corpus] | None = None
    _memory: files.Memory = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def corpus(self) -> Corpus:
        """The corpus as its files say it just now; only files that changed are read.

        What has the wrong form is left out and stands in `problems`: one bad file must not take
        the others from their curators. Nothing can be written until it is mended.

        Raises:
            CorpusInvalid: Nothing can be shown, because the settings have the wrong form.
        """
        with self._lock:
            stamp = _stamp(self.corpus_root)
            if self._read is None or self._read[0] != stamp:
                self._read = (stamp, self._readable())
            return self._read[1]

    def _readable(self) -> Corpus:
        reading = files.read(self.corpus_root, self._memory)
        errors = tuple(one for one in reading.problems if one.severity == "error")
        if reading.corpus is None:
            raise CorpusInvalid(errors)
        self.problems = errors
        return reading.corpus


def _stamp(root: Path) -> Stamp:
    """What changes when any file does; cheaper than asking each file what it says."""
    folders = (layout.ANSWERS, layout.DOCUMENTS, layout.URGENT, layout.PHRASES)
    paths = [*root.glob("*.yaml"), *(p for f in folders for p in (root / f).rglob("*.yaml"))]
    return tuple(sorted((str(path), path.stat().st_mtime_ns) for path in paths))

"""What the pages work with: corpus, bundles, the service's database and what answers."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Protocol

from kmqa.console.hashing import Hashing
from kmqa.console.jobs import Jobs
from kmqa.console.organisation import Organisation
from kmqa.console.questions import Questions, QuestionSource
from kmqa.console.sign_in_limits import SignInLimits
from kmqa.content.corpus import Corpus
from kmqa.corpus import files, layout
from kmqa.corpus.commits import Repository
from kmqa.errors import CorpusInvalid, Problem
from kmqa.matching.respond import Responder
from kmqa.records import CorpusSettings
from kmqa.state.database import Database
from kmqa.state.identity import Identity


class ServedBundle(Protocol):
    """Whatever bundle is live just now."""

    def current(self) -> Responder:
        """Return what answers from it."""


@dataclass(slots=True)
class ConsoleContext:
    """Everything that the pages need.

    Attributes:
        live: None before the first bundle is built.
        today: The day by which reviews are dated.
        clock: Unix seconds.
        repository: Where each change is committed; None where that was not asked for.
        organisation: Whose accounts open the console; None where only passwords do.
        questions: Those that wait for a curator, grouped.
        hashing: Where passwords are hashed.
        sign_ins: How often somebody may try to sign in.
        proxies: Addresses and networks that are believed when they say for whom they speak, and
            whether by https.
        problems: Of files that were left out when the corpus was last read.
    """

    corpus_root: Path
    index: Path
    database: Database
    identity: Identity
    live: ServedBundle | None
    jobs: Jobs
    today: Callable[[], date]
    clock: Callable[[], float]
    repository: Repository | None = None
    organisation: Organisation | None = None
    questions: Questions = field(default_factory=Questions)
    hashing: Hashing = field(default_factory=Hashing)
    sign_ins: SignInLimits = field(init=False)
    proxies: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    _read: tuple[tuple[tuple[str, int], ...], Corpus] | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        """Make reading the corpus cheap from now on, also for whoever writes into it."""
        files.remember(self.corpus_root)
        self.sign_ins = SignInLimits(self.clock)

    def read_corpus(self) -> Corpus:
        """Return the corpus as its files say it just now; only files that changed are read.

        What has the wrong form is left out and stands in `problems`: one bad file must not take
        the others from their curators. Nothing can be written until it is fixed.

        Raises:
            CorpusInvalid: Nothing can be shown, because the settings have the wrong form.
        """
        with self._lock:
            stamp = layout.stamps(self.corpus_root)
            if self._read is None or self._read[0] != stamp:
                self._read = (stamp, self._read_files())
            return self._read[1]

    def question_source(self) -> QuestionSource:
        """Return where questions come from, and what the live bundle says that they mean."""
        responder = self.live.current() if self.live else None
        folder = self.index / ".cache" / "questions"
        return QuestionSource(self.database, self.identity, responder, folder)

    @property
    def settings(self) -> CorpusSettings | None:
        """Return the corpus's settings as last read, for pages that must not fail on a file."""
        return self._read[1].settings if self._read else None

    def _read_files(self) -> Corpus:
        reading = files.read(self.corpus_root)
        errors = tuple(one for one in reading.problems if one.severity == "error")
        if reading.corpus is None:
            raise CorpusInvalid(errors)
        self.problems = errors
        return reading.corpus

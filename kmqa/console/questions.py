"""Questions that wait for a curator, grouped by meaning: what was grouped once is remembered.

A console sees each question's words and meaning once. Only a few new ones are grouped while
somebody waits for the page; more of them, as after a start, are grouped beside it. What questions
mean is kept between starts, sealed and by keyed hashes of their words, for as long as they wait:
whoever deletes their data takes this along at the next look, an hour later at most (`look_often`).
"""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from sqlalchemy.exc import SQLAlchemyError

from kmqa import log
from kmqa.console.grouping import FloatArray, Grouping, sort_groups
from kmqa.matching.respond import Responder
from kmqa.offline.vectors import VectorCache
from kmqa.state import turns
from kmqa.state.database import Database
from kmqa.state.identity import Identity
from kmqa.state.turns import Entry
from kmqa.text import normalise

_LOG = log.logger(__name__)
LOOK = 3600.0  # seconds between looks that nobody asked for
MOST = 10_000  # newest questions that are grouped
_AT_ONCE = 16  # grouped while somebody waits; some 5 ms each on a busy machine
_TOGETHER = 500  # grouped in one go beside the page, which shows them from then on


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Questions that mean the same.

    Attributes:
        entries: Oldest first; the first stands for all.
    """

    entries: Sequence[Entry]

    @property
    def nearest(self) -> Sequence[tuple[str, float]]:
        """Answer ids with the scores that the first question had."""
        return self.entries[0].candidates[:5]

    @property
    def ids(self) -> str:
        """Ids of its questions, separated by commas, for a form."""
        return ",".join(str(entry.id) for entry in self.entries)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What can be shown just now: groups, largest first, and how many are still to be grouped."""

    groups: Sequence[Group]
    n_waiting: int


@dataclass(slots=True)
class _Known:
    """What is remembered of questions under one bundle, which says what they mean."""

    bundle_id: str
    vectors: VectorCache | None  # without a bundle nothing has a meaning
    grouping: Grouping = field(default_factory=Grouping)
    entries: dict[int, Entry] = field(default_factory=dict)
    words: dict[int, str] = field(default_factory=dict)  # normalised, by id of the question
    numbers: dict[str, int] = field(default_factory=dict)  # of the group of these words
    plain: dict[str, str] = field(default_factory=dict)  # what of these words is compared

    def keep(self, ids: set[int]) -> None:
        """No words are remembered but those of `ids`: what is forgotten is forgotten here too."""
        if gone := self.entries.keys() - ids:
            for one in gone:
                del self.entries[one], self.words[one]
            still = set(self.words.values())
            self.numbers = {text: n for text, n in self.numbers.items() if text in still}
            self.plain = {text: one for text, one in self.plain.items() if text in still}

    def holds_more_than_waits(self) -> bool:
        """Tell whether vectors are kept of questions that were answered or deleted."""
        return self.vectors is not None and len(self.vectors) > len(set(self.plain.values()))

    def read_groups(self, ids: Sequence[int]) -> Seen:
        """Return the groups of those of `ids`, newest first, that are known already."""
        there = [one for one in reversed(ids) if self.words.get(one)]
        groups = sort_groups([self.numbers[self.words[one]] for one in there], there)
        return Seen(
            groups=[Group(entries=[self.entries[one] for one in group]) for group in groups],
            n_waiting=sum(one not in self.entries for one in ids),
        )


@dataclass(frozen=True, slots=True)
class QuestionSource:
    """Where questions come from, and what says what they mean.

    Attributes:
        responder: Without one only equal words are one group.
        folder: Where vectors of questions are kept.
    """

    database: Database
    identity: Identity
    responder: Responder | None
    folder: Path

    @property
    def bundle_id(self) -> str:
        """Under which questions mean what they mean; empty without a bundle."""
        return self.responder.bundle.manifest.bundle_id if self.responder else ""

    def open_known(self) -> _Known:
        """Nothing yet but the vectors that were kept."""
        if self.responder is None:
            return _Known("", None)
        facts = self.responder.bundle.manifest.model
        return _Known(self.bundle_id, VectorCache(self.folder, facts, self.identity))

    def plain(self, texts: Sequence[str]) -> list[str]:
        """Return what of `texts` is compared."""
        return self.responder.normalise(texts) if self.responder else list(texts)

    def vectors(self, plain: Sequence[str], kept: VectorCache | None) -> FloatArray:
        """Return what texts of `plain` mean, shape (n, d); only what is not `kept` is encoded."""
        if self.responder is None or kept is None:
            return np.zeros((len(plain), 1), dtype=np.float32)
        return kept.encode(plain, "query", self.responder.vectors)


class Questions:
    """The groups of one database; may be shared by threads."""

    def __init__(self) -> None:
        """Nothing is known yet."""
        self._known = _Known("", None)
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def read_groups(self, source: QuestionSource) -> Seen:
        """Return the groups of the newest questions that wait, as far as grouped by now."""
        with source.database.reading() as connection:
            ids = turns.list_unanswered_ids(connection, MOST)
        with self._lock:
            if self._known.bundle_id != source.bundle_id:
                self._known = source.open_known()
            known = self._known
            known.keep(set(ids))
            new = [one for one in reversed(ids) if one not in known.entries]
        if len(new) <= _AT_ONCE:
            self._take(known, new, source)
            if known.holds_more_than_waits():
                self._take_beside(known, (), source)
        else:
            self._take_beside(known, new, source)
        with self._lock:
            return known.read_groups(ids)

    def look_often(self, source_of: Callable[[], QuestionSource], seconds: float = LOOK) -> None:
        """Look at once and every so many seconds, in a thread, whether anybody asks or not."""

        def work() -> None:
            while True:
                try:
                    self.read_groups(source_of())
                except (SQLAlchemyError, OSError) as error:
                    _LOG.warning("questions are not looked at", error=type(error).__name__)
                time.sleep(seconds)

        threading.Thread(target=work, name="kmqa-questions", daemon=True).start()

    def wait(self) -> None:
        """Return when whatever is being grouped beside the page is grouped."""
        if self._thread is not None:
            self._thread.join()

    def _take_beside(self, known: _Known, new: Sequence[int], source: QuestionSource) -> None:
        def work() -> None:
            for start in range(0, len(new), _TOGETHER):
                self._take(known, new[start : start + _TOGETHER], source)
            self._save(known)

        with self._lock:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=work, daemon=True)
                self._thread.start()

    def _save(self, known: _Known) -> None:
        """Keep vectors of what waits for the next start, and drop those of what does not."""
        with self._lock:
            waiting = list(known.plain.values())
        if known.vectors is None:
            return
        try:
            known.vectors.keep_only(waiting, "query")
        except OSError as error:  # the next start takes longer, and that is all
            _LOG.warning("vectors of questions are not kept", error=type(error).__name__)

    def _take(self, known: _Known, new: Sequence[int], source: QuestionSource) -> None:
        """Give the questions `new` their groups; nobody waits for the lock while they are read."""
        if not new:
            return
        with source.database.reading() as connection:
            entries = turns.read_by_id(connection, source.identity, new)
        words = {entry.id: normalise(entry.question) for entry in entries}
        texts = [text for text in dict.fromkeys(words.values()) if text not in known.numbers]
        plain = source.plain(texts)
        vectors = source.vectors(plain, known.vectors)
        with self._lock:
            fresh = [row for row, text in enumerate(texts) if text not in known.numbers]
            numbers = known.grouping.join(vectors[fresh])
            known.numbers.update(zip([texts[row] for row in fresh], numbers, strict=True))
            known.plain.update(zip(texts, plain, strict=True))
            known.words.update(words)
            known.entries.update({entry.id: entry for entry in entries})

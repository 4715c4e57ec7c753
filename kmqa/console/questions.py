"""Questions that wait for a curator, grouped by meaning: what was grouped once is remembered.

A console sees each question's words and meaning once. Only a few new ones are grouped while
somebody waits for the page; more of them, as after a start, are grouped beside it.
"""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from kmqa.console.grouping import FloatArray, Grouping, sorted_groups
from kmqa.matching.respond import Responder
from kmqa.state import turns
from kmqa.state.database import Database
from kmqa.state.identity import Identity
from kmqa.state.turns import Entry
from kmqa.text import normalise

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
        """Ids of its questions, parted by commas, for a form."""
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
    grouping: Grouping = field(default_factory=Grouping)
    entries: dict[int, Entry] = field(default_factory=dict)
    words: dict[int, str] = field(default_factory=dict)  # normalised, by id of the question
    numbers: dict[str, int] = field(default_factory=dict)  # of the group of these words

    def keep(self, ids: set[int]) -> None:
        """No words are remembered but those of `ids`: what is forgotten is forgotten here too."""
        if gone := self.entries.keys() - ids:
            for one in gone:
                del self.entries[one], self.words[one]
            still = set(self.words.values())
            self.numbers = {text: n for text, n in self.numbers.items() if text in still}

    def seen(self, ids: Sequence[int]) -> Seen:
        """The groups of those of `ids`, newest first, that are known already."""
        there = [one for one in reversed(ids) if self.words.get(one)]
        groups = sorted_groups([self.numbers[self.words[one]] for one in there], there)
        return Seen(
            groups=[Group(entries=[self.entries[one] for one in group]) for group in groups],
            n_waiting=sum(one not in self.entries for one in ids),
        )


@dataclass(frozen=True, slots=True)
class Source:
    """Where questions come from, and what says what they mean.

    Attributes:
        responder: Without one only equal words are one group.
    """

    database: Database
    identity: Identity
    responder: Responder | None

    @property
    def bundle_id(self) -> str:
        """Under which questions mean what they mean; empty without a bundle."""
        return self.responder.bundle.manifest.bundle_id if self.responder else ""

    def vectors(self, texts: Sequence[str]) -> FloatArray:
        """What `texts` mean: shape (n, d)."""
        if self.responder is not None:
            return self.responder.vectors(texts)
        return np.zeros((len(texts), 1), dtype=np.float32)


class Questions:
    """The groups of one database; may be shared by threads."""

    def __init__(self) -> None:
        """Nothing is known yet."""
        self._known = _Known("")
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def seen(self, source: Source) -> Seen:
        """The groups of the newest questions that wait, as far as they are grouped by now."""
        with source.database.reading() as connection:
            ids = turns.unanswered_ids(connection, MOST)
        with self._lock:
            if self._known.bundle_id != source.bundle_id:
                self._known = _Known(source.bundle_id)
            known = self._known
            known.keep(set(ids))
            new = [one for one in reversed(ids) if one not in known.entries]
        if len(new) <= _AT_ONCE:
            self._take(known, new, source)
        else:
            self._take_beside(known, new, source)
        with self._lock:
            return known.seen(ids)

    def wait(self) -> None:
        """Return when whatever is being grouped beside the page is grouped."""
        if self._thread is not None:
            self._thread.join()

    def _take_beside(self, known: _Known, new: Sequence[int], source: Source) -> None:
        def work() -> None:
            for start in range(0, len(new), _TOGETHER):
                self._take(known, new[start : start + _TOGETHER], source)

        with self._lock:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=work, daemon=True)
                self._thread.start()

    def _take(self, known: _Known, new: Sequence[int], source: Source) -> None:
        """The questions `new` have their groups; nobody waits for the lock while they are read."""
        if not new:
            return
        with source.database.reading() as connection:
            entries = turns.by_id(connection, source.identity, new)
        words = {entry.id: normalise(entry.question) for entry in entries}
        texts = [text for text in dict.fromkeys(words.values()) if text not in known.numbers]
        vectors = source.vectors(texts)
        with self._lock:
            fresh = [row for row, text in enumerate(texts) if text not in known.numbers]
            numbers = known.grouping.joined(vectors[fresh])
            known.numbers.update(zip([texts[row] for row in fresh], numbers, strict=True))
            known.words.update(words)
            known.entries.update({entry.id: entry for entry in entries})

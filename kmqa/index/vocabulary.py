"""Which answers know which words, and how much of a query each of them knows.

A near miss shares the common words of the trade with an answer; what sets it apart is often one
word that the answer has nowhere, neither in its wordings nor in its text.
"""

import json
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from kmqa import text
from kmqa.index import opposites
from kmqa.lexicon.language import OPPOSITES

FloatArray = npt.NDArray[np.float32]
IntArray = npt.NDArray[np.int32]
Stems = frozenset[str]

# Endings fall off, so that "injected" knows "injection"; measured by leaving 4 to 7 letters.
_STEM = 5


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The s stems that t targets know.

    Attributes:
        place: Number of each stem.
        rarity: Smoothed inverse document frequency among the wordings,
            ``ln((1 + n) / (1 + df)) + 1``, float32, shape (s,).
        starts: Where the targets of each stem begin, int32, shape (s + 1,).
        knowing: Targets that know a stem, stem after stem, int32.
        unknown: Rarity of a word that nobody knows.
        n_targets: Number of targets t.
        leans: How far the wordings of each target point one way where acts have opposites, float32,
            shape (t, axes); see `kmqa.index.opposites`.
    """

    place: Mapping[str, int]
    rarity: FloatArray
    starts: IntArray
    knowing: IntArray
    unknown: float
    n_targets: int
    leans: FloatArray

    def conflicts(self, query: str) -> FloatArray:
        """Return how far each target points against `query`, at least 0, float32, shape (t,)."""
        return opposites.measure_conflicts(query, self.leans)

    def shares(self, query: str) -> FloatArray:
        """Return the share of the words of `query` that each target knows, float32, shape (t,).

        Each word counts by its rarity; numbers count like words. A query without words is known
        wholly.
        """
        found = np.zeros(self.n_targets, dtype=np.float32)
        total = 0.0
        for stem in stems_of([query]):
            place = self.place.get(stem)
            weight = self.unknown if place is None else float(self.rarity[place])
            if place is not None:
                found[self.knowing[self.starts[place] : self.starts[place + 1]]] += weight
            total += weight
        return found / np.float32(total) if total else np.ones_like(found)

    def rarest_unknown(self, query: str) -> FloatArray:
        """Return how rare the rarest word of `query` is that each target lacks, shape (t,).

        In [0, 1]: 1 is a word that nobody knows, 0 says that a target knows all of them.
        """
        found = np.zeros(self.n_targets, dtype=np.float32)
        for stem in stems_of([query]):
            place = self.place.get(stem)
            weight = self.unknown if place is None else float(self.rarity[place])
            lacks = np.full(self.n_targets, weight / self.unknown, dtype=np.float32)
            if place is not None:
                lacks[self.knowing[self.starts[place] : self.starts[place + 1]]] = 0
            found = np.maximum(found, lacks)
        return found

    def save(self, folder: Path) -> None:
        """Write the stems as JSON and the arrays as ``.npy`` files into `folder`."""
        folder.mkdir(parents=True)
        stems = json.dumps(list(self.place), ensure_ascii=False)
        (folder / "stems.json").write_text(stems, encoding="utf-8")
        sizes = np.array([self.unknown, self.n_targets], dtype=np.float64)
        arrays: list[npt.NDArray[Any]] = [self.rarity, self.starts, self.knowing, sizes, self.leans]
        for name, array in zip(_ARRAYS, arrays, strict=True):
            np.save(folder / f"{name}.npy", array, allow_pickle=False)


_ARRAYS = ("rarity", "starts", "knowing", "sizes", "leans")


def load(folder: Path) -> Vocabulary:
    """Load the vocabulary that `Vocabulary.save` wrote into `folder`."""
    stems = json.loads((folder / "stems.json").read_text(encoding="utf-8"))
    arrays = [np.load(folder / f"{name}.npy", allow_pickle=False) for name in _ARRAYS]
    rarity, starts, knowing, (unknown, n_targets), leans = arrays
    return Vocabulary(
        place={stem: number for number, stem in enumerate(stems)},
        rarity=rarity,
        starts=starts,
        knowing=knowing,
        unknown=float(unknown),
        n_targets=int(n_targets),
        leans=leans,
    )


def fit(wordings: Sequence[Sequence[str]], answer_terms: Sequence[Stems]) -> Vocabulary:
    """Fit what t targets know.

    Args:
        wordings: Of each target after the glossary; a target without any knows nothing.
        answer_terms: Stems of its titles and texts.
    """
    knowing: dict[str, list[int]] = defaultdict(list)
    for target, own in enumerate(wordings):
        for stem in sorted({*stems_of(own), *answer_terms[target]}) if own else ():
            knowing[stem].append(target)
    every = [wording for own in wordings for wording in own]
    frequency = Counter(stem for wording in every for stem in set(stems_of([wording])))
    rarity = [math.log((1 + len(every)) / (1 + frequency[stem])) + 1 for stem in knowing]
    return Vocabulary(
        place={stem: number for number, stem in enumerate(knowing)},
        rarity=np.array(rarity, dtype=np.float32),
        starts=np.cumsum([0, *map(len, knowing.values())], dtype=np.int32),
        knowing=np.array([t for targets in knowing.values() for t in targets], dtype=np.int32),
        unknown=math.log(1 + len(every)) + 1,
        n_targets=len(wordings),
        leans=np.array([opposites.measure_lean(own) for own in wordings]).reshape(
            len(wordings), len(OPPOSITES)
        ),
    )


def stems_of(texts: Iterable[str]) -> Iterable[str]:
    """Return the stem of each word of `texts`, in order and as often as it occurs."""
    return (word[:_STEM] for one in texts for word in text.words(one))

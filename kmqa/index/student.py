"""A light student of the encoder: what a text in other languages means, from its spelling alone.

A text is the sum of one learnt vector for each of its words and character 3-5-grams, found by
hash. `scripts/teach_student.py` taught these vectors to lead to the encoder's vector of the
English sentence, from translations into many languages; they belong to the package. A linear
head over them, taught by each build on its own answers, then says which answer a query resembles.

The table holds 8-bit whole numbers, whose sums are exact: the same text has the same bag anywhere.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from kmqa import text
from kmqa.index import hashing, head

NGRAMS = (3, 4, 5)
PACKAGED = Path(__file__).with_name("student_base.npz")

FloatArray = npt.NDArray[np.float32]
IntArray = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Base:
    """What the student knows before it sees a corpus: b hash slots, d components, width w.

    Attributes:
        table: One row for each slot, int8, shape (b, d).
        scale: By which components are multiplied, float32, shape (d,).
        projection: From components to the encoder's vectors, float32, shape (d, w).
        bias: Added to those, float32, shape (w,).
    """

    table: npt.NDArray[np.int8]
    scale: FloatArray
    projection: FloatArray
    bias: FloatArray

    def bags(self, texts: Sequence[str]) -> FloatArray:
        """Bags of n `texts`, float32, shape (n, d), of length 1, or 0 where there is no word."""
        sums = np.zeros((len(texts), len(self.scale)), dtype=np.int32)
        for place, slots in enumerate(list_slots(texts, len(self.table))):
            sums[place] = self.table[slots].sum(axis=0, dtype=np.int32)
        return _scale_to_length_1(sums * self.scale)

    def vectors(self, texts: Sequence[str]) -> FloatArray:
        """Guesses at the encoder's centred vectors, float32, shape (n, w), of length 1.

        The mean of the encoder's vectors over the sentences that taught is taken off, because it
        tells nothing apart.
        """
        sums = np.zeros((len(texts), len(self.scale)), dtype=np.float32)
        for place, slots in enumerate(list_slots(texts, len(self.table))):
            total = self.table[slots].sum(axis=0, dtype=np.int32)
            sums[place] = total * self.scale / np.sqrt(max(1, len(slots)))
        return _scale_to_length_1(sums @ self.projection + self.bias)

    def save(self, folder: Path) -> None:
        """Write the arrays into `folder` as ``.npy`` files."""
        folder.mkdir(parents=True)
        for name in _ARRAYS:
            np.save(folder / f"{name}.npy", getattr(self, name), allow_pickle=False)


_ARRAYS = tuple(field.name for field in fields(Base))


def load_base(folder: Path) -> Base:
    """Load the base that `Base.save` wrote into `folder`."""
    return Base(*(np.load(folder / f"{name}.npy", allow_pickle=False) for name in _ARRAYS))


@lru_cache(maxsize=1)
def load_packaged_base() -> Base:
    """Load the base that belongs to the package; its origin stands beside it in a ``.json``."""
    with np.load(PACKAGED, allow_pickle=False) as stored:
        return Base(*(stored[name] for name in _ARRAYS))


@dataclass(frozen=True, slots=True)
class Student:
    """A base, and the head that a build taught on its answers and refusal groups."""

    base: Base
    head: head.Head

    def logits(self, texts: Sequence[str]) -> FloatArray:
        """Unbounded scores of q `texts` for t targets, float32, shape (q, t)."""
        return self.head.logits(self.base.bags(texts))

    def save(self, folder: Path) -> None:
        """Write both into `folder`."""
        self.base.save(folder / "base")
        self.head.save(folder / "head")


def load(folder: Path) -> Student:
    """Load the student that `Student.save` wrote into `folder`."""
    return Student(load_base(folder / "base"), head.load(folder / "head"))


def list_slots(texts: Sequence[str], n_slots: int) -> Iterator[IntArray]:
    """Return the different hash slots of each text's words and n-grams, in rising order."""
    return (hashing.unique_slots(list(_list_parts(one)), n_slots) for one in texts)


def _list_parts(message: str) -> Iterator[str]:
    for word in text.words(message):
        yield word
        padded = f" {word} "
        for n in NGRAMS:
            for start in range(len(padded) - n + 1):
                yield padded[start : start + n]


def _scale_to_length_1(rows: FloatArray) -> FloatArray:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.maximum(lengths, 1e-9), dtype=np.float32)

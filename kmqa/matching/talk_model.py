"""A linear model of what a message is: small talk of some kind, an order, or a question.

People greet and thank in sentences of their own, which no list of forms holds. The model looks at
words, neighbouring words and character n-grams; it ships with kmqa, fitted on talk and questions in
eight languages by ``scripts/fit_talk_model.py``, so it works with any corpus from the first day. It
only ever chooses between fixed phrases: a danger sign and a good answer come before it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise
from pathlib import Path

import mmh3
import numpy as np
import numpy.typing as npt
from scipy import sparse, special

from kmqa.index import hashing
from kmqa.matching import sentences

FloatArray = npt.NDArray[np.float32]
IntArray = npt.NDArray[np.int32]

FILE = Path(__file__).with_name("talk_model.npz")
QUESTION = "question"
"""The class of everything that is neither talk nor an order."""

N_SLOTS = 2**15
_NGRAMS = (3, 5)
_CACHED = 256  # messages, as many as other readings of a message remember
_MOST_WORDS = 40  # what is longer is no small talk, whatever it begins with


@dataclass(frozen=True, slots=True)
class Reading:
    """The likeliest kind of a message beside a question.

    Attributes:
        kind: Of `kmqa.lexicon.language.TALK_KINDS` or an order.
        probability: Of that kind, in [0, 1].
        question: Probability of a question, in [0, 1].
        known: Share of its words that occur in talk, in [0, 1].
    """

    kind: str
    probability: float
    question: float
    known: float


@dataclass(frozen=True, slots=True)
class TalkModel:
    """``softmax(x · weights + bias)``.

    Attributes:
        kinds: The k classes, `QUESTION` among them.
        weights: Float32, shape (N_SLOTS, k).
        bias: Float32, shape (k,).
        words: Hashes of the words that occur in talk, int32, in rising order.
    """

    kinds: tuple[str, ...]
    weights: FloatArray
    bias: FloatArray
    words: IntArray

    def share_known(self, message: str) -> float:
        """Return the share of the words of `message` that occur in talk, in [0, 1]."""
        words = hash_words(message)
        return float(np.isin(words, self.words).mean()) if words.size else 0.0

    def probabilities(self, messages: Sequence[str]) -> FloatArray:
        """Return the probability of each kind, float32, shape (len(messages), k)."""
        found = special.softmax(rows(messages) @ self.weights + self.bias, axis=1)
        return np.asarray(found, dtype=np.float32)


@lru_cache(_CACHED)
def read(message: str) -> Reading | None:
    """Return what `message` most likely is beside a question; None where it is too long."""
    if not 0 < len(sentences.fold(message)) <= _MOST_WORDS:
        return None
    model = load()
    [found] = model.probabilities([message])
    question = model.kinds.index(QUESTION)
    others = np.where(np.arange(len(found)) == question, -1.0, found)
    best = int(others.argmax())
    return Reading(
        kind=model.kinds[best],
        probability=float(found[best]),
        question=float(found[question]),
        known=model.share_known(message),
    )


@cache
def load() -> TalkModel:
    """Load the model that ships with kmqa."""
    with np.load(FILE, allow_pickle=False) as arrays:
        scale = arrays["scale"].astype(np.float32)
        return TalkModel(
            kinds=tuple(str(kind) for kind in arrays["kinds"]),
            weights=arrays["weights"].astype(np.float32) * scale,
            bias=arrays["bias"],
            words=arrays["words"],
        )


def rows(messages: Sequence[str]) -> sparse.csr_array:
    """Return one row for each message, float32, shape (n, N_SLOTS), of length 1 or 0."""
    counts = hashing.count_parts(map(_parts, messages), N_SLOTS)
    counts.data[:] = 1.0
    lengths = np.sqrt(np.maximum(np.diff(counts.indptr), 1))
    counts.data /= np.repeat(lengths, np.diff(counts.indptr)).astype(np.float32)
    return counts


def hash_words(message: str) -> IntArray:
    """Return a hash of each word of `message`, int32, in their order."""
    return np.array([mmh3.hash(word) for word in sentences.fold(message)], dtype=np.int32)


def _parts(message: str) -> list[str]:
    words = sentences.fold(message)
    ends = ("^", *words, "$")
    found = [f"w {word}" for word in words] + [f"p {one} {other}" for one, other in pairwise(ends)]
    for word in words:
        bounded = f"<{word}>"
        for size in range(_NGRAMS[0], _NGRAMS[1] + 1):
            found += [bounded[start : start + size] for start in range(len(bounded) - size + 1)]
    found.append(f"n {min(len(words), 8)}")
    return found

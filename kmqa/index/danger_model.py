"""A linear model that tells messages about danger signs from everything else.

It looks at what a message means (the embedding), at how it is spelt (character n-grams), and at
which words stand near each other, so that it also learns from examples in languages and scripts
that the encoder does not know.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy import sparse

from kmqa.index.word_pairs import WordPairs

FloatArray = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class DangerModel:
    """``score = v · meaning + s · spelling + p · pairing + bias``: the higher, the surer.

    Attributes:
        meaning: Float32, shape (d,), one weight for each dimension of the embedding.
        spelling: Float32, shape (m,), one for each slot of the lexical index.
        pairing: Float32, shape (k,), one for each slot of `pairs`.
    """

    meaning: FloatArray
    spelling: FloatArray
    pairing: FloatArray
    pairs: WordPairs
    bias: float

    def scores(
        self, vectors: FloatArray, ngrams: sparse.csr_array, texts: Sequence[str]
    ) -> FloatArray:
        """Return unbounded scores of q messages, float32, shape (q,).

        Args:
            vectors: Embeddings of length 1, float32, shape (q, d).
            ngrams: Their rows of `kmqa.index.lexical.LexicalIndex.weights`, shape (q, m).
            texts: The messages after the glossary.
        """
        paired = self.pairs.rows(texts) @ self.pairing
        found = vectors @ self.meaning + ngrams @ self.spelling + paired + self.bias
        return np.asarray(found, dtype=np.float32)

    def save(self, folder: Path) -> None:
        """Write the arrays into `folder` as ``.npy`` files."""
        folder.mkdir(parents=True)
        for name in ("meaning", "spelling", "pairing"):
            np.save(folder / f"{name}.npy", getattr(self, name), allow_pickle=False)
        np.save(folder / "pairs.npy", self.pairs.slots, allow_pickle=False)
        np.save(folder / "bias.npy", np.float64(self.bias), allow_pickle=False)


def load(folder: Path) -> DangerModel:
    """Load the model that `DangerModel.save` wrote into `folder`."""
    names = ("meaning", "spelling", "pairing")
    meaning, spelling, pairing = (
        np.load(folder / f"{name}.npy", allow_pickle=False) for name in names
    )
    return DangerModel(
        meaning=meaning,
        spelling=spelling,
        pairing=pairing,
        pairs=WordPairs(np.load(folder / "pairs.npy", allow_pickle=False)),
        bias=float(np.load(folder / "bias.npy", allow_pickle=False)),
    )

"""A linear model that tells messages about danger signs from everything else.

It looks at what a message means (the embedding) and at how it is spelt (character n-grams), so
that it also learns from examples in languages and scripts that the encoder does not know.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy import sparse

FloatArray = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class DangerModel:
    """``score = v · meaning + s · spelling + bias``; at 0 and above a message is an alarm.

    Attributes:
        meaning: Float32, shape (d,), one weight for each dimension of the embedding.
        spelling: Float32, shape (m,), one for each slot of the lexical index.
        bias: Holds the threshold that the build chose.
    """

    meaning: FloatArray
    spelling: FloatArray
    bias: float

    def scores(self, vectors: FloatArray, spelt: sparse.csr_array) -> FloatArray:
        """Unbounded scores of q messages, float32, shape (q,).

        Args:
            vectors: Embeddings of length 1, float32, shape (q, d).
            spelt: Their rows of `kmqa.index.lexical.LexicalIndex.weights`, shape (q, m).
        """
        found = vectors @ self.meaning + spelt @ self.spelling + self.bias
        return np.asarray(found, dtype=np.float32)

    def save(self, folder: Path) -> None:
        """Write the arrays into `folder` as ``.npy`` files."""
        folder.mkdir(parents=True)
        np.save(folder / "meaning.npy", self.meaning, allow_pickle=False)
        np.save(folder / "spelling.npy", self.spelling, allow_pickle=False)
        np.save(folder / "bias.npy", np.float64(self.bias), allow_pickle=False)


def load(folder: Path) -> DangerModel:
    """The model that `DangerModel.save` wrote into `folder`."""
    return DangerModel(
        meaning=np.load(folder / "meaning.npy", allow_pickle=False),
        spelling=np.load(folder / "spelling.npy", allow_pickle=False),
        bias=float(np.load(folder / "bias.npy", allow_pickle=False)),
    )

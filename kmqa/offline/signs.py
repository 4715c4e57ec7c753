"""How much each wording looks like a danger sign, as if it came from outside.

The same likeness that serving looks at (`kmqa.matching.urgent.UrgentLayer.signs`), against all
other wordings but itself.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
from scipy import sparse

from kmqa.index import contents
from kmqa.matching import match, urgent
from kmqa.offline import fit
from kmqa.records import Fit, Weights

FloatArray = npt.NDArray[np.float32]
_TOGETHER = 256  # rows of likeness to 12,000 wordings take 12 MB each way


def signs_without_self(
    wordings: Sequence[contents.Wording],
    vectors: FloatArray,
    spelt: sparse.csr_array,
    fits: Mapping[str, Fit],
) -> list[urgent.Signs]:
    """Signs of each of n `wordings` among the others.

    Args:
        wordings: Those of one target lie together.
        vectors: Their embeddings, float32, shape (n, d).
        spelt: Their rows of `kmqa.index.lexical.LexicalIndex.weights`, shape (n, m).
        fits: By language, for the weights of likeness.
    """
    spelt_by_slot = spelt.T.tocsr()
    targets = contents.targets_of(wordings)
    signs = []
    for start in range(0, len(wordings), _TOGETHER):
        part = slice(start, start + _TOGETHER)
        cosines = vectors[part] @ vectors.T
        letters = np.asarray((spelt[part] @ spelt_by_slot).toarray(), dtype=np.float32)
        for place, wording in enumerate(wordings[part]):
            cosines[place, start + place] = letters[place, start + place] = -1.0
            weights = fits.get(wording.language, fits[fit.REST]).rank
            signs.append(_signs(cosines[place], letters[place], targets, weights))
    return signs


def _signs(
    cosines: FloatArray, letters: FloatArray, targets: Sequence[contents.Target], weights: Weights
) -> urgent.Signs:
    starts = [target.start for target in targets]
    nearest = np.maximum.reduceat(match.likeness(cosines, letters, weights), starts)
    # An answer's likeness is that of its nearest wordings in meaning and in spelling, which may
    # be two, as in `kmqa.matching.match.Matcher.rank`.
    apart = match.likeness(
        np.maximum.reduceat(cosines, starts), np.maximum.reduceat(letters, starts), weights
    )
    kinds = np.array([target.kind for target in targets])
    is_ordinary = (kinds == "answer") | (kinds == "refusal")
    return urgent.Signs(
        {
            target.id: float(score)
            for target, score in zip(targets, nearest, strict=True)
            if target.kind == "urgent"
        },
        near_miss=float(nearest[kinds == "near_miss"].max(initial=-1.0)),
        ordinary=float(apart[is_ordinary].max(initial=-1.0)),
    )

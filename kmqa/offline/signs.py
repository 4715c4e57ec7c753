"""How much each wording looks like a danger sign, as if it came from outside.

The same likeness that serving looks at (`kmqa.matching.urgent.UrgentLayer.signs`), against all
other wordings but itself.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kmqa.index import contents, lexical
from kmqa.matching import match, urgent
from kmqa.offline import fit
from kmqa.records import Fit, Weights

FloatArray = npt.NDArray[np.float32]
_TOGETHER = 256  # rows of likeness to 12,000 wordings take 12 MB each way


def signs_without_self(
    wordings: Sequence[contents.Wording],
    vectors: FloatArray,
    spelling: lexical.LexicalIndex,
    fits: Mapping[str, Fit],
) -> list[urgent.Signs]:
    """Signs of each of n `wordings` among the others.

    Args:
        wordings: Those of one target lie together.
        vectors: Their embeddings, float32, shape (n, d).
        spelling: The index over just these wordings.
        fits: By language, for the weights of likeness.
    """
    spelt = spelling.rows.tocsr()
    groups = _groups_of(wordings)
    signs = []
    for start in range(0, len(wordings), _TOGETHER):
        part = slice(start, start + _TOGETHER)
        cosines = vectors[part] @ vectors.T
        letters = spelling.cosines(spelt[part])
        for place, wording in enumerate(wordings[part]):
            cosines[place, start + place] = letters[place, start + place] = -1.0
            weights = fits.get(wording.language, fits[fit.REST]).rank
            signs.append(_signs(cosines[place], letters[place], groups, weights))
    return signs


@dataclass(frozen=True, slots=True)
class _Groups:
    """The t targets of all wordings, by what likeness to them says.

    Attributes:
        starts: First row of each, int64, shape (t,).
        dangers: Place of each danger sign, by id.
        is_near_miss: Bool, shape (t,).
        is_ordinary: Whether it is an answer or a refusal group, bool, shape (t,).
    """

    starts: npt.NDArray[np.int64]
    dangers: Mapping[str, int]
    is_near_miss: npt.NDArray[np.bool_]
    is_ordinary: npt.NDArray[np.bool_]


def _groups_of(wordings: Sequence[contents.Wording]) -> _Groups:
    targets = contents.targets_of(wordings)
    kinds = np.array([target.kind for target in targets], dtype=str)
    return _Groups(
        starts=np.array([target.start for target in targets], dtype=np.int64),
        dangers={t.id: place for place, t in enumerate(targets) if t.kind == "urgent"},
        is_near_miss=kinds == "near_miss",
        is_ordinary=(kinds == "answer") | (kinds == "refusal"),
    )


def _signs(
    cosines: FloatArray, letters: FloatArray, groups: _Groups, weights: Weights
) -> urgent.Signs:
    nearest = np.maximum.reduceat(match.likeness(cosines, letters, weights), groups.starts)
    # An answer's likeness is that of its nearest wordings in meaning and in spelling, which may
    # be two, as in `kmqa.matching.match.Matcher.rank`.
    apart = match.likeness(
        np.maximum.reduceat(cosines, groups.starts),
        np.maximum.reduceat(letters, groups.starts),
        weights,
    )
    return urgent.Signs(
        {name: float(nearest[place]) for name, place in groups.dangers.items()},
        near_miss=float(nearest[groups.is_near_miss].max(initial=-1.0)),
        ordinary=float(apart[groups.is_ordinary].max(initial=-1.0)),
    )

"""How similar each wording is to a danger sign, as if it came from outside.

The same similarity that serving measures (`kmqa.matching.danger.DangerDetector.measure`), to all
other wordings but itself.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kmqa.index import contents, lexical
from kmqa.matching import danger, rank
from kmqa.offline import fit
from kmqa.records import Fit

FloatArray = npt.NDArray[np.float32]
_BATCH = 256  # rows of similarity to 12,000 wordings take 12 MB each way


def measure_without_self(
    wordings: Sequence[contents.Wording],
    vectors: FloatArray,
    spelling: lexical.LexicalIndex,
    fits: Mapping[str, Fit],
) -> list[danger.DangerSimilarity]:
    """Return the similarity of each of n `wordings` to the others.

    Args:
        wordings: Those of one target lie together.
        vectors: Their embeddings, float32, shape (n, d).
        spelling: The index over just these wordings.
        fits: By language, for the weights of similarity.
    """
    ngrams = spelling.rows.tocsr()
    groups = _group(wordings)
    found = []
    for start in range(0, len(wordings), _BATCH):
        batch = slice(start, start + _BATCH)
        cosines = vectors[batch] @ vectors.T
        spelt = spelling.cosines(ngrams[batch])
        for place, wording in enumerate(wordings[batch]):
            cosines[place, start + place] = spelt[place, start + place] = -1.0
            weights = fits.get(wording.language, fits[fit.REST]).rank
            found.append(_measure(cosines[place], spelt[place], groups, weights))
    return found


@dataclass(frozen=True, slots=True)
class _Groups:
    """The t targets of all wordings, by what similarity to them says.

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


def _group(wordings: Sequence[contents.Wording]) -> _Groups:
    targets = contents.targets_of(wordings)
    kinds = np.array([target.kind for target in targets], dtype=str)
    return _Groups(
        starts=np.array([target.start for target in targets], dtype=np.int64),
        dangers={t.id: place for place, t in enumerate(targets) if t.kind == "urgent"},
        is_near_miss=kinds == "near_miss",
        is_ordinary=(kinds == "answer") | (kinds == "refusal"),
    )


def _measure(
    cosines: FloatArray, lexical_cosines: FloatArray, groups: _Groups, weights: Mapping[str, float]
) -> danger.DangerSimilarity:
    similar = rank.similarity(cosines, lexical_cosines, weights)
    nearest = np.maximum.reduceat(similar, groups.starts)
    # An answer's similarity is that of its nearest wordings in meaning and in spelling, which may
    # be two, as in `kmqa.matching.match.Matcher.rank`.
    apart = rank.similarity(
        np.maximum.reduceat(cosines, groups.starts),
        np.maximum.reduceat(lexical_cosines, groups.starts),
        weights,
    )
    return danger.DangerSimilarity(
        {name: float(nearest[place]) for name, place in groups.dangers.items()},
        near_miss=float(nearest[groups.is_near_miss].max(initial=-1.0)),
        ordinary=float(apart[groups.is_ordinary].max(initial=-1.0)),
    )

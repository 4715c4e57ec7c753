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
from kmqa.offline.everyday_talk import EverydayTalk
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
        own = np.arange(len(cosines))
        cosines[own, start + own] = spelt[own, start + own] = -1.0
        found += _measure_batch(wordings[batch], cosines, spelt, groups, fits)
    return found


def measure_talk(
    talk: EverydayTalk,
    wordings: Sequence[contents.Wording],
    vectors: FloatArray,
    spelling: lexical.LexicalIndex,
    fits: Mapping[str, Fit],
) -> list[danger.DangerSimilarity]:
    """Return the similarity of each line of `talk` to n `wordings`.

    The others are those of `measure_without_self`.
    """
    groups = _group(wordings)
    found = []
    for start in range(0, len(talk.wordings), _BATCH):
        batch = talk.wordings[start : start + _BATCH]
        cosines = talk.vectors[start : start + _BATCH] @ vectors.T
        spelt = spelling.scores([line.normalised for line in batch])
        found += _measure_batch(batch, cosines, spelt, groups, fits)
    return found


def _measure_batch(
    messages: Sequence[contents.Wording],
    cosines: FloatArray,
    spelt: FloatArray,
    groups: "_Groups",
    fits: Mapping[str, Fit],
) -> list[danger.DangerSimilarity]:
    return [
        _measure(cosine, lexical_cosine, groups, fits.get(one.language, fits[fit.REST]).rank)
        for one, cosine, lexical_cosine in zip(messages, cosines, spelt, strict=True)
    ]


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

"""How well each answer fits a query: one fused score, and the confidence fitted to it.

::

    score(answer) = sum over kmqa.matching.features.FEATURES of weight · feature

Groups of refusal examples compete as if they were answers: where one of them wins, nothing is
answered. The build ranks held-out wordings by the same functions to fit the weights.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kmqa.index import bundle, contents
from kmqa.matching import features, rank
from kmqa.matching.prepare import PreparedQuery
from kmqa.records import Candidate, Fit, PassageHit

FloatArray = npt.NDArray[np.float32]
IntArray = npt.NDArray[np.int64]

N_CANDIDATES = 10
_LEXICAL_ROWS = 64  # wordings of most alike spelling whose targets are compared
_TRAINED_TARGETS = 16  # and the likeliest targets by head and by student
_N_PASSAGES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking:
    """Everything that was found for a query, before anything is decided.

    Attributes:
        candidates: Answers, best first, with their confidence.
        refused_by: Refusal group that fits better than the best answer, or None.
        passages: Vetted passages, nearest first.
        similarity: Of the query to the nearest wording of any answer or refusal group, at most 1.
        first_row: What the confidence of the first candidate rests on, float64, shape (columns,)
            as in `kmqa.matching.features.acceptance_names`; None without candidates.
        margin: Lead of the first candidate over the second in ranked score, at least 0; infinite
            where there is none.
    """

    candidates: tuple[Candidate, ...]
    refused_by: str | None
    passages: tuple[PassageHit, ...]
    similarity: float = 0.0
    first_row: npt.NDArray[np.float64] | None = None
    margin: float = np.inf


class Matcher:
    """Ranks the answers of a bundle; holds no state that a query could change."""

    def __init__(self, held: contents.Contents, indexes: bundle.Indexes) -> None:
        """Search `indexes` for what `held` says."""
        self._indexes = indexes
        self._wordings = held.wordings
        self._all_passages = held.passages
        targets = contents.targets_of(self._wordings)
        self._targets = contents.list_matchable(self._wordings)
        self._starts = [target.start for target in self._targets]
        self._n_matched = self._targets[-1].stop if self._targets else 0
        self._target_of_row = np.repeat(
            np.arange(len(targets)), [target.stop - target.start for target in targets]
        )

    def rank(self, query: PreparedQuery, fit: Fit) -> Ranking:
        """Return candidates for `query`, best first, with fitted confidence."""
        passages = self._nearest_passages(query)
        if not self._targets:
            return Ranking(candidates=(), refused_by=None, passages=passages)
        compared = self._compare(query)
        targets = [self._targets[t] for t in compared.targets.tolist()]
        is_answer = np.array([target.kind == "answer" for target in targets])
        measured = features.measure(compared, features.FEATURES, features.empty(1, len(targets)))
        if not is_answer.any():
            best = int(rank.score(measured, fit.rank)[0].argmax())
            return Ranking(candidates=(), refused_by=targets[best].id, passages=passages)
        ranked = rank.rank(measured, is_answer, fit.rank)
        order = ranked.order[0, :N_CANDIDATES]
        gaps = ranked.scores[0, order[0]] - ranked.scores[0, order]
        row = ranked.acceptance_rows()
        confidences = rank.confidence(rank.score_acceptance(row, fit.accept) - gaps, fit)
        is_refused = ranked.refusal is not None and ranked.refusal_margin[0] < 0
        return Ranking(
            candidates=tuple(
                self._candidate(compared, place, score)
                for place, score in zip(order.tolist(), confidences.tolist(), strict=True)
            ),
            refused_by=targets[int(ranked.refusal[0])].id
            if ranked.refusal is not None and is_refused
            else None,
            passages=passages,
            similarity=float(compared.similarities(fit.rank).max()),
            first_row=row[0],
            margin=float(ranked.margin[0]),
        )

    def similarity(
        self,
        query: PreparedQuery,
        weights: Mapping[str, float],
        targets: Sequence[contents.Target],
    ) -> list[float]:
        """Return the similarity of `query` to the nearest wording of each of `targets`.

        The weighted mean of both cosines, without any logits: at most 1, and comparable between
        wordings of every kind.
        """
        spans = [(target.start, target.stop) for target in targets]
        cosines = self._indexes.wordings.cosines(query.vector, spans)
        return [
            float(rank.similarity(one, query.lexical[start:stop], weights).max())
            for one, (start, stop) in zip(cosines, spans, strict=True)
        ]

    def max_similarity(self, query: PreparedQuery, weights: Mapping[str, float]) -> float:
        """Return the similarity of `query` to the nearest wording of any answer or refusal group.

        What `Ranking.similarity` says, for who wants nothing else; -1 where there is no wording.
        """
        if not self._targets:
            return -1.0
        [cosines] = self._indexes.wordings.cosines(query.vector, [(0, self._n_matched)])
        nearest = rank.similarity(
            np.maximum.reduceat(cosines, self._starts),
            np.maximum.reduceat(query.lexical[: self._n_matched], self._starts),
            weights,
        )
        return float(nearest.max())

    def _compare(self, query: PreparedQuery) -> "_QueryComparison":
        """Return `query` beside the targets that may fit it by any kind of evidence."""
        head = self._indexes.head
        logits = head.logits(query.vector[None])[0] if head else None
        places = set(self._target_of_row[query.nearest].tolist())
        places.update(self._target_of_row[_find_largest(query.lexical, _LEXICAL_ROWS)].tolist())
        if logits is not None:
            places.update(_find_largest(logits, _TRAINED_TARGETS).tolist())
        if len(query.student_logits):
            places.update(_find_largest(query.student_logits, _TRAINED_TARGETS).tolist())
        targets = np.array(sorted(t for t in places if t < len(self._targets)), dtype=np.int64)
        spans = [(self._targets[t].start, self._targets[t].stop) for t in targets.tolist()]
        lexical = query.lexical[: self._n_matched]
        return _QueryComparison(
            query=query,
            targets=targets,
            rows=[self._wordings[start:stop] for start, stop in spans],
            cosines=self._indexes.wordings.cosines(query.vector, spans),
            lexical=np.maximum.reduceat(lexical, self._starts)[targets],
            head=None if logits is None else logits[targets],
            shares=self._indexes.vocabulary.shares(query.normalised)[targets],
            conflicts=self._indexes.vocabulary.conflicts(query.normalised)[targets],
        )

    def _candidate(self, compared: "_QueryComparison", place: int, confidence: float) -> Candidate:
        wording = compared.rows[place][int(np.argmax(compared.cosines[place]))]
        return Candidate(
            answer_id=wording.target,
            confidence=round(confidence, 6),
            question=wording.text,
            language=wording.language,
        )

    def _nearest_passages(self, query: PreparedQuery) -> tuple[PassageHit, ...]:
        if not len(self._indexes.passages):
            return ()
        scores, rows = self._indexes.passages.nearest(query.vector[None], _N_PASSAGES)
        return tuple(
            PassageHit(passage=self._all_passages[row], score=round(float(score), 6))
            for score, row in zip(scores[0], rows[0], strict=True)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _QueryComparison:
    """One query beside t targets; see `kmqa.matching.features.Comparison`."""

    query: PreparedQuery
    targets: IntArray
    rows: Sequence[Sequence[contents.Wording]]
    cosines: Sequence[FloatArray]
    lexical: FloatArray
    head: FloatArray | None
    shares: FloatArray
    conflicts: FloatArray

    @property
    def texts(self) -> Sequence[str]:
        return [self.query.normalised]

    @property
    def wordings(self) -> Sequence[Sequence[str]]:
        return [[wording.normalised for wording in own] for own in self.rows]

    def max_cosines(self) -> FloatArray:
        return np.array([[own.max() for own in self.cosines]], dtype=np.float32)

    def max_lexical(self) -> FloatArray:
        return self.lexical[None]

    def head_logits(self) -> FloatArray | None:
        return None if self.head is None else self.head[None]

    def student_logits(self) -> FloatArray | None:
        logits = self.query.student_logits
        return logits[self.targets][None] if len(logits) else None

    def word_shares(self) -> FloatArray:
        return self.shares[None]

    def opposites(self) -> FloatArray:
        return self.conflicts[None]

    def similarities(self, weights: Mapping[str, float]) -> FloatArray:
        return rank.similarity(self.max_cosines(), self.max_lexical(), weights)


def _find_largest(scores: FloatArray, n: int) -> IntArray:
    """Return the places of the `n` largest of `scores` in no order; all where there are fewer."""
    if len(scores) <= n:
        return np.arange(len(scores))
    return np.argpartition(scores, len(scores) - n)[len(scores) - n :]

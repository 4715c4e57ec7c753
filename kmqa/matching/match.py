"""How well each answer fits a query: one fused score, and the confidence fitted to it.

::

    score(answer) = cosine weight  · best cosine to its wordings          (dense vectors, FAISS)
                  + lexical weight · best character n-gram cosine         (spelling, any script)
                  + head weight    · logit of the linear head             (the answer as a whole)
                  + student weight · logit of the student                 (other languages)
                  + words weight   · share of its words the answer knows  (numbers, names)

Groups of refusal examples compete as if they were answers: where one of them wins, nothing is
answered. The build runs the same functions over left-out wordings to fit the weights.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from kmqa import text
from kmqa.index import bundle, contents, encoder, glossary, spelling
from kmqa.matching import language
from kmqa.records import Acceptance, Candidate, Fit, PassageHit, Weights

FloatArray = npt.NDArray[np.float32]
IntArray = npt.NDArray[np.int64]

N_CANDIDATES = 10
ACCEPTANCE = ("cosine", "lexical", "head", "student", "words", "lead", "clear", "refusal")
"""Weights of `kmqa.records.Acceptance` in the order of `FirstEvidence.row`."""
NO_DANGER = -np.inf  # where the corpus has too few examples to teach a model
_NOTHING = np.zeros(0, dtype=np.float32)
_NO_ROWS = np.zeros(0, dtype=np.int64)
_DENSE_ROWS = 128  # nearest wordings whose answers are looked at
_LEXICAL_ROWS = 64  # best spelt-alike wordings whose answers are looked at as well
_HEAD_TARGETS = 16  # and the favourites of head and student
_PASSAGES = 3
_FAR = 0.35  # in ranked score: some 4 logits of being right


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for each of t targets, for one query.

    Attributes:
        targets: Target numbers, int64, shape (t,), in rising order.
        features: Float32, shape (t, 5): best cosine in [-1, 1], best lexical cosine in [0, 1],
            logit of the head, logit of the student (each 0 where the bundle has none), share of
            the query's words in [0, 1].
        cosines: To the wordings of each target, t arrays of float32.
    """

    targets: IntArray
    features: FloatArray
    cosines: Sequence[FloatArray]


@dataclass(frozen=True, slots=True)
class FirstEvidence:
    """What speaks for the first candidate being right at all.

    Attributes:
        features: Of its target, as in `Evidence`.
        lead: Over the second candidate in ranked score, at least 0; infinite where there is none.
        clear: The same over the best refusal group, of either sign.
    """

    features: tuple[float, float, float, float, float]
    lead: float
    clear: float

    @property
    def row(self) -> tuple[float, ...]:
        """Numbers in the order of `ACCEPTANCE`; leads beyond `_FAR` say no more than that."""
        return (*self.features, min(self.lead, _FAR), min(max(self.clear, 0.0), _FAR), self.lost)

    @property
    def lost(self) -> float:
        """What a refusal group leads by, as a number of at most 0."""
        return min(self.clear, 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking:
    """Everything that was found for a query, before anything is decided.

    Attributes:
        candidates: Answers, best first, with their confidence.
        refused_by: Refusal group that fits better than the best answer, or None.
        passages: Vetted passages, nearest first.
        likeness: Of the query to the nearest wording of any answer or refusal group, at most 1.
        first: What the confidence of the first candidate rests on; None without candidates.
    """

    candidates: tuple[Candidate, ...]
    refused_by: str | None
    passages: tuple[PassageHit, ...]
    likeness: float = 0.0
    first: FirstEvidence | None = None


@dataclass(frozen=True, slots=True)
class Query:
    """A query in the forms that matching needs.

    Attributes:
        plain: Its words after the glossary.
        vector: Float32, shape (d,), of length 1.
        spelling: Lexical scores against every wording, float32, shape (n,).
        nearest: Rows of the nearest wordings by cosine, int64, shape (k,).
        danger: Score of the model of danger signs: the higher, the surer.
        taught: Logits of the student for every target, float32, shape (t,), or empty without one.
    """

    plain: str
    vector: FloatArray
    spelling: FloatArray
    nearest: IntArray
    danger: float = NO_DANGER
    taught: FloatArray = field(default_factory=lambda: _NOTHING)


class Matcher:
    """Ranks the answers of a bundle; holds no state that a query could change."""

    def __init__(
        self, held: contents.Contents, indexes: bundle.Indexes, encode: encoder.Encoder
    ) -> None:
        """Search `indexes` with an encoder of the model that they were built with."""
        self._indexes = indexes
        self._encode = encode
        self._wordings = held.wordings
        self._all_passages = held.passages
        default = held.settings.languages[0]
        self._glossary = glossary.Glossary(held.terms, default)
        told = _told_by_people(held)
        self._guesser = language.Guesser(held.settings.languages, told)
        vetted = [(default, text.words(passage.text)) for passage in held.passages]
        self._spelling = spelling.Spelling([*told, *vetted], default, encode.knows)
        targets = contents.targets_of(self._wordings)
        self._targets = contents.matched_targets(self._wordings)
        self._starts = [target.start for target in self._targets]
        self._n_matched = self._targets[-1].stop if self._targets else 0
        self._target_of_row = np.repeat(
            np.arange(len(targets)), [target.stop - target.start for target in targets]
        )

    def guess(self, message: str) -> language.Guess:
        """The language of the corpus that `message` seems to be in."""
        return self._guesser.guess(message)

    def plain(self, messages: Sequence[str], languages: Sequence[str]) -> list[str]:
        """`messages`, each in its language, as they are compared: mended, in the corpus's terms."""
        return [self._plain(*one) for one in zip(messages, languages, strict=True)]

    def vectors(self, plain: Sequence[str]) -> FloatArray:
        """What texts that `plain` gave mean: float32, shape (n, d), rows of length 1."""
        return self._encode.encode(plain)

    def queries(self, messages: Sequence[str], languages: Sequence[str]) -> list[Query]:
        """`messages`, each in its language, ready for comparison with the bundle's wordings.

        They are encoded and searched for together, which takes half the time; every number comes
        out as it would for each alone.
        """
        texts = self.plain(messages, languages)
        vectors = self.vectors(texts)
        if not self._wordings:
            pairs = zip(texts, vectors, strict=True)
            return [Query(plain, vector, _NOTHING, _NO_ROWS) for plain, vector in pairs]
        nearest = self._indexes.wordings.nearest(vectors, _DENSE_ROWS)[1]
        return [self._query(*one) for one in zip(texts, vectors, nearest, strict=True)]

    def _query(self, plain: str, vector: FloatArray, nearest: IntArray) -> Query:
        """One query by itself: a product of many rows adds up in another order than one of one."""
        spelt = self._indexes.lexical.weights([plain])
        danger, student = self._indexes.danger, self._indexes.student
        return Query(
            plain=plain,
            vector=vector,
            spelling=self._indexes.lexical.cosines(spelt)[0],
            nearest=nearest,
            danger=float(danger.scores(vector[None], spelt, [plain])[0]) if danger else NO_DANGER,
            taught=student.logits([plain])[0] if student else _NOTHING,
        )

    def _plain(self, message: str, language: str) -> str:
        return self._glossary.plain(self._spelling.correct(message, language), language)

    def rank(self, query: Query, fit: Fit) -> Ranking:
        """Candidates for `query`, best first, with fitted confidence."""
        passages = self._nearest_passages(query)
        if not self._targets:
            return Ranking(candidates=(), refused_by=None, passages=passages)
        found = self._evidence(query)
        is_answer = np.array([self._targets[t].kind == "answer" for t in found.targets])
        ranked = fused(found.features, fit.rank)
        refusal = _best(np.where(is_answer, -np.inf, ranked))
        order = [i for i in np.argsort(-ranked, kind="stable") if is_answer[i]][:N_CANDIDATES]
        if not order:
            refused_by = self._refusal(found, refusal)
            return Ranking(candidates=(), refused_by=refused_by, passages=passages)
        gaps = ranked[order[0]] - ranked[order]
        first = FirstEvidence(
            features=tuple(found.features[order[0]].tolist()),
            lead=float(gaps[1]) if len(gaps) > 1 else np.inf,
            clear=np.inf if refusal is None else float(ranked[order[0]] - ranked[refusal]),
        )
        scores = confidence(accepted(first, fit.accept) - gaps, fit)
        return Ranking(
            candidates=tuple(
                self._candidate(found, int(i), float(score))
                for i, score in zip(order, scores, strict=True)
            ),
            refused_by=self._refusal(found, refusal) if first.lost < 0 else None,
            passages=passages,
            likeness=float(likeness(found.features[:, 0], found.features[:, 1], fit.rank).max()),
            first=first,
        )

    def similarity(
        self, query: Query, weights: Weights, targets: Sequence[contents.Target]
    ) -> list[float]:
        """Likeness of `query` to the nearest wording of each of `targets`.

        The weighted mean of both cosines, without the head: at most 1, and comparable between
        wordings of every kind.
        """
        spans = [(target.start, target.stop) for target in targets]
        cosines = self._indexes.wordings.cosines(query.vector, spans)
        return [
            float(likeness(one, query.spelling[start:stop], weights).max())
            for one, (start, stop) in zip(cosines, spans, strict=True)
        ]

    def _evidence(self, query: Query) -> Evidence:
        head = self._indexes.head
        logits = head.logits(query.vector[None])[0] if head else None
        looked_at = set(self._target_of_row[query.nearest].tolist())
        looked_at.update(self._target_of_row[_largest(query.spelling, _LEXICAL_ROWS)].tolist())
        if logits is not None:
            looked_at.update(_largest(logits, _HEAD_TARGETS).tolist())
        if len(query.taught):
            looked_at.update(_largest(query.taught, _HEAD_TARGETS).tolist())
        targets = np.array(sorted(t for t in looked_at if t < len(self._targets)), dtype=np.int64)
        return self._evidence_of(query, targets, logits)

    def _evidence_of(self, query: Query, targets: IntArray, logits: FloatArray | None) -> Evidence:
        spans = [(self._targets[t].start, self._targets[t].stop) for t in targets.tolist()]
        cosines = self._indexes.wordings.cosines(query.vector, spans)
        features = np.zeros((len(targets), 5), dtype=np.float32)
        features[:, 0] = [own.max() for own in cosines]
        features[:, 1] = np.maximum.reduceat(query.spelling[: self._n_matched], self._starts)[
            targets
        ]
        if logits is not None:
            features[:, 2] = logits[targets]
        if len(query.taught):
            features[:, 3] = query.taught[targets]
        features[:, 4] = self._indexes.vocabulary.shares(query.plain)[targets]
        return Evidence(targets=targets, features=features, cosines=cosines)

    def _candidate(self, found: Evidence, place: int, score: float) -> Candidate:
        target = self._targets[int(found.targets[place])]
        wording = self._wordings[target.start + int(np.argmax(found.cosines[place]))]
        return Candidate(
            answer_id=target.id,
            score=round(score, 6),
            question=wording.text,
            language=wording.language,
        )

    def _refusal(self, found: Evidence, place: int | None) -> str | None:
        return None if place is None else self._targets[int(found.targets[place])].id

    def _nearest_passages(self, query: Query) -> tuple[PassageHit, ...]:
        if not len(self._indexes.passages):
            return ()
        scores, rows = self._indexes.passages.nearest(query.vector[None], _PASSAGES)
        return tuple(
            PassageHit(passage=self._all_passages[row], score=round(float(score), 6))
            for score, row in zip(scores[0], rows[0], strict=True)
        )


def _told_by_people(held: contents.Contents) -> list[tuple[str, list[str]]]:
    """The words of all wordings and glossary forms, each time with their language."""
    written = [(row.language, row.text) for row in held.wordings]
    written += [
        (name, form) for term in held.terms for name, forms in term.forms.items() for form in forms
    ]
    return [(name, text.words(one)) for name, one in written]


def fused(features: FloatArray, weights: Weights) -> npt.NDArray[np.float64]:
    """Weighted sum of `features`, shape (..., 5), as float64 of shape (...)."""
    column = np.array(
        [weights.cosine, weights.lexical, weights.head, weights.student, weights.words]
    )
    scores: npt.NDArray[np.float64] = features.astype(np.float64) @ column
    return scores


def accepted(first: FirstEvidence, accept: Acceptance) -> float:
    """The score by which the first candidate is taken or not; unbounded."""
    weights: tuple[float, ...] = tuple(getattr(accept, name) for name in ACCEPTANCE)
    return sum(weight * value for weight, value in zip(weights, first.row, strict=True))


def confidence(scores: npt.NDArray[np.float64], fit: Fit) -> npt.NDArray[np.float64]:
    """Logistic map of accepted scores to [0, 1], strictly increasing; same shape."""
    mapped: npt.NDArray[np.float64] = 1 / (1 + np.exp(-(fit.slope * scores + fit.intercept)))
    return mapped


def likeness(cosines: FloatArray, spelling: FloatArray, weights: Weights) -> FloatArray:
    """Weighted mean of dense and lexical cosines of the same shape, float32, at most 1."""
    total = weights.cosine + weights.lexical
    mean = (weights.cosine * cosines + weights.lexical * spelling) / total
    return mean.astype(np.float32)


def _largest(scores: FloatArray, n: int) -> IntArray:
    """Places of the `n` largest of `scores` in no order; all of them where there are fewer."""
    if len(scores) <= n:
        return np.arange(len(scores))
    return np.argpartition(scores, len(scores) - n)[len(scores) - n :]


def _best(scores: npt.NDArray[np.float64]) -> int | None:
    place = int(np.argmax(scores))
    return place if np.isfinite(scores[place]) else None

"""Wordings and answers held out of the index and matched as if they were users' questions.

Two kinds of questions come of it: a wording whose answer keeps its other wordings (answerable),
and a wording whose whole answer is held out (nothing right is left to find). Refusal examples
whose group keeps its others are of the second kind too. The weights, the confidence and, where no
labelled questions exist, the threshold are fitted on how they score.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
from scipy import sparse

from kmqa.index import head, lexical, vocabulary
from kmqa.index.contents import Target, Wording, list_matchable
from kmqa.matching import features
from kmqa.offline.student import TrainingSet

FloatArray = npt.NDArray[np.float32]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]
FoldModels = tuple[head.Head | None, head.Head | None]
"""Heads of the vectors, and of the student, fitted on the rows that a fold keeps; None where
these are too few."""

N_FOLDS = 5
LARGE = 6_000  # rows above which one fold of five tells enough: it has 1,200 questions or more
NOTHING_RIGHT = -1


@dataclass(frozen=True, slots=True)
class HeldOut:
    """q questions with what speaks for each of t targets.

    Attributes:
        features: Float32, shape (q, t, f), columns as in `kmqa.matching.features.FEATURES`.
        expected: Target number that is right, or -1, int64, shape (q,).
        languages: Language of each question, q of them.
        is_answer: Whether a target is an answer and not a refusal group, bool, shape (t,).
    """

    features: FloatArray
    expected: IntArray
    languages: tuple[str, ...]
    is_answer: BoolArray

    def __len__(self) -> int:
        return len(self.expected)


def select(questions: HeldOut, places: IntArray) -> HeldOut:
    """Return only the questions at `places`."""
    return HeldOut(
        features=questions.features[places],
        expected=questions.expected[places],
        languages=tuple(questions.languages[int(place)] for place in places),
        is_answer=questions.is_answer,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """The n rows that are matched: answers and refusal groups.

    Attributes:
        vectors: Float32, shape (n, d).
        counts: Of their n-grams, as `kmqa.index.lexical.count_ngrams` gives them, shape (n, s).
        training_set: What the student is fitted on.
        answer_terms: Stems of the texts of each target, t of them.
    """

    wordings: Sequence[Wording]
    vectors: FloatArray
    counts: sparse.csr_array
    training_set: TrainingSet
    answer_terms: Sequence[vocabulary.Stems]

    @property
    def target(self) -> IntArray:
        """Number of each row's target, int64, shape (n,)."""
        return self.training_set.target

    @property
    def n_targets(self) -> int:
        """How many targets t there are."""
        return self.training_set.n_targets

    def fit_head(self, kept: BoolArray) -> head.Head | None:
        """Fit a head on the rows `kept`, shape (n,); None where all rows are too few.

        A corpus that has a head is weighed with one, however few wordings a fold keeps.
        """
        if not head.is_enough(self.target):
            return None
        return head.fit(self.vectors[kept], self.target[kept], self.n_targets)

    def fit_vocabulary(self, kept: BoolArray) -> vocabulary.Vocabulary:
        """Fit what each target knows by its rows among `kept`, shape (n,), and its texts."""
        return vocabulary.fit(self.list_wordings(kept), self.answer_terms)

    def list_wordings(self, kept: BoolArray) -> list[list[str]]:
        """Return the wordings of each target among the rows `kept`, after the glossary."""
        wordings: list[list[str]] = [[] for _ in range(self.n_targets)]
        for row in np.flatnonzero(kept).tolist():
            wordings[self.target[row]].append(self.wordings[row].normalised)
        return wordings


@dataclass(frozen=True, slots=True)
class Fold:
    """Questions that are asked of what is left when they are held out.

    Attributes:
        rows: Of the questions, int64, shape (q,).
        expected: Target number that is right for each, or -1, int64, shape (q,).
        kept: Whether each row is left, bool, shape (n,).
    """

    rows: IntArray
    expected: IntArray
    kept: BoolArray


def make_folds(wordings: Sequence[Wording]) -> tuple[Fold, ...]:
    """Return the folds of `wordings`, which are those that are matched.

    A fold without questions, or that leaves nothing to ask, is none.
    """
    targets = list_matchable(wordings)
    target = np.repeat(np.arange(len(targets)), [t.stop - t.start for t in targets])
    is_answer = np.array([t.kind == "answer" for t in targets], dtype=bool)[target]
    by_wording, by_answer = _assign_wordings(wordings, target), _assign_answers(targets)[target]
    folds = []
    for number in range(1 if len(wordings) > LARGE else N_FOLDS):
        out = by_wording == number
        rows = np.flatnonzero(out & np.isin(target, target[~out]))
        folds.append(Fold(rows, np.where(is_answer, target, NOTHING_RIGHT)[rows], ~out))
        rows = np.flatnonzero(by_answer == number)
        folds.append(Fold(rows, np.full(len(rows), NOTHING_RIGHT), by_answer != number))
    return tuple(fold for fold in folds if len(fold.rows) and fold.kept.any())


def cross_validate(rows: Rows, folds: Sequence[Fold], models: Iterable[FoldModels]) -> HeldOut:
    """Measure every feature of every question of `folds`.

    Args:
        rows: What the folds are folds of.
        folds: What is asked of what.
        models: Fitted on what each fold keeps; used last, so that they may still be at work.
    """
    targets = list_matchable(rows.wordings)
    at_once = [one for one in features.FEATURES if not one.is_trained]
    trained = [one for one in features.FEATURES if one.is_trained]
    measured = []
    for fold in folds:
        found = features.empty(len(fold.rows), rows.n_targets)
        measured.append(features.measure(_FoldComparison(rows, fold), at_once, found))
    for found, fold, fitted in zip(measured, folds, models, strict=True):
        features.measure(_FoldComparison(rows, fold, fitted), trained, found)
    return HeldOut(
        features=np.concatenate([features.empty(0, rows.n_targets), *measured]),
        expected=np.concatenate([np.zeros(0, np.int64), *(fold.expected for fold in folds)]),
        languages=tuple(
            rows.wordings[row].language for fold in folds for row in fold.rows.tolist()
        ),
        is_answer=np.array([t.kind == "answer" for t in targets], dtype=bool),
    )


def _assign_wordings(wordings: Sequence[Wording], target: IntArray) -> IntArray:
    """Return the fold of each row: wordings of one target and language are dealt out in turn."""
    dealt: dict[tuple[int, str], int] = {}
    folds = np.zeros(len(wordings), dtype=np.int64)
    for row, wording in enumerate(wordings):
        key = (int(target[row]), wording.language)
        folds[row] = dealt.get(key, 0) % N_FOLDS
        dealt[key] = dealt.get(key, 0) + 1
    return folds


def _assign_answers(targets: Sequence[Target]) -> IntArray:
    """Return the fold of each answer by the hash of its id; refusal groups stay in: -1."""
    folds = [
        hashlib.sha256(t.id.encode()).digest()[0] % N_FOLDS if t.kind == "answer" else -1
        for t in targets
    ]
    return np.array(folds, dtype=np.int64)


@dataclass(frozen=True)
class _FoldComparison:
    """The questions of a fold beside all targets; see `kmqa.matching.features.Comparison`."""

    rows: Rows
    fold: Fold
    models: FoldModels = (None, None)

    @cached_property
    def texts(self) -> Sequence[str]:
        return [self.rows.wordings[row].normalised for row in self.fold.rows.tolist()]

    @cached_property
    def wordings(self) -> Sequence[Sequence[str]]:
        return self.rows.list_wordings(self.fold.kept)

    def max_cosines(self) -> FloatArray:
        vectors = self.rows.vectors
        return self._max_by_target(vectors[self.fold.rows] @ vectors[self.fold.kept].T)

    def max_lexical(self) -> FloatArray:
        counts = self.rows.counts
        index = lexical.fit_counts(counts[np.flatnonzero(self.fold.kept)])
        return self._max_by_target(index.cosines(index.weights_of_counts(counts[self.fold.rows])))

    def head_logits(self) -> FloatArray | None:
        model = self.models[0]
        return None if model is None else model.logits(self.rows.vectors[self.fold.rows])

    def student_logits(self) -> FloatArray | None:
        model = self.models[1]
        bags = self.rows.training_set.wordings
        return None if model is None else model.logits(bags[self.fold.rows])

    @cached_property
    def vocabulary(self) -> vocabulary.Vocabulary:
        return self.rows.fit_vocabulary(self.fold.kept)

    def word_shares(self) -> FloatArray:
        return np.array([self.vocabulary.shares(one) for one in self.texts])

    def opposites(self) -> FloatArray:
        return np.array([self.vocabulary.conflicts(one) for one in self.texts])

    def _max_by_target(self, scores: FloatArray) -> FloatArray:
        """Return the largest of `scores`, shape (q, kept rows), for each target, shape (q, t).

        Rows are sorted by target; a target without rows gets -1, less than any cosine.
        """
        best = np.full((len(scores), self.rows.n_targets), -1.0, dtype=np.float32)
        present, starts = np.unique(self.rows.target[self.fold.kept], return_index=True)
        best[:, present] = np.maximum.reduceat(scores, starts, axis=1)
        return best

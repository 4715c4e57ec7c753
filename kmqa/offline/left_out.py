"""Wordings and answers left out of the index and matched as if they were users' questions.

Two kinds of questions come of it: a wording whose answer keeps its other wordings (answerable),
and a wording whose whole answer is taken out (nothing right is left to find). Refusal examples
whose group keeps its others are of the second kind too. What they score teaches the weights, the
confidence and, where no labelled questions exist, the threshold.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from kmqa.index import head, lexical, vocabulary
from kmqa.index.contents import Target, Wording, matched_targets
from kmqa.offline.student import Lessons

FloatArray = npt.NDArray[np.float32]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]
Heads = tuple[head.Head | None, head.Head | None]
"""Of the vectors, and of the student, taught by the same rows; None where these are too few."""

FOLDS = 5
LARGE = 6_000  # rows above which one fold of five tells enough: it has 1,200 questions or more
NOTHING_RIGHT = -1
N_FEATURES = 5


@dataclass(frozen=True, slots=True)
class LeftOut:
    """q questions with what speaks for each of t targets.

    Attributes:
        features: Float32, shape (q, t, 5), as in `kmqa.matching.match.Evidence`.
        expected: Target number that is right, or -1, int64, shape (q,).
        languages: Language of each question, q of them.
        is_answer: Whether a target is an answer and not a refusal group, bool, shape (t,).
    """

    features: FloatArray
    expected: IntArray
    languages: tuple[str, ...]
    is_answer: npt.NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.expected)


def chosen(questions: LeftOut, places: IntArray) -> LeftOut:
    """Only the questions at `places`."""
    return LeftOut(
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
        lessons: What teaches the student.
        told: Stems of the texts of each target, t of them.
    """

    wordings: Sequence[Wording]
    vectors: FloatArray
    counts: sparse.csr_array
    lessons: Lessons
    told: Sequence[vocabulary.Stems]

    @property
    def target(self) -> IntArray:
        """Number of each row's target, int64, shape (n,)."""
        return self.lessons.target

    @property
    def n_targets(self) -> int:
        """How many targets t there are."""
        return self.lessons.n_targets

    def head(self, kept: BoolArray) -> head.Head | None:
        """A head taught by the rows `kept`, shape (n,); None where all rows are too few.

        A corpus that has a head is weighed with one, however few wordings leaving out leaves.
        """
        if not head.is_enough(self.target):
            return None
        return head.fit(self.vectors[kept], self.target[kept], self.n_targets)

    def vocabulary(self, kept: BoolArray) -> vocabulary.Vocabulary:
        """What each target knows by its rows among `kept`, shape (n,), and its texts."""
        said: list[list[str]] = [[] for _ in range(self.n_targets)]
        for row in np.flatnonzero(kept).tolist():
            said[self.target[row]].append(self.wordings[row].plain)
        return vocabulary.fit(said, self.told)


@dataclass(frozen=True, slots=True)
class Part:
    """Questions that are asked of what is left when they are taken out.

    Attributes:
        asked: Their rows, int64, shape (q,).
        expected: Target number that is right for each, or -1, int64, shape (q,).
        kept: Whether each row is left, bool, shape (n,).
    """

    asked: IntArray
    expected: IntArray
    kept: BoolArray


def parts_of(wordings: Sequence[Wording]) -> tuple[Part, ...]:
    """The questions of each fold of `wordings`, which are those that are matched.

    A fold without questions, or that leaves nothing to ask, is no part.
    """
    targets = matched_targets(wordings)
    target = np.repeat(np.arange(len(targets)), [t.stop - t.start for t in targets])
    is_answer = np.array([t.kind == "answer" for t in targets], dtype=bool)[target]
    by_wording, by_answer = _wording_folds(wordings, target), _answer_folds(targets)[target]
    parts = []
    for fold in range(1 if len(wordings) > LARGE else FOLDS):
        out = by_wording == fold
        asked = np.flatnonzero(out & np.isin(target, target[~out]))
        parts.append(Part(asked, np.where(is_answer, target, NOTHING_RIGHT)[asked], ~out))
        asked = np.flatnonzero(by_answer == fold)
        parts.append(Part(asked, np.full(len(asked), NOTHING_RIGHT), by_answer != fold))
    return tuple(part for part in parts if len(part.asked) and part.kept.any())


def left_out(rows: Rows, parts: Sequence[Part], heads: Iterable[Heads]) -> LeftOut:
    """Every question of `parts` with what speaks for each target.

    Args:
        rows: What the parts are parts of.
        parts: What is asked of what.
        heads: Taught by what each part keeps; looked at last, so that they may still be at work.
    """
    targets = matched_targets(rows.wordings)
    features = [_features(rows, part) for part in parts]
    for found, part, (trained, taught) in zip(features, parts, heads, strict=True):
        if trained is not None:
            found[:, :, 2] = trained.logits(rows.vectors[part.asked])
        if taught is not None:
            found[:, :, 3] = taught.logits(rows.lessons.wordings[part.asked])
    nothing = np.zeros((0, rows.n_targets, N_FEATURES), dtype=np.float32)
    return LeftOut(
        features=np.concatenate([nothing, *features]),
        expected=np.concatenate([np.zeros(0, np.int64), *(part.expected for part in parts)]),
        languages=tuple(
            rows.wordings[row].language for part in parts for row in part.asked.tolist()
        ),
        is_answer=np.array([t.kind == "answer" for t in targets], dtype=bool),
    )


def _wording_folds(wordings: Sequence[Wording], target: IntArray) -> IntArray:
    """Fold of each row: wordings of one target and language are dealt out in turn."""
    dealt: dict[tuple[int, str], int] = {}
    folds = np.zeros(len(wordings), dtype=np.int64)
    for row, wording in enumerate(wordings):
        key = (int(target[row]), wording.language)
        folds[row] = dealt.get(key, 0) % FOLDS
        dealt[key] = dealt.get(key, 0) + 1
    return folds


def _answer_folds(targets: Sequence[Target]) -> IntArray:
    """Fold of each answer by the hash of its id; refusal groups stay in: -1."""
    folds = [
        hashlib.sha256(t.id.encode()).digest()[0] % FOLDS if t.kind == "answer" else -1
        for t in targets
    ]
    return np.array(folds, dtype=np.int64)


def _features(rows: Rows, part: Part) -> FloatArray:
    """Features of the questions of `part`, shape (q, t, 5), those of heads still 0."""
    stay = np.flatnonzero(part.kept)
    target = rows.target[stay]
    features = np.zeros((len(part.asked), rows.n_targets, N_FEATURES), dtype=np.float32)
    cosines = rows.vectors[part.asked] @ rows.vectors[stay].T
    features[:, :, 0] = _best_by_target(cosines, target, rows.n_targets)
    spelt = lexical.fit_counts(rows.counts[stay])
    letters = spelt.cosines(spelt.weights_of_counts(rows.counts[part.asked]))
    features[:, :, 1] = _best_by_target(letters, target, rows.n_targets)
    known = rows.vocabulary(part.kept)
    features[:, :, 4] = [known.shares(rows.wordings[row].plain) for row in part.asked.tolist()]
    return features


def _best_by_target(scores: FloatArray, target: IntArray, n_targets: int) -> FloatArray:
    """Largest of `scores`, shape (q, n), among the columns of each target, shape (q, t).

    `target` is sorted; one without columns gets -1, less than any cosine.
    """
    best = np.full((len(scores), n_targets), -1.0, dtype=np.float32)
    present, starts = np.unique(target, return_index=True)
    best[:, present] = np.maximum.reduceat(scores, starts, axis=1)
    return best

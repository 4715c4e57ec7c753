"""Wordings and answers left out of the index and matched as if they were users' questions.

Two kinds of questions come of it: a wording whose answer keeps its other wordings (answerable),
and a wording whose whole answer is taken out (nothing right is left to find). Refusal examples
whose group keeps its others are of the second kind too. What they score teaches the weights, the
confidence and, where no labelled questions exist, the threshold.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from kmqa.index import head, lexical, vocabulary
from kmqa.index.contents import Target, Wording, matched_targets
from kmqa.offline.side_by_side import side_by_side
from kmqa.offline.student import Lessons

FloatArray = npt.NDArray[np.float32]
IntArray = npt.NDArray[np.int64]

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


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows that are matched: answers and refusal groups.

    Attributes:
        vectors: Float32, shape (n, d).
        target: Number of each row's target, int64, shape (n,).
        targets: The t targets.
        lessons: What teaches the student, or None where there is none.
        told: Stems of the texts of each target, t of them, or none.
    """

    wordings: Sequence[Wording]
    vectors: FloatArray
    target: IntArray
    targets: Sequence[Target]
    lessons: Lessons | None = None
    told: Sequence[vocabulary.Stems] = ()

    def trained_head(self, kept: npt.NDArray[np.bool_]) -> head.Head | None:
        """A head taught by the rows `kept`, bool, shape (n,); None where all rows are too few.

        A corpus that has a head is weighed with one, however few wordings leaving out leaves.
        """
        if not head.is_enough(self.target):
            return None
        return head.fit(self.vectors[kept], self.target[kept], len(self.targets))

    def taught_head(self, kept: npt.NDArray[np.bool_]) -> head.Head | None:
        """The student's head taught by the rows `kept`, as `trained_head`, or without lessons."""
        return None if self.lessons is None else self.lessons.head(kept)

    def vocabulary(self, kept: npt.NDArray[np.bool_]) -> vocabulary.Vocabulary:
        """What each target knows by its rows among `kept`, bool, shape (n,), and its texts."""
        said: list[list[str]] = [[] for _ in self.targets]
        for row in np.flatnonzero(kept).tolist():
            said[self.target[row]].append(self.wordings[row].plain)
        return vocabulary.fit(said, self.told or [frozenset()] * len(said))


def rows_of(
    wordings: Sequence[Wording],
    vectors: FloatArray,
    lessons: Lessons | None = None,
    told: Sequence[vocabulary.Stems] = (),
) -> Rows:
    """The part of all rows that answers are matched among."""
    targets = matched_targets(wordings)
    n = targets[-1].stop if targets else 0
    numbers = np.repeat(np.arange(len(targets)), [t.stop - t.start for t in targets])
    return Rows(wordings[:n], vectors[:n], numbers.astype(np.int64), targets, lessons, told)


def left_out(rows: Rows) -> LeftOut:
    """Every question that leaving out gives; none where no target has a second wording."""
    parts = list(_parts(rows))
    is_answer = np.array([t.kind == "answer" for t in rows.targets], dtype=bool)
    if not parts:
        shape = (0, len(rows.targets), N_FEATURES)
        return LeftOut(np.zeros(shape, np.float32), np.zeros(0, np.int64), (), is_answer)
    return LeftOut(
        features=np.concatenate([features for features, _, _ in parts]),
        expected=np.concatenate([expected for _, expected, _ in parts]),
        languages=tuple(language for _, _, languages in parts for language in languages),
        is_answer=is_answer,
    )


def _parts(rows: Rows) -> Iterator[tuple[FloatArray, IntArray, tuple[str, ...]]]:
    n_folds = 1 if len(rows.wordings) > LARGE else FOLDS
    by_wording, by_answer = _wording_folds(rows), _answer_folds(rows)
    is_answer = np.array([t.kind == "answer" for t in rows.targets], dtype=bool)[rows.target]
    counts = lexical.counted([wording.plain for wording in rows.wordings])
    for fold in range(n_folds):
        out = by_wording == fold
        keeps_others = np.isin(rows.target, rows.target[~out])
        asked = np.flatnonzero(out & keeps_others)
        if len(asked):
            expected = np.where(is_answer[asked], rows.target[asked], NOTHING_RIGHT)
            yield _features(rows, counts, asked, ~out), expected, _languages(rows, asked)
        asked = np.flatnonzero(by_answer == fold)
        if len(asked) and len(asked) < len(rows.wordings):
            nothing = np.full(len(asked), NOTHING_RIGHT)
            yield (
                _features(rows, counts, asked, by_answer != fold),
                nothing,
                _languages(rows, asked),
            )


def _wording_folds(rows: Rows) -> IntArray:
    """Fold of each row: wordings of one target and language are dealt out in turn."""
    dealt: dict[tuple[int, str], int] = {}
    folds = np.zeros(len(rows.wordings), dtype=np.int64)
    for row, wording in enumerate(rows.wordings):
        key = (int(rows.target[row]), wording.language)
        folds[row] = dealt.get(key, 0) % FOLDS
        dealt[key] = dealt.get(key, 0) + 1
    return folds


def _answer_folds(rows: Rows) -> IntArray:
    """Fold of each answer's rows by the hash of its id; refusal groups stay in: -1."""
    folds = [
        hashlib.sha256(t.id.encode()).digest()[0] % FOLDS if t.kind == "answer" else -1
        for t in rows.targets
    ]
    return np.array(folds, dtype=np.int64)[rows.target]


def _features(
    rows: Rows, counts: sparse.csr_array, asked: IntArray, kept: npt.NDArray[np.bool_]
) -> FloatArray:
    """Features of the rows `asked` against the rows `kept`, shape (len(asked), t, 5)."""
    n_targets = len(rows.targets)
    stay = np.flatnonzero(kept)
    target = rows.target[stay]
    features = np.zeros((len(asked), n_targets, N_FEATURES), dtype=np.float32)
    features[:, :, 0] = _best_by_target(
        rows.vectors[asked] @ rows.vectors[stay].T, target, n_targets
    )
    spelt = lexical.indexed(counts[stay])
    letters = spelt.cosines(spelt.weighed(counts[asked]))
    features[:, :, 1] = _best_by_target(letters, target, n_targets)
    features[:, :, 2:4] = _logits(rows, asked, kept)
    known = rows.vocabulary(kept)
    features[:, :, 4] = [known.shares(rows.wordings[int(row)].plain) for row in asked]
    return features


def _logits(rows: Rows, asked: IntArray, kept: npt.NDArray[np.bool_]) -> FloatArray:
    """Of head and student taught by the rows `kept`, shape (len(asked), t, 2); 0 without one."""
    with side_by_side() as threads:
        trained = threads.submit(rows.trained_head, kept)
        taught = threads.submit(rows.taught_head, kept)
    head_of_all, head_of_student = trained.result(), taught.result()
    logits = np.zeros((len(asked), len(rows.targets), 2), dtype=np.float32)
    if head_of_all is not None:
        logits[:, :, 0] = head_of_all.logits(rows.vectors[asked])
    if rows.lessons is not None and head_of_student is not None:
        logits[:, :, 1] = head_of_student.logits(rows.lessons.wordings[asked])
    return logits


def _best_by_target(scores: FloatArray, target: IntArray, n_targets: int) -> FloatArray:
    """Largest of `scores`, shape (q, n), among the columns of each target, shape (q, t).

    `target` is sorted; one without columns gets -1, less than any cosine.
    """
    best = np.full((len(scores), n_targets), -1.0, dtype=np.float32)
    present, starts = np.unique(target, return_index=True)
    best[:, present] = np.maximum.reduceat(scores, starts, axis=1)
    return best


def _languages(rows: Rows, asked: IntArray) -> tuple[str, ...]:
    return tuple(rows.wordings[int(row)].language for row in asked)

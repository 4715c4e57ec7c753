"""Everything that a bundle searches, and the questions that cross-validation asks.

Heads take most of the time. Each is begun as soon as there is what it is fitted on, and waited for
where it is used. The student's need no vectors, so they are at work while these are being made.
"""

from collections.abc import Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from kmqa.index import bundle, dense, head, lexical, vocabulary
from kmqa.index import student as student_base
from kmqa.index.contents import Contents
from kmqa.offline import cross_validation, danger_model, student
from kmqa.offline.answer_terms import answer_terms
from kmqa.offline.everyday_talk import EverydayTalk

FloatArray = npt.NDArray[np.float32]
BoolArray = npt.NDArray[np.bool_]
_Head = Future[head.Head | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class TextIndexes:
    """What texts give without vectors.

    Attributes:
        counts: N-grams of each wording, as `kmqa.index.lexical.count_ngrams` gives them.
        folds: What will be held out.
        student_heads: The student's head without each of the folds, and in the end by all rows.
    """

    contents: Contents
    counts: sparse.csr_array
    training_set: student.TrainingSet
    answer_terms: Sequence[vocabulary.Stems]
    folds: Sequence[cross_validation.Fold]
    student_heads: Sequence[_Head]


@dataclass(frozen=True, slots=True, kw_only=True)
class FittedIndexes:
    """Everything that is searched, and what the policy rests on.

    Attributes:
        danger: The danger model with its scores of unseen wordings, or None without one.
        questions: What cross-validation gave.
    """

    indexes: bundle.Indexes
    danger: danger_model.TrainedModel | None
    questions: cross_validation.HeldOut


def index_texts(contents: Contents, base: student_base.Base, threads: Executor) -> TextIndexes:
    """Index the texts of `contents`, with the heads of a student with `base` at work."""
    training_set = student.make_training_set(contents, base)
    n = len(training_set.target)
    folds = cross_validation.make_folds(contents.wordings[:n])
    return TextIndexes(
        contents=contents,
        training_set=training_set,
        folds=folds,
        student_heads=[
            threads.submit(training_set.fit_head, kept) for kept in _list_kept(folds, n)
        ],
        answer_terms=answer_terms(contents),
        counts=lexical.count_ngrams([row.normalised for row in contents.wordings]),
    )


def fit_indexes(
    texts: TextIndexes,
    row_vectors: FloatArray,
    passage_vectors: FloatArray,
    talk: EverydayTalk,
    threads: Executor,
) -> FittedIndexes:
    """Fit all indexes over `texts` with the vectors of their wordings and passages.

    The danger model also learns from `talk`.
    """
    n = len(texts.training_set.target)
    rows = cross_validation.Rows(
        wordings=texts.contents.wordings[:n],
        vectors=row_vectors[:n],
        counts=texts.counts[:n],
        training_set=texts.training_set,
        answer_terms=texts.answer_terms,
    )
    heads = [threads.submit(rows.fit_head, kept) for kept in _list_kept(texts.folds, n)]
    spelling = lexical.fit_counts(texts.counts)
    danger = threads.submit(danger_model.fit, texts.contents.wordings, row_vectors, spelling, talk)
    known = rows.fit_vocabulary(np.ones(n, dtype=bool))
    *by_fold, by_all = zip(heads, texts.student_heads, strict=True)
    questions = cross_validation.cross_validate(rows, texts.folds, map(_wait_for, by_fold))
    of_vectors, of_texts = _wait_for(by_all)
    trained = danger.result()
    base = texts.training_set.base
    indexes = bundle.Indexes(
        wordings=dense.fit(row_vectors),
        passages=dense.fit(passage_vectors),
        lexical=spelling,
        head=of_vectors,
        danger=trained.model if trained else None,
        student=None if of_texts is None else student_base.Student(base, of_texts),
        vocabulary=known,
    )
    return FittedIndexes(indexes=indexes, danger=trained, questions=questions)


def _list_kept(folds: Sequence[cross_validation.Fold], n: int) -> list[BoolArray]:
    """Return the rows that each fold keeps, and in the end all n."""
    return [*(fold.kept for fold in folds), np.ones(n, dtype=bool)]


def _wait_for(at_work: tuple[_Head, _Head]) -> cross_validation.FoldModels:
    return at_work[0].result(), at_work[1].result()

"""Everything that a bundle searches, and the questions that leaving wordings out gives.

Heads take most of the time. Each is begun as soon as there is what teaches it, and waited for where
it is used. The student's need no vectors, so they are at work while these are still being made.
"""

from collections.abc import Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from kmqa.index import bundle, dense, head, lexical, vocabulary
from kmqa.index import student as taught_base
from kmqa.index.contents import Contents
from kmqa.offline import danger, left_out, student
from kmqa.offline.told import told_by

FloatArray = npt.NDArray[np.float32]
BoolArray = npt.NDArray[np.bool_]
_Head = Future[head.Head | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """What texts give without vectors.

    Attributes:
        counts: N-grams of each wording, as `kmqa.index.lexical.count_ngrams` gives them.
        parts: What will be left out.
        taught: The student's head without each of the parts, and in the end by all rows.
    """

    contents: Contents
    counts: sparse.csr_array
    lessons: student.Lessons
    told: Sequence[vocabulary.Stems]
    parts: Sequence[left_out.Part]
    taught: Sequence[_Head]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitted:
    """Everything that is searched, and what the policy rests on.

    Attributes:
        taught: What taught the model of danger signs, or None without one.
        questions: What leaving out gave.
    """

    indexes: bundle.Indexes
    taught: danger.Taught | None
    questions: left_out.LeftOut


def begun(contents: Contents, base: taught_base.Base, threads: Executor) -> Begun:
    """What the texts of `contents` give, with the heads of a student with `base` at work."""
    lessons = student.lessons(contents, base)
    parts = left_out.parts_of(contents.wordings[: len(lessons.target)])
    return Begun(
        contents=contents,
        lessons=lessons,
        parts=parts,
        taught=[threads.submit(lessons.head, kept) for kept in _kept(parts, len(lessons.target))],
        told=told_by(contents),
        counts=lexical.count_ngrams([row.plain for row in contents.wordings]),
    )


def fitted(
    texts: Begun, row_vectors: FloatArray, passage_vectors: FloatArray, threads: Executor
) -> Fitted:
    """All indexes over `texts` with the vectors of their wordings and passages."""
    n = len(texts.lessons.target)
    rows = left_out.Rows(
        wordings=texts.contents.wordings[:n],
        vectors=row_vectors[:n],
        counts=texts.counts[:n],
        lessons=texts.lessons,
        told=texts.told,
    )
    trained = [threads.submit(rows.head, kept) for kept in _kept(texts.parts, n)]
    spelling = lexical.fit_counts(texts.counts)
    alarmed = threads.submit(danger.fit, texts.contents.wordings, row_vectors, spelling)
    known = rows.vocabulary(np.ones(n, dtype=bool))
    *without, of_all = zip(trained, texts.taught, strict=True)
    questions = left_out.left_out(rows, texts.parts, map(_results, without))
    of_vectors, of_texts = _results(of_all)
    taught = alarmed.result()
    indexes = bundle.Indexes(
        wordings=dense.fit(row_vectors),
        passages=dense.fit(passage_vectors),
        lexical=spelling,
        head=of_vectors,
        danger=taught.model if taught else None,
        student=None if of_texts is None else taught_base.Student(texts.lessons.base, of_texts),
        vocabulary=known,
    )
    return Fitted(indexes=indexes, taught=taught, questions=questions)


def _kept(parts: Sequence[left_out.Part], n: int) -> list[BoolArray]:
    """The rows that each part keeps, and in the end all n."""
    return [*(part.kept for part in parts), np.ones(n, dtype=bool)]


def _results(at_work: tuple[_Head, _Head]) -> left_out.Heads:
    return at_work[0].result(), at_work[1].result()

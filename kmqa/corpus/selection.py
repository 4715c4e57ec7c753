"""Which part of a corpus may be served on a day: approved, in its review period, well backed."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import TypeVar

from kmqa.corpus.files import Corpus
from kmqa.records import Answer, Document, UrgentEntry

Reviewed = TypeVar("Reviewed", Answer, Document, UrgentEntry)


def is_in_term(item: Answer | Document | UrgentEntry, today: date) -> bool:
    """Whether `item` is approved and its last day of service has not passed."""
    return item.status == "approved" and item.review_by is not None and today <= item.review_by


def servable(corpus: Corpus, today: date) -> Corpus:
    """`corpus` with only what may be served on `today`.

    An answer or danger sign whose source is a document that may not be served is left out too,
    because its source could not be shown. Resources and related answers that are left out are
    taken from the lists that name them. Nothing else changes.
    """
    documents = _in_term(corpus.documents, today)
    document_ids = {document.id for document in documents}
    answers = [item for item in _in_term(corpus.answers, today) if _is_backed(item, document_ids)]
    urgent = [item for item in _in_term(corpus.urgent, today) if _is_backed(item, document_ids)]
    answer_ids = {answer.id for answer in answers}
    return replace(
        corpus,
        documents=documents,
        answers=tuple(
            replace(
                answer,
                resources=_kept(answer.resources, document_ids),
                related=_kept(answer.related, answer_ids),
            )
            for answer in answers
        ),
        urgent=tuple(replace(entry, related=_kept(entry.related, answer_ids)) for entry in urgent),
    )


def _in_term(items: Iterable[Reviewed], today: date) -> tuple[Reviewed, ...]:
    return tuple(item for item in items if is_in_term(item, today))


def _is_backed(item: Answer | UrgentEntry, documents: set[str]) -> bool:
    return all(source.document in documents for source in item.sources)


def _kept(names: Iterable[str], known: set[str]) -> tuple[str, ...]:
    return tuple(name for name in names if name in known)

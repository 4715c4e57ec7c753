"""Whether each described document has a PDF that is the reviewed one and can be read."""

from collections.abc import Iterator

from kmqa.content.corpus import Corpus
from kmqa.content.kind import Checking
from kmqa.content.rules import names
from kmqa.errors import Problem
from kmqa.records import Document, Extraction


def problems_of(checking: Checking) -> Iterator[Problem]:
    """Yield the problems with the documents and their PDFs."""
    corpus, extractions = checking.corpus, checking.extractions
    backing = _backing(corpus)
    for document in corpus.documents:
        if document.status == "retired":
            continue
        extraction = extractions.get(document.id)
        needed = document.id in backing or document.status == "approved"
        if extraction is None:
            message = f'"{document.id}.pdf" is not beside this file. Put it there.'
            yield _problem(corpus, document, "id", "pdf-missing", message, needed)
        else:
            yield from _problems_of_pdf(corpus, document, extraction, needed)
        place = corpus.place("document", document.id, "topics")
        yield from names.unknown(place, "topic", document.topics, corpus.settings.topics)


def _backing(corpus: Corpus) -> frozenset[str]:
    """Ids of the documents that something cites."""
    items = corpus.all_items()
    return frozenset(source.document for item in items for source in getattr(item, "sources", ()))


def _problems_of_pdf(
    corpus: Corpus, document: Document, extraction: Extraction, needed: bool
) -> Iterator[Problem]:
    if document.sha256 and document.sha256 != extraction.sha256:
        message = (
            f"the PDF is not the reviewed one (SHA-256 is {extraction.sha256}). "
            "Put the reviewed file back, or review the new one."
        )
        yield _problem(corpus, document, "sha256", "pdf-changed", message, blocks=True)
    if document.status == "approved" and not document.sha256:
        message = f'add "sha256: {extraction.sha256}", so that a change of the PDF is noticed.'
        yield _problem(corpus, document, "status", "pdf-unpinned", message, blocks=False)
    if extraction.verdict != "text":
        detail = f": {extraction.detail}" if extraction.detail else ""
        message = f"the PDF cannot be read ({extraction.verdict}{detail}). Get a better copy."
        yield _problem(corpus, document, "id", "pdf-unreadable", message, needed)


def _problem(  # noqa: PLR0913 - each argument is one part of the problem
    corpus: Corpus, document: Document, key: str, code: str, message: str, blocks: bool
) -> Problem:
    place = corpus.place("document", document.id, key)
    return Problem(*place, code, message, "error" if blocks else "warning")

"""Whether each described document has a PDF that is the reviewed one and can be read."""

from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from kmqa.content.corpus import Corpus
from kmqa.content.kind import Checking
from kmqa.content.rules import names
from kmqa.errors import Problem
from kmqa.records import ActiveContent, Document, Extraction

ACTIVE_CONTENT: Mapping[ActiveContent, str] = {
    "javascript": "runs scripts",
    "launch": "starts programs",
    "embedded_file": "carries other files",
    "media": "plays films or sounds",
    "link": "leads to other pages or files",
}
"""What each kind of active content does, as part of a sentence."""


def problems_of(checking: Checking) -> Iterator[Problem]:
    """Yield the problems with the documents and their PDFs."""
    corpus, extractions = checking.corpus, checking.extractions
    backing = _backing(corpus)
    for document in corpus.documents:
        if document.status == "retired":
            continue
        extraction = extractions.get(document.id)
        needed = document.id in backing or document.status == "approved"
        yield from _problems_of_url(corpus, document)
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
    yield from _problems_of_active(corpus, document, extraction)
    if extraction.verdict != "text":
        detail = f": {extraction.detail}" if extraction.detail else ""
        message = f"the PDF cannot be read ({extraction.verdict}{detail}). Get a better copy."
        yield _problem(corpus, document, "id", "pdf-unreadable", message, needed)


def _problems_of_active(
    corpus: Corpus, document: Document, extraction: Extraction
) -> Iterator[Problem]:
    """Yield what the PDF does beyond being read, as long as nobody has accepted it.

    A link alone blocks nothing: most documents have some, and approvals from before this rule hold.
    """
    open_kinds = [kind for kind in extraction.active if kind not in document.accepted_content]
    if open_kinds:
        blocks = document.status == "approved" and open_kinds != ["link"]
        message = (
            f"the PDF {' and '.join(ACTIVE_CONTENT[kind] for kind in open_kinds)}. "
            'Make a clean copy ("kmqa extract --clean"), or accept it with the approval.'
        )
        yield _problem(corpus, document, "id", "pdf-active", message, blocks=blocks)


def _problems_of_url(corpus: Corpus, document: Document) -> Iterator[Problem]:
    if document.url and not is_secure_url(document.url):
        message = (
            f'the address "{document.url}" is not one of https. On its way a page of http can be '
            "replaced by another. Give the address with https://, or none."
        )
        yield _problem(corpus, document, "url", "url-not-https", message, blocks=True)


def is_secure_url(url: str) -> bool:
    """Return whether an address leads to a host by https, without a name or password in it."""
    try:
        parts = urlsplit(url)
        is_plain = parts.username is None and not set(url) & set(' \t\r\n\\<>"')
        return parts.scheme == "https" and bool(parts.hostname) and is_plain
    except ValueError:
        return False


def _problem(  # noqa: PLR0913 - each argument is one part of the problem
    corpus: Corpus, document: Document, key: str, code: str, message: str, blocks: bool
) -> Problem:
    place = corpus.place("document", document.id, key)
    return Problem(*place, code, message, "error" if blocks else "warning")

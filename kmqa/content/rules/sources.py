"""Whether each cited page exists, is readable, and says what is quoted from it."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

from kmqa.content.corpus import Corpus
from kmqa.content.kind import Checking, Rule
from kmqa.content.rules import names
from kmqa.errors import Problem
from kmqa.messages import ContentRef
from kmqa.records import Document, Extraction, Page, Reviewed, Source
from kmqa.text import normalise

# "contra- ception" and "self-injection": a hyphen between letters may come from a line's end.
_HYPHEN = re.compile(r"(?<=[^\W\d])-\s*(?=[^\W\d])")


class Sourced(Reviewed, Protocol):
    """An item that names the documents that it rests on."""

    @property
    def sources(self) -> tuple[Source, ...]: ...  # noqa: D102 - see the class


@dataclass(frozen=True, slots=True)
class _Case:
    """One source of one item, with all that is needed to judge it."""

    corpus: Corpus
    kind: str
    item: Sourced
    number: int
    source: Source
    documents: Mapping[str, Document]

    def problem(self, key: str, code: str, message: str) -> Problem:
        place = self.corpus.place(self.kind, self.item.id, "sources", self.number, key)
        # A retired item is never served, so its faults block nothing.
        severity: Literal["error", "warning"] = (
            "warning" if self.item.status == "retired" else "error"
        )
        return Problem(*place, code, message, severity)


def list_cited_documents(item: Sourced) -> tuple[ContentRef, ...]:
    """Return the documents that `item` rests on; it is served only while all of them are."""
    return tuple(ContentRef("document", source.document) for source in item.sources)


def rule_for(kind: str, *, is_blocking: bool = False) -> Rule:
    """Return the rule for items of `kind`, whose record has `sources`.

    Args:
        kind: Name of the kind.
        is_blocking: Whether an item without a source blocks a build, unless it is a draft, where
            the corpus requires sources.
    """

    def problems_of(checking: Checking) -> Iterator[Problem]:
        documents = {document.id: document for document in checking.corpus.documents}
        for item in checking.corpus.items.get(kind, ()):
            blocks = is_blocking and item.status != "draft"
            yield from _problems_of_absence(checking.corpus, kind, item, blocks=blocks)
            for number, source in enumerate(item.sources):
                case = _Case(checking.corpus, kind, item, number, source, documents)
                yield from _problems_of_source(case, checking.extractions)

    return problems_of


def _problems_of_source(case: _Case, extractions: Mapping[str, Extraction]) -> Iterator[Problem]:
    document = case.documents.get(case.source.document)
    if document is None:
        known = names.did_you_mean(case.source.document, case.documents)
        message = f'the document "{case.source.document}" does not exist. {known}'
        yield case.problem("document", "document-unknown", message)
        return
    yield from _problems_of_status(case, document)
    extraction = extractions.get(document.id)
    if extraction and extraction.verdict == "text":
        yield from _problems_of_pages(case, extraction.pages)


def _problems_of_absence(
    corpus: Corpus, kind: str, item: Sourced, *, blocks: bool
) -> Iterator[Problem]:
    if item.sources or not corpus.settings.require_sources or item.status == "retired":
        return
    message = "it has no source, but corpus.yaml says require_sources. Cite a document and page."
    place = corpus.place(kind, item.id)
    yield Problem(*place, "source-missing", message, "error" if blocks else "warning")


def _problems_of_status(case: _Case, document: Document) -> Iterator[Problem]:
    if case.item.status == "approved" and document.status != "approved":
        message = f'the document "{document.id}" is {document.status}. Approve it first.'
        yield case.problem("document", "document-not-approved", message)


def _problems_of_pages(case: _Case, pages: tuple[Page, ...]) -> Iterator[Problem]:
    beyond = [number for number in case.source.pages if number > len(pages)]
    if beyond:
        message = (
            f"page {beyond[0]} of {case.source.document} does not exist (last is {len(pages)})."
        )
        yield case.problem("pages", "page-missing", message)
        return
    cited = [pages[number - 1] for number in case.source.pages]
    unread = [page for page in cited if page.verdict != "text"]
    if unread:
        message = (
            f"page {unread[0].number} of {case.source.document} cannot be read "
            f"({unread[0].verdict}). Cite a page with text, or make the PDF searchable."
        )
        yield case.problem("pages", "page-unreadable", message)
    elif case.source.quote and not stands_in(case.source.quote, cited):
        yield _quote_problem(case, pages)


def _quote_problem(case: _Case, pages: tuple[Page, ...]) -> Problem:
    cited = case.source.pages
    by_distance = sorted(pages, key=lambda page: min(abs(page.number - cite) for cite in cited))
    nearest = next((page for page in by_distance if stands_in(case.source.quote, [page])), None)
    hint = (
        f"It stands on page {nearest.number}."
        if nearest
        else "It stands nowhere in the document. Copy the words from the PDF."
    )
    numbers = ", ".join(map(str, cited))
    message = f"the quote is not on page {numbers} of {case.source.document}. {hint}"
    return case.problem("quote", "quote-not-found", message)


def stands_in(quote: str, pages: Iterable[Page]) -> bool:
    """Whether the words of `quote` follow each other on `pages`, which may cut it in two.

    Spelling is normalised; line ends and hyphens at line ends make no difference. Numbers and
    words must be whole: "5 mg" does not stand in "15 mg".
    """
    text = _HYPHEN.sub("", normalise(" ".join(page.text for page in pages)))
    words = _HYPHEN.sub("", normalise(quote)).split()
    pattern = r"\s*".join(re.escape(word) for word in words)
    return re.search(rf"(?<!\w)(?:{pattern})(?!\w)", text) is not None

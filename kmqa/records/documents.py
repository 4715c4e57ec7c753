"""Reviewed PDFs, and what is read out of them."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from kmqa.records.values import FORBID_UNKNOWN_KEYS, Identifier, Language, Sha256, Status, Text

PageVerdict = Literal["text", "scanned", "garbled", "empty"]
ActiveContent = Literal["javascript", "launch", "embedded_file", "media", "link"]
"""What a PDF may do beyond being read: run scripts, start programs, carry other files, play films
or sounds, lead to a web page or another document."""
FileVerdict = Literal["fine", "encrypted", "broken", "too_large"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """What is known about one reviewed PDF; the file lies beside it under the same name.

    Attributes:
        accepted_content: What the PDF does beyond being read, and whoever approved it has seen and
            accepted.
    """

    __pydantic_config__ = FORBID_UNKNOWN_KEYS

    id: Identifier
    title: Text
    language: Language
    publisher: str = ""
    edition: str = ""
    year: Annotated[int | None, Field(ge=1900, le=2200)] = None
    url: str = ""
    licence: str = ""
    topics: tuple[Identifier, ...] = ()
    status: Status = "draft"
    sha256: Sha256 | None = None
    reviewed_by: tuple[Text, ...] = ()
    reviewed_on: date | None = None
    review_by: date | None = None
    accepted_content: tuple[ActiveContent, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page of a PDF after cleaning.

    Attributes:
        number: Counted from 1.
        text: In reading order, without repeated headers and footers; empty unless the verdict
            is ``text``.
    """

    number: int
    verdict: PageVerdict
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Extraction:
    """All that could be read of one PDF, and whether it may back an answer.

    Attributes:
        sha256: Of the file's bytes, in lower-case hexadecimal.
        file_verdict: ``fine`` where the file itself could be opened and read.
        language: Most likely language of the text, or None where there is too little.
        detail: What was wrong, in a few words for a person; empty when nothing was.
        active: What it does beyond being read, the most dangerous first.
    """

    sha256: Sha256
    file_verdict: FileVerdict
    pages: tuple[Page, ...] = ()
    language: str | None = None
    detail: str = ""
    active: tuple[ActiveContent, ...] = ()

    @property
    def verdict(self) -> str:
        """The file's verdict, or ``text``, or the commonest fault among its pages.

        A file counts as ``text`` when more than half of its pages that are not empty are text.
        """
        if self.file_verdict != "fine":
            return self.file_verdict
        told = [page.verdict for page in self.pages if page.verdict != "empty"]
        if not told:
            return "empty"
        if told.count("text") * 2 > len(told):
            return "text"
        return "scanned" if told.count("scanned") >= told.count("garbled") else "garbled"

    @property
    def n_characters(self) -> int:
        """Characters of text over all pages."""
        return sum(len(page.text) for page in self.pages)


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A run of whole sentences of one document, short enough for the encoder.

    Attributes:
        id: Document id, a hash mark and a number counted from 1.
        pages: First and last page that it touches, counted from 1.
    """

    id: str
    document: Identifier
    pages: tuple[int, int]
    text: str

"""Reviewed PDFs: ``documents/ID.yaml`` describes ``documents/ID.pdf``."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from kmqa import disk
from kmqa.content.kind import Companions, ContentKind
from kmqa.content.rules import documents
from kmqa.errors import CorpusFileError
from kmqa.records import Document


def _pin(item: Document, files: Mapping[str, Path]) -> Document:
    """Return the approved document with the hash of the very bytes of its PDF."""
    path = next(iter(files.values()), None)
    if path is None:
        raise CorpusFileError(
            "the PDF is missing",
            path=Path(f"documents/{item.id}.pdf"),
            remedy="Put it there, then approve.",
        )
    return replace(item, sha256=disk.sha256_of(path.read_bytes()))


KIND = ContentKind(
    name="document",
    label="document",
    record=Document,
    folder="documents",
    companions=Companions(("{id}.pdf",), is_required=False),
    rules=(documents.problems_of,),
    approval_day="reviewed_on",
    pin=_pin,
    page="kmqa.console.pages.documents",
)

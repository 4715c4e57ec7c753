"""From the form of a document to its description, and to the PDF that came with it."""

from collections.abc import Mapping
from typing import Any

from pydantic import TypeAdapter, ValidationError
from starlette.datastructures import FormData, UploadFile

from kmqa.content.rules.documents import is_secure_url
from kmqa.errors import UserError
from kmqa.offline import pdf_reader
from kmqa.records import Document

_DOCUMENT = TypeAdapter(Document)
_FIELDS = ("title", "language", "publisher", "edition", "year", "url", "licence")


class UploadRefused(UserError):
    """The file that came is no PDF that answers could rest on."""

    http_status = 422


def document_of(fixed: Mapping[str, Any], form: FormData) -> Document:
    """Return a draft of what the form says, with what is `fixed`.

    Raises:
        UploadRefused: A field has the wrong form; names it.
    """
    given = {name: " ".join(str(form.get(name, "")).split()) for name in _FIELDS}
    given = {name: value for name, value in given.items() if value}
    if given.get("url") and not is_secure_url(given["url"]):
        raise UploadRefused(
            "a field of the form is wrong",
            which="url",
            got=given["url"][:60],
            expected="an address that begins with https://",
        )
    try:
        return _DOCUMENT.validate_python({**given, **fixed})
    except ValidationError as error:
        fault = error.errors()[0]
        raise UploadRefused(
            "a field of the form is wrong",
            which=".".join(str(part) for part in fault["loc"]),
            got=str(fault["input"])[:60] if isinstance(fault["input"], str) else "",
            expected=fault["msg"],
        ) from error


def year_of(form: FormData) -> int | None:
    """Return the year of the edition, or None where the form names none."""
    given = str(form.get("year", "")).strip()
    return int(given) if given.isascii() and given.isdecimal() and len(given) == 4 else None


def read_pdf(form: FormData) -> bytes:
    """Return the bytes of the PDF that came.

    Raises:
        UploadRefused: None came.
    """
    file = form.get("file")
    if not isinstance(file, UploadFile) or not file.filename:
        raise UploadRefused("a file is missing", expected="a PDF", remedy="Choose it again.")
    try:
        return file.file.read()
    finally:
        file.file.close()


def check_pdf(content: bytes) -> None:
    """Nothing, where the file is a PDF that can be opened; read in a child process.

    Raises:
        UploadRefused: It is none, needs a password, is damaged or too large.
    """
    raw = pdf_reader.read(content, pdf_reader.Limits())
    if raw.verdict != "fine":
        raise UploadRefused(
            "this file is not taken",
            got=f"{raw.verdict}: {raw.detail}" if raw.detail else raw.verdict,
            expected="a PDF that can be opened and read",
            remedy="Get a better copy.",
        )

"""Read one PDF with two readers and print what they saw as JSON; run as a process of its own.

A PDF is untrusted input: it may hang a reader, crash it or fill the memory. `kmqa.offline.
pdf_reader` has `kmqa.limited_child` run this file within limits and judges nothing; cleaning and
verdicts come later. The file imports nothing of kmqa, so that it starts in a tenth of a second and
knows no settings; `pdf_active`, which lies beside it, is run like it.

Input: the bytes of the PDF, and as one argument a JSON object with ``pages``,
``characters_per_page`` and ``characters_per_file``. Output: ``verdict``,
``detail``, ``active`` (of `pdf_active.KINDS`) and ``pages``, each page with ``text`` (pypdf),
``second`` (pdfium), ``image_share`` and ``ink_share`` in [0, 1], and ``fault``, a few words where
pypdf failed on it.
"""

import io
import json
import logging
import runpy
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

# Few enough characters that the page may be a picture of text, so that looking at it pays.
FEW_CHARACTERS = 100
# Pixels per point: a glyph still leaves a mark, and a page is rendered in about 2 ms.
LOOK_SCALE = 0.25
# Grey levels below this count as ink; paper and light tints lie above.
INK_BELOW = 200

# Bytes unpacked at a time while a checksum is tested, so that no bomb fills the memory.
CHUNK = 65_536

_Json = dict[str, Any]


class TooLargeError(Exception):
    """A limit was passed; says which."""


class EncryptedError(Exception):
    """The file needs a password."""


def main(limits: _Json) -> _Json:
    """Return what both readers saw of one PDF; never raise for what is in the file."""
    logging.disable(logging.CRITICAL)
    try:
        reader, second = open_readers(sys.stdin.buffer.read())
        pages = pages_of(reader, second, limits)
        active = _find_active(reader)
    except EncryptedError:
        return _verdict("encrypted", "it needs a password")
    except (TooLargeError, MemoryError, RecursionError) as error:
        return _verdict("too_large", str(error) or "it needs more memory than allowed")
    except Exception as error:  # noqa: BLE001, RUF100 - damaged files raise errors of any class
        return _verdict("broken", _words_of(error))
    if not pages:
        return _verdict("broken", "it has no pages")
    return _verdict("fine", "") | {"pages": pages, "active": active}


def _find_active(reader: Any) -> list[str]:  # noqa: ANN401 - pypdf is imported late
    words = runpy.run_path(str(Path(__file__).with_name("pdf_active.py")))
    found: list[str] = words["find_active"](reader.trailer["/Root"])
    return found


def open_readers(content: bytes) -> tuple[Any, "_Second"]:
    """Open both readers on the same bytes; raise whatever they raise."""
    # Imported late, so that a lack of memory for the libraries is a verdict too.
    import pypdf

    second = _Second(content)
    reader = pypdf.PdfReader(io.BytesIO(content))
    if reader.is_encrypted:
        # Without a user password pdfium can open it and save a copy that pypdf can read,
        # whatever the cipher; pypdf alone would need a package for AES.
        reader = pypdf.PdfReader(io.BytesIO(second.decrypt()))
    return reader, second


def pages_of(reader: Any, second: "_Second", limits: _Json) -> list[_Json]:  # noqa: ANN401 - pypdf is imported late
    """Return what both readers see on each page; raise whatever the readers raise."""
    n_pages = len(reader.pages)
    if n_pages > limits["pages"]:
        message = f"it has {n_pages} pages, at most {limits['pages']} are read"
        raise TooLargeError(message)
    pages, n_characters = [], 0
    for number in range(n_pages):
        page = _page(reader, second, number, limits["characters_per_page"])
        n_characters += max(len(page["text"]), len(page["second"]))
        if n_characters > limits["characters_per_file"]:
            message = f"its text is longer than {limits['characters_per_file']} characters"
            raise TooLargeError(message)
        pages.append(page)
    return pages


def _page(reader: Any, second: "_Second", number: int, limit: int) -> _Json:  # noqa: ANN401 - pypdf is imported late
    from pypdf.errors import LimitReachedError

    fault, text = "", ""
    too_long = f"page {number + 1} has more than {limit} characters"
    seen = second.look(number, limit, too_long)
    try:
        text = _text_of(reader.pages[number], limit, too_long)
        # After the text, because unpacking a bomb to the end takes long.
        fault = "its content is damaged" if _is_damaged(reader.pages[number]) else ""
    except LimitReachedError as error:
        message = f"page {number + 1} expands beyond what can be read"
        raise TooLargeError(message) from error
    except (TooLargeError, MemoryError):
        raise
    except Exception as error:  # noqa: BLE001, RUF100 - damaged files raise errors of any class
        fault = _words_of(error)
    if len(text.strip()) < FEW_CHARACTERS:
        seen["ink_share"] = second.ink_share(number)
    return seen | {"text": text, "fault": fault}


def _text_of(page: Any, limit: int, too_long: str) -> str:  # noqa: ANN401 - pypdf is imported late
    n_characters = 0

    def count(text: str, *_: object) -> None:
        nonlocal n_characters
        n_characters += len(text)
        if n_characters > limit:
            raise TooLargeError(too_long)

    text: str = page.extract_text(visitor_text=count)
    if len(text) > limit:
        raise TooLargeError(too_long)
    return _remove_surrogates(text)


def _is_damaged(page: Any) -> bool:  # noqa: ANN401 - pypdf is imported late
    """Whether a stream that makes the text fails its checksum or breaks off.

    Both readers mend such streams in silence, and what they return then has other words or none.
    """
    return any(
        stream.get("/Filter") in ("/FlateDecode", ["/FlateDecode"])
        and is_damaged_flate(stream._data)  # noqa: SLF001, RUF100 - pypdf offers no other way
        for stream in _text_streams(page)
        if hasattr(stream, "_data")
    )


def _text_streams(page: Any) -> Iterator[Any]:  # noqa: ANN401 - pypdf is imported late
    """Yield the page's content, and the forms and tables of characters that it may use."""
    contents = _entry(page, "/Contents")
    parts = contents if isinstance(contents, list) else [contents]
    yield from (part.get_object() for part in parts)
    resources = _entry(page, "/Resources")
    forms = _entry(resources, "/XObject")
    yield from (form for form in _entries(forms) if form.get("/Subtype") == "/Form")
    for font in _entries(_entry(resources, "/Font")):
        yield _entry(font, "/ToUnicode")


def _entry(dictionary: Any, key: str) -> Any:  # noqa: ANN401 - pypdf is imported late
    """Return the dictionary, stream or list under `key`; an empty dictionary for none."""
    from pypdf.generic import DictionaryObject

    held = dictionary.get(key, DictionaryObject()).get_object()
    return held if isinstance(held, (DictionaryObject, list)) else DictionaryObject()


def _entries(dictionary: Any) -> Iterator[Any]:  # noqa: ANN401 - pypdf is imported late
    return (_entry(dictionary, key) for key in dictionary)


def is_damaged_flate(packed: bytes) -> bool:
    """Whether `packed` breaks off or fails its checksum; bytes after its end do no harm."""
    unpacker = zlib.decompressobj()
    try:
        while packed and not unpacker.eof:
            unpacker.decompress(packed, CHUNK)
            packed = unpacker.unconsumed_tail
    except zlib.error:
        return True
    return not unpacker.eof


class _Second:
    """pdfium on the same file: a second opinion on the text, and the only one on pictures."""

    def __init__(self, content: bytes) -> None:
        import pypdfium2

        self._pdfium = pypdfium2
        self._document: Any = None
        try:
            self._document = pypdfium2.PdfDocument(content)
        except pypdfium2.PdfiumError as error:
            if "password" in str(error).lower():
                raise EncryptedError from error

    def decrypt(self) -> bytes:
        if self._document is None:
            raise EncryptedError
        copy = io.BytesIO()
        self._document.save(copy, flags=self._pdfium.raw.FPDF_REMOVE_SECURITY)
        return copy.getvalue()

    def look(self, number: int, limit: int, too_long: str) -> _Json:
        """Its text and how much of the page images cover; empty where it cannot read the page."""
        seen = {"second": "", "image_share": 0.0, "ink_share": 0.0}
        page = self._page(number)
        if page is None:
            return seen
        try:
            textpage = page.get_textpage()
            if textpage.count_chars() > limit:
                raise TooLargeError(too_long)
            seen["second"] = _remove_surrogates(textpage.get_text_range())
            seen["image_share"] = self._image_share(page)
        except self._pdfium.PdfiumError:
            pass
        return seen

    def ink_share(self, number: int) -> float:
        """Share of dark pixels when the page is drawn small."""
        page = self._page(number)
        if page is None:
            return 0.0
        width, height = page.get_size()
        # However large the paper, a picture of at most about a million pixels is drawn.
        scale = min(LOOK_SCALE, 1000 / max(width, height, 1))
        try:
            picture = page.render(scale=scale, grayscale=True)
        except (self._pdfium.PdfiumError, ValueError):
            return 0.0
        pixels = bytes(picture.buffer)
        paper = sum(pixels.count(level) for level in range(INK_BELOW, 256))
        return 1 - paper / len(pixels) if pixels else 0.0

    def _page(self, number: int) -> Any:  # noqa: ANN401 - pypdfium2 has no types
        if self._document is None or number >= len(self._document):
            return None
        try:
            return self._document[number]
        except self._pdfium.PdfiumError:
            return None

    def _image_share(self, page: Any) -> float:  # noqa: ANN401 - pypdfium2 has no types
        left, bottom, right, top = page.get_bbox()
        area = 0.0
        images = page.get_objects(filter=[self._pdfium.raw.FPDF_PAGEOBJ_IMAGE])
        for image in images:
            x0, y0, x1, y1 = image.get_bounds()
            width = min(x1, right) - max(x0, left)
            height = min(y1, top) - max(y0, bottom)
            area += max(0.0, width) * max(0.0, height)
        page_area = (right - left) * (top - bottom)
        return min(1.0, area / page_area) if page_area > 0 else 0.0


def _remove_surrogates(text: str) -> str:
    """`text` with halves of surrogate pairs, which no file may hold, replaced."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _words_of(error: Exception) -> str:
    words = " ".join(str(error).split()) or type(error).__name__
    return _remove_surrogates(words[:120])


def _verdict(verdict: str, detail: str) -> _Json:
    return {"verdict": verdict, "detail": detail, "pages": [], "active": []}


if __name__ == "__main__":
    sys.stdout.buffer.write(json.dumps(main(json.loads(sys.argv[1]))).encode())
    # Skips the readers' tidying up, which can crash on damaged files after all is said.
    sys.stdout.flush()
    import os

    os._exit(0)

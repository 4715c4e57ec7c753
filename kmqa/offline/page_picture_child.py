"""Draw one page of a PDF and print where its letters stand; run as a process of its own.

A PDF is untrusted input, see `kmqa.offline.pdf_child`. `kmqa.offline.page_picture` has
`kmqa.limited_child` run this file within limits. It imports nothing of kmqa, so that it starts
fast and knows no settings.

Input: the bytes of the PDF, and as one argument a JSON object with ``page`` (counted from 1),
``width_px``, ``pixels`` and ``characters``. Output: one line of JSON, then the
bytes of a PNG. The line has ``width`` and ``height`` of the page in points, ``n_pages``,
``text`` and, for each character of the text, a box ``[left, top, right, bottom]`` in points from
the upper left corner; or only ``fault``, a few words.
"""

import json
import struct
import sys
import zlib
from typing import Any

_Json = dict[str, Any]


class NotDrawableError(Exception):
    """The page cannot be shown; says why."""


def main(order: _Json, content: bytes) -> tuple[_Json, bytes]:
    """Return what is known of the page, and its PNG; never raise for what is in the file."""
    try:
        return _describe_page(order, content)
    except NotDrawableError as error:
        return {"fault": str(error)}, b""
    except MemoryError:
        return {"fault": "it needs more memory than allowed"}, b""
    except Exception as error:  # noqa: BLE001, RUF100 - damaged files raise errors of any class
        return {"fault": " ".join(str(error).split())[:120] or type(error).__name__}, b""


def _describe_page(order: _Json, content: bytes) -> tuple[_Json, bytes]:
    # Imported late, so that a lack of memory for the library is a reason too.
    import pypdfium2

    document = pypdfium2.PdfDocument(content)
    n_pages = len(document)
    if not 1 <= order["page"] <= n_pages:
        message = f"there is no page {order['page']}, the last is {n_pages}"
        raise NotDrawableError(message)
    page = document[order["page"] - 1]
    width, height = page.get_size()
    if width <= 0 or height <= 0:
        message = "the page has no size"
        raise NotDrawableError(message)
    # However tall the paper, no more than so many pixels are drawn.
    scale = min(order["width_px"] / width, (order["pixels"] / (width * height)) ** 0.5)
    text, boxes = _letters(page, order["characters"])
    facts = {"width": width, "height": height, "n_pages": n_pages, "text": text, "boxes": boxes}
    return facts, _png_of(page.render(scale=scale, rev_byteorder=True, prefer_bgrx=False))


def _letters(page: Any, most: int) -> tuple[str, list[list[float]]]:  # noqa: ANN401 - pypdfium2 has no types
    """List the page's characters in pdfium's order, each with its box as it is drawn."""
    letters = page.get_textpage()
    left, _, _, top = page.get_bbox()
    text, boxes = [], []
    for number in range(min(letters.count_chars(), most)):
        char = letters.get_text_range(number, 1)
        x0, y0, x1, y1 = letters.get_charbox(number, loose=True)
        text.append(char if len(char) == 1 and not "\ud800" <= char <= "\udfff" else " ")
        boxes.append([round(n, 1) for n in (x0 - left, top - y1, x1 - left, top - y0)])
    return "".join(text), boxes


def _png_of(picture: Any) -> bytes:  # noqa: ANN401 - pypdfium2 has no types
    """`picture` as a PNG of 8-bit RGB or grey (ISO/IEC 15948); no filters."""
    channels = picture.n_channels
    row_bytes = picture.width * channels
    buffer = bytes(picture.buffer)
    rows = b"".join(
        b"\0" + buffer[start : start + row_bytes]
        for start in range(0, picture.height * picture.stride, picture.stride)
    )
    colour = {1: 0, 3: 2, 4: 6}[channels]
    header = struct.pack(">IIBBBBB", picture.width, picture.height, 8, colour, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows, 6)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in chunks
    )


if __name__ == "__main__":
    facts, png = main(json.loads(sys.argv[1]), sys.stdin.buffer.read())
    sys.stdout.buffer.write(json.dumps(facts).encode() + b"\n" + png)
    # Skips the reader's tidying up, which can crash on damaged files after all is said.
    sys.stdout.flush()
    import os

    os._exit(0)

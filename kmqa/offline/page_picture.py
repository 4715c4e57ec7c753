"""A page of a PDF as a person sees it, with the place of a quote on it.

Drawing happens in `kmqa.offline.page_picture_child` under limits, so that no PDF can hang, crash
or fill this process. Finding a quote is pure. Nothing is kept between calls.
"""

import json
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from kmqa.limited_child import ChildLimits, ChildResult, run_limited
from kmqa.offline import pdf_reader
from kmqa.text import normalise

CHILD = Path(__file__).with_name("page_picture_child.py")


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much one picture may cost.

    Attributes:
        seconds: Wall time of the child.
        memory_bytes: Address space of the child.
        width_px: Of the picture; less where the page would have more than `pixels`.
        pixels: Of the whole picture.
        characters: Whose places are told.
    """

    seconds: float = 20.0
    memory_bytes: int = 1_500_000_000
    width_px: int = 900
    pixels: int = 4_000_000
    characters: int = 20_000


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in points from the upper left corner of the page."""

    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PagePicture:
    """One page, drawn; `fault` says in a few words why there is no picture, if there is none.

    Attributes:
        png: Bytes of the picture; empty where there is a fault.
        width: Of the page in points; so is `height`.
        n_pages: Of the file.
        text: Characters of the page in the reader's order.
        boxes: Where each of them stands.
    """

    png: bytes = b""
    width: float = 0.0
    height: float = 0.0
    n_pages: int = 0
    text: str = ""
    boxes: tuple[Box, ...] = ()
    fault: str = ""


def draw(
    content: bytes,
    page: int,
    limits: Limits = Limits(),
    child: Path = CHILD,
) -> PagePicture:
    """Page `page`, counted from 1, of the PDF `content`; never raises for what is in the file.

    Raises:
        ReadersBusy: Too many files are being read.
    """
    fault = pdf_reader.fault_of_form(content, pdf_reader.Limits())
    if fault is not None:
        return PagePicture(fault=fault.detail)
    order = {
        "page": page,
        "width_px": limits.width_px,
        "pixels": limits.pixels,
        "characters": limits.characters,
    }
    bounds = ChildLimits(
        seconds=limits.seconds, cpu_seconds=limits.seconds, memory_bytes=limits.memory_bytes
    )
    return _outcome(run_limited(child, order, content, bounds), limits)


def _outcome(done: ChildResult, limits: Limits) -> PagePicture:
    """Read what the child said, or how it died."""
    passed = {
        "time": f"drawing it takes longer than {limits.seconds:g} seconds",
        "memory": "it needs more memory than allowed",
        "output": f"its picture is larger than {limits.pixels} pixels",
    }
    if done.fault in passed:
        return PagePicture(fault=passed[done.fault])
    line, _, png = done.output.partition(b"\n")
    try:
        facts = {} if done.fault else json.loads(line)
    except ValueError:
        facts = {}
    if not facts:
        return PagePicture(fault=f"the reader crashed on it ({done.how})")
    if "fault" in facts:
        return PagePicture(fault=facts["fault"])
    boxes = tuple(Box(*box) for box in facts.pop("boxes"))
    return PagePicture(png=png, boxes=boxes, **facts)


def boxes_of(quote: str, picture: PagePicture) -> tuple[Box, ...]:
    """Where the words of `quote` stand on the page: a box for each line, none where they do not.

    Letters are compared after normalisation, without spaces and hyphens, so that the ends of
    lines make no difference. Numbers and words must be whole: "5 mg" does not stand in "15 mg".
    """
    wanted = "".join(letter for _, letter in _letters(quote))
    held = list(_letters(picture.text))
    said = "".join(letter for _, letter in held)
    start = said.find(wanted) if wanted else -1
    while start >= 0:
        first, last = held[start][0], held[start + len(wanted) - 1][0]
        if _is_whole(picture.text, first, last):
            return _lines(picture.boxes[first : last + 1])
        start = said.find(wanted, start + 1)
    return ()


def _letters(text: str) -> Iterator[tuple[int, str]]:
    """Normalised letters, digits and signs of `text`, each with its place; no spaces, hyphens."""
    for place, char in enumerate(text):
        for letter in normalise(char):
            if not letter.isspace() and letter != "-":
                yield place, letter


def _is_whole(text: str, first: int, last: int) -> bool:
    """Whether neither end of a place in `text` cuts through a word or number."""
    return not (
        (first > 0 and _are_joined(text[first - 1], text[first]))
        or (last + 1 < len(text) and _are_joined(text[last], text[last + 1]))
    )


def _are_joined(one: str, other: str) -> bool:
    return all(unicodedata.category(char)[0] in "LMN" for char in (one, other))


def _lines(boxes: Sequence[Box]) -> tuple[Box, ...]:
    """One box around those that stand beside each other; spaces without extent count for none."""
    found: list[Box] = []
    for box in boxes:
        if box.right <= box.left or box.bottom <= box.top:
            continue
        if found and _is_beside(found[-1], box):
            last = found.pop()
            box = Box(
                min(last.left, box.left),
                min(last.top, box.top),
                max(last.right, box.right),
                max(last.bottom, box.bottom),
            )
        found.append(box)
    return tuple(found)


def _is_beside(line: Box, box: Box) -> bool:
    """Whether more than half of the lower of the two heights is shared."""
    shared = min(line.bottom, box.bottom) - max(line.top, box.top)
    return shared > 0.5 * min(line.bottom - line.top, box.bottom - box.top)

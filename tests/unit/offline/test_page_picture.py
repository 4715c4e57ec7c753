import struct
from pathlib import Path

import pytest

from kmqa.offline import page_picture
from kmqa.offline.page_picture import Box, Limits, PagePicture

pytestmark = pytest.mark.slow

PDFS = Path(__file__).parents[2] / "data" / "pdfs"


def content_of(name: str) -> bytes:
    return (PDFS / f"{name}.pdf").read_bytes()


def picture_of(text: str, per_line: int = 10) -> PagePicture:
    """A page on which each character is 5 points wide and each line 12 points high."""
    boxes = tuple(
        Box(
            5.0 * (n % per_line),
            12.0 * (n // per_line),
            5.0 * (n % per_line) + 5,
            12.0 * (n // per_line) + 12,
        )
        for n in range(len(text))
    )
    return PagePicture(text=text, boxes=boxes)


def test_a_page_becomes_a_png_of_the_width_that_was_asked_for() -> None:
    drawn = page_picture.draw(content_of("english"), 1, Limits(width_px=300))

    width, height = struct.unpack(">II", drawn.png[16:24])
    assert drawn.fault == ""
    assert drawn.png.startswith(b"\x89PNG\r\n\x1a\n")
    assert abs(width - 300) <= 1
    assert height / width == pytest.approx(drawn.height / drawn.width, rel=0.01)


def test_no_paper_is_so_large_that_its_picture_has_more_pixels_than_allowed() -> None:
    drawn = page_picture.draw(content_of("english"), 1, Limits(width_px=5_000, pixels=90_000))

    width, height = struct.unpack(">II", drawn.png[16:24])
    assert 80_000 < width * height <= 92_000


def test_words_of_the_page_are_found_where_they_are_drawn() -> None:
    drawn = page_picture.draw(content_of("english"), 1)
    quote = " ".join(drawn.text.split()[3:8])

    boxes = page_picture.boxes_of(quote, drawn)

    assert boxes
    assert all(0 <= box.left < box.right <= drawn.width for box in boxes)
    assert all(0 <= box.top < box.bottom <= drawn.height for box in boxes)


@pytest.mark.parametrize(
    ("name", "page", "fault"),
    [
        ("english", 99, "there is no page 99"),
        ("english", 0, "there is no page 0"),
        ("encrypted-password", 1, "assword"),
        ("html", 1, "not a PDF"),
        ("zero-bytes", 1, "empty"),
        ("truncated", 1, "cut short"),
    ],
)
def test_what_cannot_be_drawn_is_told_and_never_raised(name: str, page: int, fault: str) -> None:
    drawn = page_picture.draw(content_of(name), page)

    assert fault in drawn.fault
    assert drawn.png == b""


@pytest.mark.parametrize("name", sorted(path.stem for path in PDFS.glob("*.pdf")))
def test_any_file_gives_a_picture_or_a_reason(name: str) -> None:
    drawn = page_picture.draw(content_of(name), 1)

    assert bool(drawn.png) != bool(drawn.fault)


def test_a_page_that_takes_too_long_is_given_up(tmp_path: Path) -> None:
    child = tmp_path / "child.py"
    child.write_text("import sys\nsys.stdin.buffer.read()\nwhile True: pass\n")

    drawn = page_picture.draw(content_of("english"), 1, Limits(seconds=0.5), child)

    assert "longer than 0.5 seconds" in drawn.fault


def test_a_reader_that_dies_leaves_a_reason(tmp_path: Path) -> None:
    child = tmp_path / "child.py"
    child.write_text("import os, signal\nos.kill(os.getpid(), signal.SIGSEGV)\n")

    drawn = page_picture.draw(content_of("english"), 1, child=child)

    assert drawn.fault == "the reader crashed on it (signal 11)"


def test_a_reader_out_of_memory_says_so() -> None:
    drawn = page_picture.draw(content_of("english"), 1, Limits(memory_bytes=30_000_000))

    assert drawn.png == b""
    assert drawn.fault


def test_a_quote_over_two_lines_has_a_box_for_each() -> None:
    picture = picture_of("within 72 hours of it", per_line=10)

    assert page_picture.boxes_of("72 hours", picture) == (
        Box(35.0, 0.0, 50.0, 12.0),
        Box(0.0, 12.0, 25.0, 24.0),
    )


@pytest.mark.parametrize(
    ("quote", "text", "is_found"),
    [
        ("5 mg", "give 15 mg now", False),
        ("5 mg", "give 15 mg, then 5 mg", True),
        ("self-injection", "self-\r\ninjection", True),
        ("contraception", "contra-\r\nception", True),
        ("first ﬁnd", "First find", True),
        ("cap", "caps", False),
        ("", "anything", False),
    ],
)
def test_only_whole_words_and_numbers_are_found(quote: str, text: str, is_found: bool) -> None:
    assert bool(page_picture.boxes_of(quote, picture_of(text, per_line=99))) == is_found

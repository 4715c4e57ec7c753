"""Damage that both readers pass over in silence."""

import zlib
from pathlib import Path

import pytest

from kmqa.offline import extract, pdf_child, pdf_reader
from kmqa.offline.pdf_reader import Limits

ENGLISH = (Path(__file__).parents[2] / "data/pdfs/english.pdf").read_bytes()
CONTENT_AT = ENGLISH.index(b"stream\n") + len(b"stream\n")
PACKED = zlib.compress(b"take one pill a day " * 20)


@pytest.mark.parametrize("place", [3, 23, 63, 153])
def test_a_changed_byte_in_the_content_is_never_text(place: int) -> None:
    """Readers mend such a page in silence, to other words or to none."""
    content = bytearray(ENGLISH)
    content[CONTENT_AT + place] ^= 0xFF

    raw = pdf_reader.read(bytes(content), Limits())
    extraction = extract.judge_extraction("0" * 64, raw)

    assert extraction.verdict == "broken"
    assert "cannot be read" in extraction.detail


@pytest.mark.parametrize("packed", [PACKED[:-1], PACKED[:8], PACKED[:-1] + b"?", b"?" + PACKED])
def test_damaged_flate(packed: bytes) -> None:
    assert pdf_child.is_damaged_flate(packed)


def test_bytes_after_the_end_do_no_harm() -> None:
    """Some old programs append a line's end to each stream."""
    assert not pdf_child.is_damaged_flate(PACKED + b"\r\n")

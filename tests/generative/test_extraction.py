"""What must hold for any bytes and any text."""

import hashlib
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kmqa.offline import extract, page_text, page_verdict, passages
from kmqa.records import Extraction, Page

pytestmark = pytest.mark.slow

PDFS = Path(__file__).parents[1] / "data" / "pdfs"
WORDS = st.text(alphabet="ab C.?!۔\n-’,1", max_size=80)


def read(content: bytes) -> Extraction:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "any.pdf"
        path.write_bytes(content)
        return extract.read_pdf(path)


@given(st.binary(max_size=300))
def test_any_bytes_are_broken(content: bytes) -> None:
    """Nothing is raised for bytes that are no PDF, and their hash is told."""
    extraction = read(content)

    assert extraction.verdict == "broken"
    assert extraction.sha256 == hashlib.sha256(content).hexdigest()
    assert extraction.detail


@settings(max_examples=15, deadline=None)  # each example starts a process
@given(st.binary(max_size=300))
def test_any_bytes_between_head_and_tail_are_broken(content: bytes) -> None:
    extraction = read(b"%PDF-1.4\n" + content + b"\nstartxref\n9\n%%EOF\n")

    assert extraction.verdict == "broken"
    assert extraction.n_characters == 0


@settings(max_examples=15, deadline=None)  # each example starts a process
@given(st.integers(min_value=30, max_value=1_000), st.binary(min_size=1, max_size=40))
def test_damage_is_never_raised(place: int, damage: bytes) -> None:
    """A PDF that is overwritten in one place may stay readable, but raises nothing."""
    whole = (PDFS / "english.pdf").read_bytes()

    extraction = read(whole[:place] + damage + whole[place + len(damage) :])

    assert extraction.verdict in ("text", "broken", "garbled", "scanned", "empty", "encrypted")


@given(st.lists(WORDS, max_size=6), st.integers(min_value=1, max_value=12))
def test_passages_keep_everything(texts: list[str], max_tokens: int) -> None:
    """No passage is too long, no character is lost, and pages come in order."""
    pages = tuple(
        Page(number=number, verdict="text", text=page_text.clean_text(text))
        for number, text in enumerate(texts, 1)
    )
    extraction = Extraction(sha256="0" * 64, file_verdict="fine", pages=pages)

    made = passages.split_passages("d", extraction, len, max_tokens)

    assert all(0 < len(passage.text) <= max_tokens for passage in made)
    assert "".join("".join(passage.text for passage in made).split()) == "".join(
        "".join(page.text for page in pages).split()
    )
    for edges in zip(*(passage.pages for passage in made), strict=True):
        assert list(edges) == sorted(edges)


@given(st.text(max_size=200), st.text(max_size=200))
def test_judging_never_fails(text: str, second: str) -> None:
    """Whatever the readers return, shares stay in [0, 1] and cleaning twice changes nothing."""
    cleaned = page_text.clean_text(text)

    assert 0 <= page_verdict.strange_word_share(text) <= 1
    assert 0 <= page_verdict.strange_character_share(text) <= 1
    assert 0 <= page_verdict.agreement(text, second) <= 1
    assert page_text.split_paragraphs(page_text.remove_edges([cleaned]))


@given(st.lists(WORDS, max_size=8))
def test_cleaning_adds_no_words(texts: list[str]) -> None:
    """Pages stay as many as they were, and no letter appears that was not there."""
    plain = [page_text.clean_text(text) for text in texts]

    cleaned = page_text.split_paragraphs(page_text.remove_edges(plain))

    assert len(cleaned) == len(texts)
    assert all(set(after) <= {*before, " "} for before, after in zip(plain, cleaned, strict=True))

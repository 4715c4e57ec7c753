"""What a PDF does beyond being read is found wherever it hides, and taken out whole."""

import io
from pathlib import Path

import pypdf
import pytest
from active_pdfs import PAYLOAD, PLAIN, WAYS, make_active

from kmqa.offline import extract, pdf_active, pdf_clean_child, pdf_reader
from kmqa.records import documents


def _kinds(content: bytes) -> list[str]:
    return pdf_active.find_active(pypdf.PdfReader(io.BytesIO(content)).trailer["/Root"])


def test_the_words_for_it_are_those_of_the_records() -> None:
    assert documents.ActiveContent.__args__ == pdf_active.KINDS  # type: ignore[attr-defined]  # of a Literal


def test_a_plain_document_does_nothing() -> None:
    assert _kinds(PLAIN.read_bytes()) == []


@pytest.mark.parametrize("way", WAYS)
def test_each_way_is_found(way: str) -> None:
    assert _kinds(make_active(way)) == [WAYS[way][0]]


@pytest.mark.parametrize("way", WAYS)
def test_a_clean_copy_has_its_pages_and_nothing_else(way: str) -> None:
    clean = pdf_clean_child.clean(make_active(way))

    pages, before = (pypdf.PdfReader(one).pages for one in (io.BytesIO(clean), PLAIN))
    assert _kinds(clean) == []
    assert PAYLOAD not in clean
    assert b"evil" not in clean.lower()
    assert [page.extract_text() for page in pages] == [page.extract_text() for page in before]


def test_all_at_once_are_told_the_most_dangerous_first() -> None:
    content = make_active("link", "film", "file on a page", "program by a tap", "script by name")

    assert _kinds(content) == list(pdf_active.KINDS)
    assert _kinds(pdf_clean_child.clean(content)) == []


def test_a_jump_within_the_document_is_no_link() -> None:
    writer = pypdf.PdfWriter(clone_from=pypdf.PdfReader(PLAIN))
    writer.add_annotation(0, pypdf.annotations.Link(rect=(0, 0, 9, 9), target_page_index=0))
    written = io.BytesIO()
    writer.write(written)

    assert _kinds(written.getvalue()) == []


def test_what_refers_to_itself_is_walked_once() -> None:
    writer = pypdf.PdfWriter(clone_from=pypdf.PdfReader(PLAIN))
    root = writer.root_object
    root[pypdf.generic.NameObject("/Loop")] = root.indirect_reference
    written = io.BytesIO()
    writer.write(written)

    assert _kinds(written.getvalue()) == []


@pytest.mark.slow
def test_the_readers_in_their_own_processes_say_and_clean_the_same(tmp_path: Path) -> None:
    content = make_active("script by name", "file on a page")
    (tmp_path / "odd.pdf").write_bytes(content)

    raw = pdf_reader.read(content, pdf_reader.Limits())
    clean = pdf_reader.clean(tmp_path / "odd.pdf", pdf_reader.Limits())

    assert raw.active == ("javascript", "embedded_file")
    assert extract.judge_extraction("0" * 64, raw).active == raw.active
    assert pdf_reader.read(clean, pdf_reader.Limits()).active == ()

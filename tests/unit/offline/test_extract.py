"""Extraction as a whole, on PDFs that are each named after the defect they settle."""

from dataclasses import replace
from pathlib import Path

import pytest

from kmqa.errors import ExtractionError
from kmqa.offline import extract
from kmqa.offline.page_verdict import Judgement
from kmqa.offline.pdf_reader import Limits, RawFile, RawPage
from kmqa.records import Extraction

pytestmark = pytest.mark.slow

PDFS = Path(__file__).parents[2] / "data" / "pdfs"


def text_of(name: str) -> str:
    return "\f".join(page.text for page in extract.read_pdf(PDFS / f"{name}.pdf").pages)


@pytest.mark.parametrize(
    ("name", "verdict", "language"),
    [
        ("english", "text", "en"),
        ("urdu-naskh", "text", "ur"),
        ("arabic-naskh", "text", "ar"),
        ("hindi", "text", "hi"),
        ("urdu-visual-order", "text", "ur"),
        ("arabic-presentation-forms", "text", None),
        ("encrypted-empty-password", "text", "en"),
        ("mixed", "text", "en"),
        ("urdu-nastaliq", "garbled", None),
        ("garbled-no-tounicode", "garbled", None),
        ("garbled-wrong-tounicode", "garbled", None),
        ("garbled-legacy-font", "garbled", None),
        ("scanned", "scanned", None),
        ("scanned-with-stamp", "scanned", None),
        ("outlined", "scanned", None),
        ("blank", "empty", None),
        ("encrypted-password", "encrypted", None),
        ("fuzzed", "broken", None),
        ("bomb-page", "too_large", None),
    ],
)
def test_verdict_and_language(name: str, verdict: str, language: str | None) -> None:
    extraction = extract.read_pdf(PDFS / f"{name}.pdf")

    assert (extraction.verdict, extraction.language) == (verdict, language)


def test_headers_footers_and_page_numbers_go() -> None:
    pages = text_of("headers-and-footers").split("\f")

    assert pages[0] == "About pills\nThis page tells you all that you need about pills."
    assert len(pages) == 4
    assert not any("Ministry" in page or "Handbook" in page for page in pages)


def test_words_cut_at_line_ends_are_whole() -> None:
    text = text_of("hyphenation")

    assert "a method of contraception that" in text
    assert "With self-injection no visit" in text
    assert "dose for COVID-19 is" in text


def test_ligatures_are_letters() -> None:
    assert text_of("ligatures").startswith("The first office visit: effective and confidential")


def test_columns_are_read_one_after_the_other() -> None:
    left, right = text_of("two-columns").split("\nRIGHT COLUMN. ")

    assert left.removeprefix("LEFT COLUMN. ") == right == text_of("english")


def test_rows_of_a_table_are_lines() -> None:
    assert "7 to 11 kg 2 tablets 2 times for 3 days" in text_of("table").split("\n")


@pytest.mark.parametrize("name", ["urdu-naskh", "urdu-visual-order"])
def test_urdu_is_in_the_order_of_reading(name: str) -> None:
    text = text_of(name)

    assert text.startswith("حمل کے دوران خون آنا خطرے کی علامت ہے۔")
    assert text.endswith("کیا آپ کو بخار بھی ہے؟")


def test_pictured_arabic_is_in_letters_and_order() -> None:
    assert text_of("arabic-presentation-forms") == "السلام عليكم في المركز الصحي"


def test_each_page_has_its_verdict() -> None:
    """Pages that are not text hold none, and the detail names them."""
    extraction = extract.read_pdf(PDFS / "mixed.pdf")

    assert [page.verdict for page in extraction.pages] == [*["text"] * 3, "scanned", "empty"]
    assert [page.number for page in extraction.pages] == [1, 2, 3, 4, 5]
    assert extraction.pages[3].text == ""
    assert extraction.detail == "page 4: is a picture"


def test_labels_of_a_form_are_text() -> None:
    assert text_of("form-fields") == "Name of the client:"


def test_a_file_of_which_half_cannot_be_read_is_broken() -> None:
    good, bad = RawPage(text="Some words."), RawPage(text="", fault="bad stream")

    broken = extract.judge_extraction("0" * 64, RawFile(verdict="fine", pages=(good, bad)))
    usable = extract.judge_extraction("0" * 64, RawFile(verdict="fine", pages=(good, good, bad)))

    assert broken.file_verdict == "broken"
    assert broken.detail == "1 of 2 pages cannot be read: bad stream"
    assert usable.verdict == "text"
    assert usable.detail == "page 3: cannot be read: bad stream"


def test_detail_names_six_pages_and_counts_the_rest() -> None:
    detail = extract.describe_faults([Judgement("scanned", "is a picture")] * 9)

    assert detail == "pages 1, 2, 3, 4, 5, 6 and 3 more: is a picture"


def test_language_is_chosen_among_those_given() -> None:
    extraction = extract.read_pdf(PDFS / "urdu-naskh.pdf", languages=("ar", "fr", "tlh"))

    assert extraction.language == "ar"


def test_a_kept_result_is_used(tmp_path: Path) -> None:
    """A second reading comes from the cache, wherever the file lies and whatever the limits."""
    first = extract.read_pdf(PDFS / "english.pdf", cache=tmp_path / "cache")
    [kept] = (tmp_path / "cache").iterdir()
    kept.write_text(kept.read_text().replace("The pill", "The kept pill"))

    again = extract.read_pdf(
        PDFS / "english.pdf", cache=tmp_path / "cache", limits=Limits(file_bytes=1)
    )

    assert kept.name == f"{first.sha256}-{extract.EXTRACTION_VERSION}.json"
    assert again.pages[0].text.startswith("The kept pill")


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"sha256": "x"}'])
def test_a_damaged_result_is_remade(tmp_path: Path, damage: str) -> None:
    first = extract.read_pdf(PDFS / "english.pdf", cache=tmp_path)
    [kept] = tmp_path.iterdir()
    kept.write_text(damage)

    assert extract.read_pdf(PDFS / "english.pdf", cache=tmp_path) == first
    assert kept.read_text() != damage


def test_a_result_of_another_file_is_not_used(tmp_path: Path) -> None:
    first = extract.read_pdf(PDFS / "english.pdf", cache=tmp_path)
    [kept] = tmp_path.iterdir()
    kept.write_bytes(extract._EXTRACTION.dump_json(replace(first, sha256="0" * 64)))

    assert extract.read_pdf(PDFS / "english.pdf", cache=tmp_path) == first


def test_languages_are_kept_apart(tmp_path: Path) -> None:
    found = [
        extract.read_pdf(PDFS / "urdu-naskh.pdf", cache=tmp_path, languages=languages).language
        for languages in ((), ("ar", "en"), ())
    ]

    assert found == ["ur", "ar", "ur"]


def test_a_refusal_is_not_kept(tmp_path: Path) -> None:
    """Limits may be raised, so a file that passed one is tried again."""
    small = Limits(file_bytes=10)

    assert extract.read_pdf(PDFS / "english.pdf", cache=tmp_path, limits=small).pages == ()
    assert extract.read_pdf(PDFS / "english.pdf", cache=tmp_path).verdict == "text"


def test_a_missing_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ExtractionError, match="there is no such file") as caught:
        extract.read_pdf(tmp_path / "none.pdf")

    assert caught.value.path == tmp_path / "none.pdf"


def test_a_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ExtractionError, match="this is a folder"):
        extract.read_pdf(tmp_path)


def test_a_file_that_is_not_ours_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Patched, because permissions do not bind the superuser who may run this test."""

    def refuse(_: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refuse)

    with pytest.raises(ExtractionError, match="got Permission denied"):
        extract.read_pdf(tmp_path / "locked.pdf")


def test_extractions_of_one_file_are_equal() -> None:
    one: Extraction = extract.read_pdf(PDFS / "two-columns.pdf")

    assert one == extract.read_pdf(PDFS / "two-columns.pdf")

"""The verdict on a page."""

import pytest

from kmqa.offline import page_verdict
from kmqa.offline.page_verdict import Judgement
from kmqa.offline.pdf_reader import RawPage

ENGLISH = (
    "A woman who forgets one pill should take it as soon as she remembers, and use a condom "
    "for seven days when she has forgotten two pills in a row. Those who were given an "
    "injection should come back after thirteen weeks, or sooner when something worries them."
)


def verdict(text: str, **seen: float | str) -> str:
    raw = RawPage(text=text, **seen)  # type: ignore[arg-type] # shares and texts by name
    return page_verdict.judge(raw, text).verdict


def test_plain_text_is_text() -> None:
    assert verdict(ENGLISH, second=ENGLISH) == "text"


def test_few_characters_on_a_picture_are_a_scan() -> None:
    assert verdict("Page 7", image_share=0.9) == "scanned"
    assert verdict("Page 7", image_share=0.2) == "text"
    assert verdict(ENGLISH, image_share=0.9) == "text"


def test_a_dark_page_without_letters_is_a_scan() -> None:
    assert verdict("", ink_share=0.05) == "scanned"
    assert verdict("", ink_share=0.005) == "empty"
    assert verdict("•", ink_share=0.0) == "empty"


def test_headers_do_not_make_a_scan_text() -> None:
    """What counts is what is left after cleaning."""
    raw = RawPage(text="Annual report of the ministry, 2026", image_share=1.0)

    assert page_verdict.judge(raw, "") == Judgement("scanned", "is a picture")


def test_an_unreadable_page_is_garbled() -> None:
    judged = page_verdict.judge(RawPage(text="", fault="bad stream"), "")

    assert judged == Judgement("garbled", "cannot be read: bad stream")


@pytest.mark.parametrize(
    "text",
    [
        "\ue001\ue002\ue003 \ue004\ue005",
        "caf\ufffd \ufffd\ufffd\ufffd tr\ufffds",
        "(cid:12)(cid:33)(cid:9)(cid:41)",
        "/g12/g33/g9/g41 /g12/g7",
    ],
)
def test_characters_of_no_language_are_garbled(text: str) -> None:
    reason = page_verdict.reason_to_distrust(text, "")

    assert reason == "holds characters that no language uses"


def test_bullets_of_symbol_fonts_are_not_garbled() -> None:
    assert verdict("\uf0b7 take one pill a day\n\uf0b7 use a condom") == "text"


@pytest.mark.parametrize(
    "word",
    ["ΰԔϸЇ", "fgUnh", "ہس$پ", "RUPV)RWOHVV", "bcdfg", "ۂےکا", "گر6ہے", "rhythmsbcdfgh", "\u093fक"],
)
def test_impossible_words(word: str) -> None:
    assert page_verdict.is_impossible(word)


@pytest.mark.parametrize(
    "word",
    [
        "contraception", "WHO", "IUDs", "WhatsApp", "β-carotene", "µg/ml", "H1N1", "co-worker's",
        "हिन्दी", "کیا؟", "(e.g.,", "COVID-19", "strengths", "फिर", "पानी।", "NET-EN", "خطرے",
        "15mg", "B12", "日本の",
    ],
)  # fmt: skip
def test_possible_words(word: str) -> None:
    assert not page_verdict.is_impossible(word)


def test_one_odd_word_proves_nothing() -> None:
    assert page_verdict.strange_word_share("a ph$rase") == pytest.approx(0.1)
    assert page_verdict.strange_word_share("") == 0


def test_addresses_are_no_words() -> None:
    assert page_verdict.strange_word_share("https://example.org/a?b=c&d=E x@y.org") == 0


def test_exchanged_letters_are_garbled() -> None:
    moved = "".join(chr(97 + (ord(c) * 7 + 3) % 26) if c.isalpha() else c for c in ENGLISH.lower())

    assert verdict(moved, second=moved) == "garbled"


def test_arabic_letters_without_arabic_words_are_garbled() -> None:
    """Fifty words in Urdu letters, and not one of the words that every text has."""
    text = " ".join(["دبجس", "مکنب", "گلشت", "چفقط", "ذضظغ"] * 10)

    assert page_verdict.reason_to_distrust(text, "").endswith("words of its script")
    assert page_verdict.reason_to_distrust(text + " ہے", "") == ""


def test_readers_that_disagree() -> None:
    other = "Quick brown foxes jump over lazy dogs while zebras graze by the vast ocean shore."

    assert page_verdict.reason_to_distrust(ENGLISH, other) == "reads differently in two readers"


def test_a_doubtful_witness_is_not_heard() -> None:
    """A second reader that itself saw nonsense, or next to nothing, proves nothing."""
    assert page_verdict.reason_to_distrust(ENGLISH, "ΰԔϸЇ ۂےکا fgUnh ہس$پ " * 20) == ""
    assert page_verdict.reason_to_distrust(ENGLISH, "Page 7") == ""


def test_agreement_is_blind_to_order() -> None:
    """Columns in another order and lines from the other end are the same text."""
    left, right = ENGLISH[:70], ENGLISH[70:]

    assert page_verdict.agreement(left + right, right + left) > 0.97
    assert page_verdict.agreement(ENGLISH, ENGLISH[::-1]) == 1
    assert page_verdict.agreement("", "") == 1
    assert page_verdict.agreement(ENGLISH, "") == 0

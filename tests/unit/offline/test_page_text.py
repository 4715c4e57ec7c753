"""Cleaning of raw text."""

import pytest

from kmqa.offline import page_text


def test_pictured_letters_become_letters() -> None:
    """Ligatures and presentation forms fold; raised numbers keep their meaning."""
    assert page_text.clean_text("ﬁrst oﬃce, 10⁹ ﺍﻟﺴﻼﻡ") == "first office, 10⁹ السلام"


def test_unseen_characters_and_blank_lines_go() -> None:
    assert page_text.clean_text("a\u200b\u00a0 b \r\n\n \x0c\nc\ufffe") == "a b\nc"


def test_a_heading_drawn_twice_is_read_once() -> None:
    assert page_text.clean_text("How does it work?How does it work?") == "How does it work?"
    assert page_text.clean_text("tam tam ") == "tam tam"


def test_visual_order_is_turned_round() -> None:
    """Words that begin with letters of the end are turned; Latin words and numbers are not."""
    stored = "؟ےہ رطخ (IUD) ںیم 2026 ایک"

    assert page_text.fix_reading_order(stored) == "کیا 2026 میں (IUD) خطر ہے؟"


def test_logical_order_stays() -> None:
    text = "کیا حمل میں خطرہ ہے؟\nيجب على المرأة أن تزور المركز"

    assert page_text.fix_reading_order(text) == text


def test_headers_and_footers_go() -> None:
    """What comes back at the edges goes, with its numbers; what stands once stays."""
    pages = [
        f"Handbook 2026\n{word} only here\nPage {number}" for number, word in enumerate("abcd")
    ]

    assert page_text.remove_edges(pages) == tuple(f"{word} only here" for word in "abcd")


def test_left_and_right_headers_go() -> None:
    pages = [f"{'Left' if n % 2 else 'Right'} header\nbody {'abcdef'[n]}\nxi" for n in range(6)]

    assert page_text.remove_edges(pages) == tuple(f"body {letter}" for letter in "abcdef")


def test_two_pages_show_no_habit() -> None:
    assert page_text.remove_edges(["same\na", "same\nb"]) == ("same\na", "same\nb")


def test_a_line_amid_the_page_is_no_header() -> None:
    rows = [f"row {letter}" for letter in "abcde"]
    page = "\n".join([*rows, "Warning", *(row.upper() for row in rows)])
    pages = [page.replace("row", word).replace("ROW", word) for word in ("one", "two", "six")]

    assert all("Warning" in page for page in page_text.remove_edges(pages))


@pytest.mark.parametrize(
    ("left", "right", "known", "expected"),
    [
        ("contra-", "ception", set(), "contraception"),
        ("self-", "injection", {"self-injection"}, "self-injection"),
        ("contra-", "ception", {"contraception", "contra-ception"}, "contraception"),
        ("very-low-", "resource", {"low-resource"}, "very-low-resource"),
        ("COVID-", "19", set(), "COVID-19"),
        ("Afro-", "Caribbean", set(), "Afro-Caribbean"),
        ("self\u00ad", "ish", {"self-ish"}, "selfish"),
    ],
)
def test_cut_words_are_joined(left: str, right: str, known: set[str], expected: str) -> None:
    assert page_text.join_halves(left, right, frozenset(known)) == expected


def test_words_cut_by_lines_are_not_known() -> None:
    words = page_text.list_words(["self-\ninjection and very-low-dose"])

    assert words == {"and", "very", "low", "dose", "very-low", "low-dose"}


def test_paragraphs_are_lines() -> None:
    """Wrapped lines join; headings, list items and sentences that end a paragraph do not."""
    page = (
        "Side effects\n"
        "Some women have headaches in the first few months of use, and some\n"
        "have changes of bleeding. Both go away without any treatment at all.\n"
        "Tell her to come back when she has any of these signs:\n"
        "• a severe headache with blurred vision, or pain in the chest, or\n"
        "• heavy bleeding"
    )

    assert page_text.split_paragraphs([page])[0].split("\n") == [
        "Side effects",
        "Some women have headaches in the first few months of use, and some have changes of "
        "bleeding. Both go away without any treatment at all.",
        "Tell her to come back when she has any of these signs:",
        "• a severe headache with blurred vision, or pain in the chest, or",
        "• heavy bleeding",
    ]


def test_rows_of_a_table_stay_apart() -> None:
    page = "4 to 7 kg 1 tablet 2 times for 3 days\n7 to 11 kg 2 tablets 2 times for 3 days"

    assert page_text.split_paragraphs([page]) == (page,)


def test_empty_pages_stay_empty() -> None:
    assert page_text.split_paragraphs(page_text.remove_edges(["", "a", ""])) == ("", "a", "")

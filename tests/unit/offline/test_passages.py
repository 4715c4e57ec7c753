"""Passages: whole sentences, in order, within the limit."""

import pytest

from kmqa.offline import passages
from kmqa.records import Extraction, Page


def count_words(text: str) -> int:
    return len(text.split())


def extraction(*texts: str) -> Extraction:
    pages = tuple(
        Page(number=number, verdict="text" if text else "scanned", text=text)
        for number, text in enumerate(texts, 1)
    )
    return Extraction(sha256="0" * 64, file_verdict="fine", pages=pages)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("One. Two! Three? Four", ["One.", "Two!", "Three?", "Four"]),
        ('She said "Go." Then she left.', ['She said "Go."', "Then she left."]),
        ("Some (e.g. IUDs) last. Others, e.g. Pills, too.", 2),
        ("See Dr. Amina Khan. She knows.", ["See Dr. Amina Khan.", "She knows."]),
        ("See p. 8 and fig. 2. It helps.", ["See p. 8 and fig. 2.", "It helps."]),
        ("Give 2.5 mg. Wait.", ["Give 2.5 mg.", "Wait."]),
        ("2. Wash your hands.", ["2. Wash your hands."]),
        ("J. Smith wrote it.", ["J. Smith wrote it."]),
        ("Is it safe? No. It is not.", ["Is it safe?", "No.", "It is not."]),
        ("خون آنا خطرہ ہے۔ کیا بخار ہے؟ جائیں۔", ["خون آنا خطرہ ہے۔", "کیا بخار ہے؟", "جائیں۔"]),
        ("यह खतरा है। तुरंत जाएं।", ["यह खतरा है।", "तुरंत जाएं।"]),
        ("Wait... then go on.", ["Wait...", "then go on."]),
        ("", []),
    ],
)
def test_sentences(line: str, expected: list[str] | int) -> None:
    sentences = passages.split_sentences(line)

    assert (len(sentences) if isinstance(expected, int) else sentences) == expected


def test_passages_are_numbered_and_placed() -> None:
    made = passages.split_passages(
        "d", extraction("One two. Three four.", "", "Five."), count_words, 3
    )

    assert [(passage.id, passage.pages, passage.text) for passage in made] == [
        ("d#1", (1, 1), "One two."),
        ("d#2", (1, 1), "Three four."),
        ("d#3", (3, 3), "Five."),
    ]
    assert {passage.document for passage in made} == {"d"}


def test_a_passage_is_closed_when_two_thirds_full() -> None:
    text = extraction("Ask her. Then wait. Do nothing. Go home.")

    made = passages.split_passages("d", text, count_words, 6)

    assert [passage.text for passage in made] == ["Ask her. Then wait.", "Do nothing. Go home."]


def test_lines_stay_lines() -> None:
    made = passages.split_passages("d", extraction("Dose\n1 tablet\n2 tablets"), count_words, 60)

    assert made[0].text == "Dose\n1 tablet\n2 tablets"


def test_a_sentence_goes_on_over_the_page() -> None:
    text = extraction("Use a condom for the next", "seven days. Come back.")

    made = passages.split_passages("d", text, count_words, 10)

    assert made[0].text == "Use a condom for the next seven days."
    assert made[0].pages == (1, 2)
    assert made[1].pages == (2, 2)


def test_a_heading_does_not_swallow_the_next_page() -> None:
    made = passages.split_passages(
        "d", extraction("Side effects", "Headache is one."), count_words, 4
    )

    assert [passage.pages for passage in made] == [(1, 1), (2, 2)]


def test_an_overlong_sentence_is_cut_between_words() -> None:
    made = passages.split_passages("d", extraction("a b c d e f g"), count_words, 3)

    assert [passage.text for passage in made] == ["a b c", "d e f", "g"]


def test_an_overlong_word_is_cut_inside() -> None:
    made = passages.split_passages("d", extraction("abcdefgh"), len, 3)

    assert [passage.text for passage in made] == ["abc", "def", "gh"]


def test_no_room_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="leaves no room"):
        passages.split_passages("d", extraction("abc def"), lambda _: 9, 8)


def test_pages_without_text_give_nothing() -> None:
    assert passages.split_passages("d", extraction("", ""), count_words) == ()

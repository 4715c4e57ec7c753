import pytest

from kmqa.matching import chat


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("Hello!", "greeting"),
        ("  HOLA ", "greeting"),
        ("Olá", "greeting"),
        ("السلام علیکم", "greeting"),
        ("नमस्ते", "greeting"),
        ("Habari", "greeting"),
        ("Thank you so much!!", "thanks"),
        ("شکریہ", "thanks"),
        ("merci", "thanks"),
        ("", "empty"),
        ("   \n\t ", "empty"),
        ("?", "empty"),
        ("\u200f\u202a", "empty"),
        ("\x00\x07", "empty"),
        ("😀😀", "emoji"),
        ("👍🏽", "emoji"),
        ("sdfghjkl", "gibberish"),
        ("aaaaaa", "gibberish"),
        ("xkcdqwrt zzzz", "gibberish"),
        ("word " * 2_000, "too_long"),
    ],
)
def test_a_message_that_is_no_question_is_named(message: str, expected: str) -> None:
    assert chat.kind_of(message) == expected


@pytest.mark.parametrize(
    "message",
    [
        "hi she missed two pills",
        "pill",
        "depo",
        "IUD",
        "LNG-IUD",
        "pls help",
        "hiv",
        "گولی",
        "गोली",
        "3 wks late",
        "cpt hrm",
        "ok but what if she bleeds",
    ],
)
def test_anything_that_may_be_a_question_is_left_alone(message: str) -> None:
    assert chat.kind_of(message) is None

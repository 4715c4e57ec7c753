import pytest

from kmqa.index.spelling import Spelling
from kmqa.records import Term

WRITTEN = [
    ("en", "the client forgot her contraceptive pill"),
    ("en", "late injection for a woman"),
    ("es", "se le olvidó la pastilla"),
]
TERMS = (Term(term="implant", forms={"en": ("jadelle",)}),)


def _mended(message: str, language: str = "en") -> str:
    return Spelling(WRITTEN, TERMS, "en").mended(message, language)


@pytest.mark.parametrize(
    ("message", "language", "expected"),
    [
        ("clint forgot", "en", "client forgot"),
        ("contrceptve", "en", "contraceptive"),
        ("jadele", "en", "jadelle"),
        ("pastila", "es", "pastilla"),
        ("injecton", "es", "injection"),
        ("pastila", "fr", "pastila"),
    ],
)
def test_a_slip_is_put_right(message: str, language: str, expected: str) -> None:
    assert _mended(message, language) == expected


@pytest.mark.parametrize("message", ["Late, injection!", "pil", "12345", "elephant", "xoman"])
def test_what_is_known_short_or_begins_otherwise_stays(message: str) -> None:
    assert _mended(message) == message


def test_a_word_between_two_known_ones_stays() -> None:
    spelling = Spelling([("en", "coats goats")], (), "en")

    assert spelling.mended("roats", "en") == "roats"

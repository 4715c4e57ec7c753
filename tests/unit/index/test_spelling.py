import pytest

from kmqa.index.spelling import Spelling

TOLD = [
    ("en", "the client forgot her contraceptive pill".split()),
    ("en", "late injection for a woman".split()),
    ("en", ["jadelle"]),
    ("es", "se le olvidó la pastilla".split()),
]


def _is_common(word: str) -> bool:
    return word in {"infection", "clients"}


def _mended(message: str, language: str = "en") -> str:
    return Spelling(TOLD, "en", _is_common).correct(message, language)


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
    spelling = Spelling([("en", ["coats", "goats"])], "en", _is_common)

    assert spelling.correct("roats", "en") == "roats"


def test_a_common_word_that_the_corpus_lacks_stays() -> None:
    assert _mended("is it an infection?") == "is it an infection?"


def test_a_common_form_of_a_word_that_the_corpus_has_becomes_that_word() -> None:
    assert _mended("two clients") == "two client"


def test_what_stands_between_the_words_stays_where_a_slip_is_mended() -> None:
    assert _mended("Late injecton? For a wooman!") == "late injection? for a woman!"

import pytest

from kmqa import text
from kmqa.index.script_bridge import ScriptBridge, has_letter_digit

ARABIC = ["حامل عندها نزيف كثير", "ولدت والنزيف لا يقف", "صداع شديد بعد الحقنة"]
URDU = ["حاملہ کو خون آ رہا ہے", "پہلے بچہ کا ہاتھ باہر آیا", "hamla ko khoon aa raha hai"]


@pytest.fixture
def bridge() -> ScriptBridge:
    texts = [*(("ar", one) for one in ARABIC), *(("ur", one) for one in URDU), ("en", "bleeding")]
    return ScriptBridge([(language, text.words(one)) for language, one in texts])


@pytest.mark.parametrize(
    ("typed", "language", "expected"),
    [
        ("7amel w 3andaha nazif", "ar", "حامل و عندها نزيف"),
        ("el nazif ba3d el 7o2na", "ar", "نزيف بعد حقنة"),
        ("hamel we nazeef kteer", "ar", "حامل و نزيف كثير"),
        ("soda3 shedid", "ar", "صداع شديد"),
        ("hamla ko khun", "ur", "حاملہ ko خون"),
        ("bacha ka hath bahar", "ur", "بچہ ka ہاتھ باہر"),
    ],
)
def test_what_is_typed_in_latin_letters_becomes_the_words_of_the_corpus(
    bridge: ScriptBridge, typed: str, language: str, expected: str
) -> None:
    assert bridge.bridge(typed, language) == text.normalise(expected)


@pytest.mark.parametrize(
    ("message", "language"),
    [
        ("she is very well today", "ar"),  # too few words that Arabic could be
        ("حامل", "ar"),  # in that script already
        ("bleeding", "en"),  # a language of Latin letters
        ("7amel", "sw"),  # one without wordings
        ("", "ar"),
    ],
)
def test_other_messages_stay_as_they_are(bridge: ScriptBridge, message: str, language: str) -> None:
    assert bridge.bridge(message, language) is None


def test_a_language_that_the_corpus_writes_in_latin_letters_too_needs_no_bridge(
    bridge: ScriptBridge,
) -> None:
    assert bridge.is_needed("ar")
    assert not bridge.is_needed("ur")
    assert not bridge.is_needed("en")


@pytest.mark.parametrize("word", ["7amel", "ba3d", "3andaha", "met2akhara", "5od", "da8t"])
def test_digits_stand_for_letters_of_arabic(word: str) -> None:
    assert has_letter_digit(word, "235789")


@pytest.mark.parametrize("word", ["3rd", "5days", "2moro", "7", "wk3", "3meses", "7jours", "nazif"])
def test_numbers_with_units_are_no_letters(word: str) -> None:
    assert not has_letter_digit(word, "235789")


def test_no_digit_is_a_letter_where_the_language_has_none() -> None:
    assert not has_letter_digit("7amel", "")

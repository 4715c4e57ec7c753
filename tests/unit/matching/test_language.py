import pytest

from kmqa.matching import language

LANGUAGES = ("en", "es", "fr", "ur", "sw", "hi", "pt", "ar")
PLAIN = language.Guesser(LANGUAGES, [])


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("دو گولی بھول گئی اب کیا کرے", "ur"),
        ("نسيت حبة منع الحمل", "ar"),
        ("गोली खाना भूल गई", "hi"),
        ("¿cuánto tiempo dura el implante?", "es"),
        ("elle a oublié deux pilules cette semaine", "fr"),
        ("wiki sita baada ya kujifungua atumie njia gani", "sw"),
        ("quantos dias depois posso tomar a pílula", "pt"),
        ("when can she start the combined pill", "en"),
    ],
)
def test_a_plain_question_is_recognised_and_sure(message: str, expected: str) -> None:
    guess = PLAIN.guess(message)

    assert (guess.language, guess.is_sure) == (expected, True)


@pytest.mark.parametrize("message", ["pill", "depo 3 wks late", "?", "", "12345"])
def test_a_few_words_never_decide_the_language_of_a_reply(message: str) -> None:
    assert not PLAIN.guess(message).is_sure


@pytest.mark.parametrize("message", ["elle a oublié deux pilules", "گولی بھول گئی", "गोली"])
def test_only_languages_of_the_corpus_are_guessed(message: str) -> None:
    assert language.Guesser(("en", "sw"), []).guess(message).language in {"en", "sw"}


def test_arabic_letters_are_urdu_where_the_corpus_has_no_arabic() -> None:
    assert language.Guesser(("en", "ur"), []).guess("نسيت حبة").language == "ur"


@pytest.mark.parametrize(
    "message",
    [
        "she has a question on the ring",
        "donde puedo ir hoy",
        "se le va la regla y se asusta",
        "le mari ne veut pas",
        "mama ana watoto",
    ],
)
def test_other_latin_languages_are_not_taken_for_romanised_urdu(message: str) -> None:
    assert PLAIN.guess(message).language != "ur"


@pytest.mark.parametrize(
    "message",
    [
        "kitne din tak emergency goli kaam karti hai",
        "teeka lagwane se moti ho jaungi? haddiyan kamzor?",
        "sabse zyada asardar sadhan kaun sa h",
    ],
)
def test_romanised_urdu_is_known_without_wordings(message: str) -> None:
    guess = language.Guesser(("en", "es", "ur"), []).guess(message)

    assert (guess.language, guess.is_sure) == ("ur", True)


TOLD = [
    ("ur", "hamal rokne ka tareeqa kya hai".split()),
    ("ur", "khatoon goli khana bhool gayi".split()),
    ("hi", "garbh rokne ka upay kya hai".split()),
    ("hi", "mahila goli khana bhool gayi".split()),
    ("en", "the condom broke last night".split()),
    ("en", "she forgot two pills".split()),
    ("ar", "nesit el 7aba emta akhod".split()),
    ("ar", "انکسر الواقی".split()),
] * 20  # a few words of a language tell little


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("mahila garbh rokne ka upay", "hi"),
        ("khatoon hamal rokne ka tareeqa", "ur"),
        ("nesit akhod 7aba emta", "ar"),
        ("condom broke", "en"),
    ],
)
def test_the_words_of_the_corpus_tell_what_letters_do_not(message: str, expected: str) -> None:
    guesser = language.Guesser(("en", "ur", "hi", "ar"), TOLD)

    assert guesser.guess(message).language == expected


def test_words_in_a_script_of_their_own_say_nothing_of_latin_letters() -> None:
    """Urdu texts are full of "IUD" and "DMPA"; that makes neither an Urdu word."""
    told = [*TOLD, ("ur", ["iud", "کب", "لگایا", "جائے", "مریضہ"])]

    assert language.Guesser(LANGUAGES, told).guess("iud").language != "ur"


def test_a_corpus_of_one_language_needs_no_guess() -> None:
    guess = language.Guesser(("en",), [("en", ["pill"])]).guess("la pilule est bonne")

    assert (guess.language, guess.is_sure) == ("en", False)


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("7amel w 3andaha nazif", "ar"),
        ("el soda3 shedid ba3d el 7o2na", "ar"),
        ("el dawra met2akhara w mesh 3arfa leh", "ar"),
        ("she has 3children and took 2pills", "en"),
        ("penta3 and opv3 were given at 14weeks", "en"),
        ("hace 3meses que toma 2pastillas", "es"),
    ],
)
def test_digits_for_letters_give_arabic_away(message: str, expected: str) -> None:
    assert PLAIN.guess(message).language == expected


def test_one_word_with_a_digit_for_a_letter_only_hints_at_arabic() -> None:
    assert PLAIN.list_hinted("3ayza temshi") == ["ar"]
    assert PLAIN.list_hinted("she has 3children") == ["ar"]
    assert PLAIN.list_hinted("she has three children") == []

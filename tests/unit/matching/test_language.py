import pytest

from kmqa.matching import language

LANGUAGES = ("en", "es", "fr", "ur", "sw", "hi", "pt", "ar")


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("دو گولی بھول گئی اب کیا کرے", "ur"),
        ("نسيت حبة منع الحمل", "ar"),
        ("गोली खाना भूल गई", "hi"),
        ("kitne din tak emergency goli kaam karti hai", "ur"),
        ("teeka lagwane se moti ho jaungi? haddiyan kamzor?", "ur"),
        ("sabse zyada asardar sadhan kaun sa h", "ur"),
        ("¿cuánto tiempo dura el implante?", "es"),
        ("elle a oublié deux pilules cette semaine", "fr"),
        ("wiki sita baada ya kujifungua atumie njia gani", "sw"),
        ("quantos dias depois posso tomar a pílula", "pt"),
        ("when can she start the combined pill", "en"),
    ],
)
def test_a_plain_question_is_recognised_and_sure(message: str, expected: str) -> None:
    guess = language.guess(message, LANGUAGES)

    assert (guess.language, guess.is_sure) == (expected, True)


@pytest.mark.parametrize("message", ["pill", "depo 3 wks late", "?", "", "12345"])
def test_a_few_words_never_decide_the_language_of_a_reply(message: str) -> None:
    assert not language.guess(message, LANGUAGES).is_sure


@pytest.mark.parametrize("message", ["elle a oublié deux pilules", "گولی بھول گئی", "गोली"])
def test_only_languages_of_the_corpus_are_guessed(message: str) -> None:
    assert language.guess(message, ("en", "sw")).language in {"en", "sw"}


def test_arabic_letters_are_urdu_where_the_corpus_has_no_arabic() -> None:
    assert language.guess("نسيت حبة", ("en", "ur")).language == "ur"


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
    assert language.guess(message, LANGUAGES).language != "ur"

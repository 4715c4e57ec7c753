"""A message is small talk or an order only where every word of it belongs to a form."""

import pytest

from kmqa.lexicon import languages
from kmqa.matching import chat, sentences
from kmqa.matching.sentences import Forms

_WHO, _WHAT = ("t", "who"), ("t", "what")
_FORMS = Forms.of([(_WHO, ["my nurse", "nurse"]), (_WHAT, ["please call", "call"])])


@pytest.mark.parametrize(
    ("message", "needed", "expected"),
    [
        ("Call, my nurse!", (_WHO, _WHAT), True),
        ("call", (_WHO, _WHAT), False),
        ("call", (_WHAT,), True),
        ("call my nurse now", (_WHO, _WHAT), False),
        ("", (), False),
        ("nurse " * (sentences.MAX_WORDS + 1), (_WHO,), False),
    ],
)
def test_every_word_must_belong_to_a_form(
    message: str, needed: tuple[sentences.Role, ...], expected: bool
) -> None:
    words = sentences.fold(message)

    assert _FORMS.consists_of(words, {_WHO, _WHAT}, needed) is expected


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("nurze", "nurse"),
        ("nures", "nurse"),
        ("nurs", "nurs"),
        ("nursse", "nurse"),
        ("kall", "kal"),
    ],
)
def test_one_slip_in_a_longer_word_is_corrected(typed: str, meant: str) -> None:
    assert _FORMS.correct(sentences.fold(typed)) == (meant,)


def test_a_message_of_unknown_words_is_left_as_it_is() -> None:
    words = sentences.fold("nurze bleeds since midnight")

    assert _FORMS.correct(words) == words


@pytest.mark.parametrize(
    ("one", "other"),
    [("Olá!!", "ola"), ("shukraaan", "shukran"), ("شكراً", "شكرا"), ("नमस्ते 🙏", "नमस्ते")],
)
def test_accents_and_repeated_letters_do_not_matter(one: str, other: str) -> None:
    assert sentences.fold(one) == sentences.fold(other)


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        ("gud mrng doc", "greeting"),
        ("assalamualikum baji", "greeting"),
        ("niaje buda", "greeting"),
        ("how far oga", "greeting"),
        ("ya doctor", "greeting"),
        ("thnks alot sister 🙏🙏", "thanks"),
        ("asante thank you", "thanks"),
        ("grasias doctora", "thanks"),
        ("jazakallah khair bhai", "thanks"),
        ("good job bot", "praise"),
        ("ok thanks bye", "farewell"),
        ("khuda hafiz baji", "farewell"),
        ("noted", "agreement"),
        ("thik h didi", "agreement"),
        ("y", "agreement"),
        ("hello, who are you?", "identity"),
        ("ap kaun hain", "identity"),
        ("a quoi tu sers", "abilities"),
        ("eres una maquina?", "robot"),
        ("de onde vem esta informação", "trust"),
        ("swali langu ni siri", "confidentiality"),
        ("hii ni bure?", "cost"),
        ("you are a useless machine answer me", "anger"),
        ("tu es mariée?", "flirting"),
        ("aap ka number milega jaan", "flirting"),
    ],
)
def test_small_talk_is_known_with_slips_and_address(message: str, kind: str) -> None:
    assert chat.kind_of(message) == kind


@pytest.mark.parametrize(
    "message",
    [
        "thanks, and can she take the pill?",
        "hi, she is bleeding heavily",
        "hello doctor she has fits",
        "asante, damu nyingi inatoka",
        "gracias, está sangrando mucho",
        "السلام عليكم عندها نزيف",
        "namaste didi khoon bah raha hai",
        "are you sure she is pregnant",
        "is she married",
        "la mama esta bien",
        "baby",
        "test",
        "كيف أسأل عن العنف",
        "he calls me stupid and beats me",
        "can i have sex",
        "i love my husband but he has hiv",
    ],
)
def test_what_has_a_word_of_its_own_is_a_question(message: str) -> None:
    assert chat.kind_of(message) is None


def test_small_talk_tells_the_languages_that_it_is_in() -> None:
    assert chat.languages_of("bonjour docteur") == ("fr",)
    assert set(chat.languages_of("shukriya")) == {"hi", "ur"}
    assert chat.languages_of("can she take the pill") == ()


def test_each_form_of_small_talk_is_known_and_of_its_language() -> None:
    for code, language in languages.load().items():
        for kind, forms in language.talk.items():
            for form in forms[:6]:
                assert chat.kind_of(form) is not None, (code, kind, form)
                assert code in chat.languages_of(form), (code, kind, form)

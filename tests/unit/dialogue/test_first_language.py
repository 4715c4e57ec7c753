"""The first language: number, script, wording and the corpus's languages weighed together."""

from pathlib import Path

import pytest
from bundle_builder import make_responder
from corpus_builder import make_answer, make_corpus, make_settings
from talk import Talk

from kmqa.matching.respond import Responder

ALL = ["en", "es", "fr", "ur", "sw", "hi", "pt", "ar"]
ROMAN_HI = "kya goli khane ke baad khoon aata hai"


@pytest.fixture(scope="module")
def responder() -> Responder:
    topics = {"general": {code: code for code in ALL}}
    settings = make_settings(languages=ALL, topics=topics)
    answers = (make_answer("pill", questions={"en": ["client missed two pills"]}),)
    return make_responder(make_corpus(Path("nowhere"), settings=settings, answers=answers))


@pytest.mark.parametrize(
    ("country", "message", "language"),
    [
        ("KE", "hi", "en"),
        ("KE", "habari", "sw"),
        ("KE", "zzq", "sw"),
        ("PK", "shukriya", "ur"),
        ("IN", "shukriya", "hi"),
        ("IN", ROMAN_HI, "hi"),
        ("PK", ROMAN_HI, "ur"),
        ("KE", "السلام عليكم", "ar"),
        ("EG", "salam", "ar"),
        ("MZ", "ola", "pt"),
        ("PE", "ola", "es"),
        ("IN", "bonjour docteur", "fr"),
        (None, "hi", "en"),
        (None, "namaste didi", "hi"),
    ],
)
def test_the_country_of_the_number_is_weighed_with_the_words(
    responder: Responder, country: str | None, message: str, language: str
) -> None:
    talk = Talk(responder, country=country)
    talk.say(message)

    assert talk.state.spoken == language


def test_who_wrote_too_little_to_tell_chooses_among_names(responder: Responder) -> None:
    [welcome] = Talk(responder, country="KE").say("hi")

    assert {option.id for option in welcome.options} == {
        f"set:language:{code}:".rstrip(":") for code in ALL
    }
    assert "Kiswahili" in welcome.text


def test_whose_language_is_plain_is_asked_whether_it_is_right(responder: Responder) -> None:
    [welcome] = Talk(responder, country="KE").say("bonjour docteur")

    assert [option.id for option in welcome.options] == ["set:language:fr", "ask:language:0"]


def test_mixed_hindi_and_urdu_talk_stays_in_one_script(responder: Responder) -> None:
    talk = Talk(responder, country="IN")
    talk.say("namaste")
    for message in (ROMAN_HI, "shukriya", "mahwari nahi aayi kya karen", "khuda hafiz"):
        talk.say(message)
        assert talk.state.spoken == "hi"


@pytest.mark.parametrize(("country", "stops"), [("KE", True), ("IN", False), ("PK", False)])
def test_a_word_that_stops_in_swahili_agrees_in_urdu_and_hindi(
    responder: Responder, country: str, stops: bool
) -> None:
    talk = Talk(responder, country=country)
    talk.say("acha")

    assert talk.state.opted_out is stops


def test_what_the_welcome_does_not_say_is_answered_before_it(responder: Responder) -> None:
    robot, _ = Talk(responder).say("are you a doctor?")

    assert "program" in robot.text

"""What people type when they are asked for their profile."""

from pathlib import Path

import pytest
from bundle_builder import make_responder
from corpus_builder import make_answer, make_corpus, make_phrases, make_settings, make_urgent
from talk import Talk

from kmqa.records import Profile

SAID = make_phrases("en")
DANGER = "she is bleeding heavily after birth"


@pytest.fixture(scope="module")
def asked() -> Talk:
    settings = make_settings(
        languages=["en", "fr"],
        age_groups=["under-20", "20-34", "35-plus"],
        genders=["female", "male"],
        labels={
            "nurse": {"en": "Nurse or midwife", "fr": "Infirmier, sage-femme"},
            "KE": {"en": "Kenya", "sw": "Kenya", "ar": "كينيا"},
            "IN": {"en": "India", "ur": "بھارت"},
            "female": {"en": "Female", "hi": "महिला"},
        },
        forms={
            "nurse": {"en": ["nurse", DANGER], "fr": ["infirmière"], "ur": ["نرس"]},
            "IN": {"ur": ["انڈیا"]},
            "fr": {"en": ["French"], "es": ["francés"]},
        },
    )
    signs = (make_urgent(examples={"en": [DANGER]}, text={"en": "Go now."}),)
    corpus = make_corpus(
        Path("nowhere"), settings=settings, answers=(make_answer("one"),), urgent=signs
    )
    return Talk(make_responder(corpus)).known()


def _after(asked: Talk, field: str, message: str) -> Talk:
    """The conversation in which `message` is typed when `field` has just been asked for."""
    talk = Talk(asked.responder).known()
    talk.tap_id(f"ask:{field}:0")
    talk.say(message)
    return talk


@pytest.mark.parametrize(
    ("field", "message", "value"),
    [
        ("country", "Kenya", "KE"),
        ("country", "i'm from KENYA.", "KE"),
        ("country", "كينيا", "KE"),
        ("country", "انڈیا", "IN"),
        ("country", "بھارت", "IN"),
        ("role", "nurse", "nurse"),
        ("role", "I’m a nurse", "nurse"),
        ("role", "Nurse or midwife", "nurse"),
        ("role", "je suis infirmière", "nurse"),
        ("role", "Je suis une infirmiere", "nurse"),
        ("role", "میں نرس ہوں", "nurse"),
        ("role", "chw", "chw"),
        ("age_group", "19", "under-20"),
        ("age_group", "20", "20-34"),
        ("age_group", "I am 34 years old", "20-34"),
        ("age_group", "j'ai 25 ans", "20-34"),
        ("age_group", "میری عمر ۲۵ سال ہے", "20-34"),
        ("age_group", "35", "35-plus"),
        ("age_group", "2", "20-34"),  # the second line
        ("gender", "female", "female"),
        ("gender", "महिला", "female"),
        ("language", "français", "fr"),
        ("language", "frances", "fr"),
        ("language", "French please", "fr"),
    ],
)
def test_a_value_is_understood_when_it_has_just_been_asked_for(
    asked: Talk, field: str, message: str, value: str
) -> None:
    talk = _after(asked, field, message)

    assert getattr(talk.state.profile, field) == value
    assert not talk.last.replies


@pytest.mark.parametrize(
    ("field", "message"),
    [
        ("country", "Uganda"),
        ("country", "nurse"),
        ("country", "is there a clinic in Kenya"),
        ("role", "nurse?"),
        ("role", "can a nurse give the injection"),
        ("role", "I am not a nurse"),
        ("role", "I am a"),
        ("age_group", "25 weeks"),
        ("age_group", "7"),
        ("age_group", "between 20 and 25"),
        ("gender", "can a female take it"),
    ],
)
def test_whatever_is_not_clearly_a_value_is_a_question(
    asked: Talk, field: str, message: str
) -> None:
    talk = _after(asked, field, message)

    assert talk.state.profile == Profile()
    assert len(talk.last.replies) == 1


def test_a_value_that_nobody_asked_for_is_a_question(asked: Talk) -> None:
    talk = Talk(asked.responder).known()

    talk.say("Kenya")

    assert talk.state.profile == Profile()
    assert len(talk.last.replies) == 1


def test_after_another_reply_a_value_is_a_question_again(asked: Talk) -> None:
    talk = _after(asked, "country", "what is a pill")

    talk.say("Kenya")

    assert talk.state.profile == Profile()


def test_a_danger_sign_goes_before_a_value(asked: Talk) -> None:
    talk = _after(asked, "role", DANGER)

    assert talk.last.outgoing[0].text.startswith("Go now.")
    assert talk.state.profile == Profile()


def test_the_first_contact_can_be_typed_from_end_to_end(asked: Talk) -> None:
    talk = Talk(asked.responder)
    talk.say("hello")
    [role] = talk.say("yes")
    [country] = talk.say("skip")
    [ready] = talk.say("I live in Kenya")

    assert role.text.startswith(SAID["ask_role"])
    assert country.text.startswith(SAID["ask_country"])
    assert ready.text == SAID["ready"]
    assert talk.state.profile == Profile(language="en", country="KE")


def test_another_language_can_be_named_at_the_welcome(asked: Talk) -> None:
    talk = Talk(asked.responder)
    talk.say("hello")

    talk.say("Français")

    assert talk.state.profile.language == "fr"

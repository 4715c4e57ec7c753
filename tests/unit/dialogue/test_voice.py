"""What was heard in a voice message is a guess: shown, confirmed, and only then answered."""

from dataclasses import replace

import pytest
from corpus_builder import make_phrases
from talk import Talk
from talk_responder import DANGER, DEPO, make_talk_responder

from kmqa.dialogue import events
from kmqa.dialogue.state import State, Transcript, restore, serialise, without_topic
from kmqa.dialogue.step import UserMessage
from kmqa.messages import Outgoing

SAID, FRENCH = make_phrases("en"), make_phrases("fr")


@pytest.fixture
def talk() -> Talk:
    return Talk(make_talk_responder()).known()


def _say(talk: Talk, heard: str | None) -> list[Outgoing]:
    return talk.hear(UserMessage(kind="voice", text=None, transcript=heard))


def test_what_was_heard_is_shown_and_not_answered(talk: Talk) -> None:
    [asked] = _say(talk, DEPO)

    assert asked.text == f"{SAID['voice_heard']}\n\n{DEPO}"
    assert [option.title for option in asked.options] == [SAID["button_yes"], SAID["button_no"]]
    assert talk.last.events == ()


@pytest.mark.parametrize("confirm", ["tap", "1", "yes", "Oui!"])
def test_confirmed_words_are_answered_as_if_they_were_typed(talk: Talk, confirm: str) -> None:
    _say(talk, DEPO)

    [answer] = talk.tap(SAID["button_yes"]) if confirm == "tap" else talk.say(confirm)

    assert answer.text.startswith("Inject up to 4 weeks late.")
    [asked] = talk.last.events
    assert isinstance(asked, events.Asked)
    assert asked.question == DEPO
    assert talk.state.transcripts == ()


@pytest.mark.parametrize("refuse", ["tap", "2", "no", "non"])
def test_after_a_no_it_is_asked_for_again(talk: Talk, refuse: str) -> None:
    _say(talk, DEPO)

    said = talk.tap(SAID["button_no"]) if refuse == "tap" else talk.say(refuse)

    assert [one.text for one in said] == [SAID["voice_again"]]
    assert talk.state.transcripts == ()
    assert talk.last.events == ()


def test_a_danger_sign_is_answered_at_once(talk: Talk) -> None:
    [urgent] = _say(talk, DANGER)

    assert urgent.text.startswith("Go now.")
    assert urgent.purpose == "danger"
    assert events.HandedOver(cause="urgent", message=DANGER) in talk.last.events
    assert talk.state.transcripts == ()


def test_a_danger_sign_is_answered_also_after_stop_and_nothing_else(talk: Talk) -> None:
    talk.say("stop")

    assert _say(talk, DEPO) == []
    assert _say(talk, "") == []
    assert _say(talk, DANGER)[0].text.startswith("Go now.")


@pytest.mark.parametrize("order", ["stop", "delete my data", "menu"])
def test_an_order_that_was_only_heard_is_obeyed_once_it_is_confirmed(
    talk: Talk, order: str
) -> None:
    [asked] = _say(talk, order)
    assert asked.text.endswith(order)
    assert not talk.state.opted_out

    [done] = talk.tap(SAID["button_yes"])

    phrase = {"stop": "stopped", "delete my data": "deleted", "menu": "topics_intro"}[order]
    assert done.text.startswith(SAID[phrase])


def test_a_number_that_was_heard_means_what_numbers_meant_before_the_question(talk: Talk) -> None:
    talk.say("menu")
    _say(talk, "1")

    [questions] = talk.tap(SAID["button_yes"])

    assert questions.text.startswith("General.")


def test_nothing_heard_is_said_to_be_nothing(talk: Talk) -> None:
    assert [one.text for one in _say(talk, "")] == [SAID["voice_unheard"]]


def test_where_nobody_listens_it_is_said_as_ever(talk: Talk) -> None:
    assert [one.text for one in _say(talk, None)] == [SAID["got_voice"]]


def test_the_question_is_asked_in_the_language_of_the_person(talk: Talk) -> None:
    talk.state = replace(talk.state, profile=replace(talk.state.profile, language="fr"))

    [asked] = _say(talk, DEPO)

    assert asked.text.startswith(FRENCH["voice_heard"])


def test_of_whom_no_language_is_known_what_was_heard_tells_it(talk: Talk) -> None:
    [asked] = _say(talk, "piqûre en retard, bonjour, comment faire avec la cliente")

    assert asked.text.startswith(FRENCH["voice_heard"])


def test_each_button_means_its_own_voice_message(talk: Talk) -> None:
    """Two came before anybody tapped: neither is lost, and none is taken for the other."""
    [first] = _say(talk, DEPO)
    _say(talk, "client missed two pills")

    [answer] = talk.tap_id(first.options[0].id)

    assert answer.text.startswith("Inject")
    assert [one.text for one in talk.state.transcripts] == ["client missed two pills"]


def test_a_button_of_a_message_that_is_forgotten_asks_for_it_again(talk: Talk) -> None:
    [first] = _say(talk, DEPO)
    talk.state = replace(talk.state, transcripts=())

    assert [one.text for one in talk.tap_id(first.options[0].id)] == [SAID["voice_again"]]


def test_only_the_last_three_are_remembered(talk: Talk) -> None:
    for number in range(5):
        _say(talk, f"question number {number} of them")

    assert len(talk.state.transcripts) == 3
    assert talk.state.transcripts[-1].text.startswith("question number 4")


def test_who_types_something_else_is_answered_and_yes_comes_too_late(talk: Talk) -> None:
    _say(talk, DEPO)
    [answer] = talk.say("client missed two pills")

    assert answer.text.startswith("This is the approved text about pill missed.")
    assert not talk.say("yes")[0].text.startswith("Inject")


def test_words_that_no_message_can_show_are_not_shown(talk: Talk) -> None:
    assert [one.text for one in _say(talk, "word " * 1_000)] == [SAID["too_long"]]


def test_a_danger_sign_in_a_very_long_one_is_answered(talk: Talk) -> None:
    assert _say(talk, f"{'word ' * 800}. {DANGER}")[0].text.startswith("Go now.")


def test_who_waits_for_a_person_has_what_was_heard_passed_on(talk: Talk) -> None:
    talk.say("person")
    _say(talk, "where are you")
    talk.tap(SAID["button_yes"])

    assert talk.last.outgoing == ()
    assert talk.last.events == (events.StaffMessage(message="where are you"),)


def test_a_comment_can_be_spoken(talk: Talk) -> None:
    talk.tap_id("comment:depo-late")
    _say(talk, "too long")
    [thanks] = talk.tap(SAID["button_yes"])

    assert thanks.text == SAID["comment_thanks"]


def test_what_was_heard_is_remembered_in_the_state_and_for_no_longer_than_questions() -> None:
    state = State(transcripts=(Transcript(text=DEPO, offered=("menu:0",)),))

    assert restore(serialise(state), opted_out=False) == state
    assert restore(without_topic(serialise(state)), opted_out=False).transcripts == ()


def test_a_bundle_from_before_the_phrases_says_what_it_said(talk: Talk) -> None:
    contents = talk.responder.bundle.contents
    older = {name: text for name, text in contents.phrases["en"].items() if "voice_" not in name}
    older["got_voice"] = SAID["got_voice"]
    made = replace(contents, phrases={**contents.phrases, "en": older})
    talk.responder.bundle = replace(talk.responder.bundle, contents=made)

    assert [one.text for one in _say(talk, DEPO)] == [SAID["got_voice"]]

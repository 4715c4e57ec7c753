"""What is said in a group, and that nothing said there touches what is known of a person."""

import pytest
from corpus_builder import make_phrases
from talk import Talk
from talk_responder import DANGER, DEPO, make_talk_responder

from kmqa.dialogue.step import UserMessage

SAID = make_phrases("en")


@pytest.fixture
def group() -> Talk:
    return Talk(make_talk_responder())


def _say(group: Talk, text: str | None) -> list[str]:
    message = UserMessage(kind="group", text=text)
    return [one.text for one in group.hear(message)]


@pytest.mark.parametrize("text", [DEPO, "stop", "delete my data", "hello", "1", None])
def test_a_group_is_told_once_that_the_bot_talks_to_one_person(
    group: Talk, text: str | None
) -> None:
    assert _say(group, text) == [SAID["got_group"]]
    group.now += 3 * 86_400
    assert _say(group, text) == []


@pytest.mark.parametrize("text", [DEPO, "stop", "delete my data", "person", "menu"])
def test_nothing_said_in_a_group_has_a_consequence(group: Talk, text: str) -> None:
    _say(group, text)

    assert group.last.events == ()
    assert not group.state.opted_out
    assert not group.state.welcomed
    assert group.state.topic is None


def test_a_danger_sign_in_a_group_is_answered_there_each_time(group: Talk) -> None:
    _say(group, DEPO)

    assert _say(group, DANGER)[0].startswith("Go now.")
    assert _say(group, DANGER)[0].startswith("Go now.")
    assert group.last.outgoing[0].purpose == "danger"
    assert group.last.outgoing[0].options == ()
    assert group.last.events == ()


def test_a_group_is_told_in_its_language(group: Talk) -> None:
    [said] = _say(group, "piqûre en retard, bonjour, comment faire avec la cliente")

    assert said == make_phrases("fr")["got_group"]

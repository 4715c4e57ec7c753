"""A feature is one class in the registry: begun, interrupted, taken up again, dropped."""

from dataclasses import replace
from pathlib import Path

import pytest
from bundle_builder import make_responder
from corpus_builder import make_answer, make_corpus, make_settings, make_urgent
from talk import Talk
from toy_flow import ASKS, BEGIN, DONE, ENDED, GO_ON, RESUME, Toy, flows_with

from kmqa.dialogue.state import FlowState, restore, serialise
from kmqa.matching.respond import Responder

DEPO = "depo client three weeks late"
DANGER = "she is bleeding heavily after birth"
HOURS = {"days": [1, 2, 3, 4, 5], "opens": "08:00", "closes": "17:00", "zone": "UTC"}


@pytest.fixture(scope="module")
def responder() -> Responder:
    corpus = make_corpus(
        Path("nowhere"),
        settings=make_settings(office_hours={"default": HOURS}),
        answers=(
            make_answer("depo-late", questions={"en": [DEPO]}, text={"en": "Inject."}),
            make_answer("pill-missed", questions={"en": ["client missed two pills"]}),
        ),
        urgent=(make_urgent(examples={"en": [DANGER]}, text={"en": "Go now."}),),
    )
    return make_responder(corpus)


@pytest.fixture
def toy() -> Toy:
    return Toy()


@pytest.fixture
def talk(responder: Responder, toy: Toy) -> Talk:
    """Somebody who has just been asked the first question of the flow."""
    talk = Talk(responder, flows=flows_with(toy)).known()
    talk.tap_id(BEGIN)
    return talk


def _texts(talk: Talk) -> list[str]:
    return [message.text.partition("\n")[0] for message in talk.last.outgoing]


def test_a_flow_goes_from_its_first_question_to_its_end(talk: Talk) -> None:
    assert _texts(talk) == [ASKS["first"]]

    talk.say("1")
    assert _texts(talk) == [ASKS["second"]]
    assert talk.state.flow == FlowState(
        name="toy", step="second", values={"of": "v1", "first": "yes"}
    )

    talk.say("no")
    assert _texts(talk) == [DONE]
    assert talk.state.flow is None


def test_a_question_interrupts_a_flow_which_then_says_where_it_stands(talk: Talk) -> None:
    talk.say("yes")
    talk.say(DEPO)

    assert _texts(talk) == ["Inject.", RESUME.format(2)]
    talk.tap(GO_ON)
    assert _texts(talk) == [ASKS["second"]]


def test_a_danger_sign_interrupts_a_flow_and_comes_first(talk: Talk) -> None:
    talk.say("yes", DANGER)

    assert _texts(talk) == ["Go now.", ASKS["second"], RESUME.format(2)]
    assert [message.purpose for message in talk.last.outgoing] == ["danger", "survey", "survey"]


def test_stop_silences_a_flow_and_start_takes_it_up(talk: Talk) -> None:
    talk.say("stop")
    assert len(talk.last.outgoing) == 1

    assert talk.say("yes") == []
    assert talk.tap_id("flow:toy:yes") == []
    [danger] = talk.say(DANGER)
    assert danger.text.startswith("Go now.")

    talk.say("start")
    assert _texts(talk)[1:] == [RESUME.format(1)]


def test_who_goes_on_at_once_is_not_told_where_they_stand(talk: Talk) -> None:
    talk.say(DEPO, "yes")

    assert _texts(talk) == ["Inject.", ASKS["second"]]


def test_a_hand_over_and_a_comment_cover_a_flow_and_leave_it_as_it_was(talk: Talk) -> None:
    place = talk.state.flow
    talk.tap_id("comment:depo-late")
    talk.say("yes")
    talk.say("person")
    talk.say("yes")
    talk.say("menu")

    assert talk.state.flow == place
    talk.say(DEPO)
    assert _texts(talk) == ["Inject.", RESUME.format(1)]


def test_the_menu_can_be_used_in_the_midst_of_a_flow(talk: Talk) -> None:
    """A list is not followed by another thing to tap; the answer that is picked from it is."""
    talk.say("menu")
    assert len(talk.last.outgoing) == 1

    talk.tap_id("answer:depo-late")
    assert _texts(talk) == ["Inject.", RESUME.format(1)]


def test_numbers_go_on_after_those_of_the_reply_for_who_sees_text_alone(talk: Talk) -> None:
    talk.state = replace(talk.state, low_data=True)
    _, where = talk.say(DEPO)

    assert where.text.endswith(f"4. {GO_ON}")
    talk.say("4")
    assert _texts(talk) == [ASKS["first"]]


@pytest.mark.parametrize("sheet", ["v2", "withdrawn"])
@pytest.mark.parametrize("say", ["yes", DEPO])
def test_a_flow_whose_content_changed_is_dropped_and_said_so_once(
    talk: Talk, toy: Toy, sheet: str, say: str
) -> None:
    toy.sheet = sheet
    talk.say(say)

    assert _texts(talk)[-1] == ENDED
    assert talk.state.flow is None
    talk.say(say)
    assert ENDED not in _texts(talk)


def test_a_danger_sign_goes_before_the_news_that_a_flow_was_dropped(talk: Talk, toy: Toy) -> None:
    toy.sheet = "v2"
    talk.say(DANGER)

    assert _texts(talk) == ["Go now.", ENDED]


def test_a_flow_that_nobody_knows_any_longer_is_forgotten(talk: Talk) -> None:
    """As after the service went back to a version without it."""
    talk.flows = talk.flows[1:]
    talk.say(DEPO)

    assert _texts(talk) == ["Inject."]
    assert talk.state.flow is None


def test_a_button_of_a_flow_that_has_ended_leads_to_the_menu(talk: Talk) -> None:
    talk.say("yes", "yes")
    [topics] = talk.tap_id("flow:toy:yes")

    assert topics.options[0].id.startswith("topic:")


def test_the_place_in_a_flow_is_kept_with_the_state(talk: Talk) -> None:
    assert restore(serialise(talk.state), opted_out=False) == talk.state


def test_delete_my_data_forgets_the_place_in_a_flow(talk: Talk) -> None:
    talk.say("yes")
    talk.say("delete my data")

    assert talk.state.flow is None

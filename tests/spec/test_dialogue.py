"""The rules of the dialogue, one row each: what somebody is in, what comes, what goes out.

Read across: in this state, to this message, these are sent, and then the person is here. The
stages are tried from the top of the table downwards; the first that answers is the only one.
"""

from pathlib import Path

import pytest
from bundle_builder import make_responder
from corpus_builder import make_answer, make_corpus, make_phrases, make_settings, make_urgent
from talk import Talk
from toy_flow import ASKS, BEGIN, DONE, RESUME, Toy, flows_with

DEPO = "depo client three weeks late"
DANGER = "she is bleeding heavily after birth"
ANSWER, URGENT, NOTHING = "Inject.", "Go now.", ()
SAID = make_phrases("en")
WORDS = {text: f"<{name}>" for name, text in SAID.items()}
HOURS = {"days": [1, 2, 3, 4, 5], "opens": "08:00", "closes": "17:00", "zone": "UTC"}
RESPONDER = make_responder(
    make_corpus(
        Path("nowhere"),
        settings=make_settings(
            labels={"chw": {"en": "Community worker"}}, office_hours={"default": HOURS}
        ),
        answers=(make_answer("depo-late", questions={"en": [DEPO]}, text={"en": ANSWER}),),
        urgent=(make_urgent(examples={"en": [DANGER]}, text={"en": URGENT}),),
    )
)

# How somebody came to be where they are; "first-contact" has never written before.
STATES: dict[str, tuple[str, ...]] = {
    "nothing": (),
    "stopped": ("stop",),
    "with-a-person": ("person",),
    "at-a-list": ("menu",),
    "asked-for-role": ("tap ask:role:0",),
    "asked-for-comment": ("tap comment:depo-late",),
    "in-a-flow": (f"tap {BEGIN}",),
    "in-a-flow, stopped": (f"tap {BEGIN}", "stop"),
    "in-a-flow, with-a-person": (f"tap {BEGIN}", "person"),
    "first-contact": (),
    "onboarding": ("hello",),
}
GENERAL = "General. Which question? Tap it, or type its number."
WHERE = RESUME.format(1)

# fmt: off
ROWS = [
    # 1. A danger sign, whatever somebody is in.
    ("nothing",                  DANGER,            (URGENT,),                "nothing"),
    ("stopped",                  DANGER,            (URGENT,),                "stopped"),
    ("with-a-person",            DANGER,            (URGENT,),                "with-a-person"),
    ("at-a-list",                DANGER,            (URGENT,),                "nothing"),
    ("asked-for-role",           DANGER,            (URGENT,),                "nothing"),
    ("asked-for-comment",        DANGER,            (URGENT,),                "nothing"),
    ("in-a-flow",                DANGER,            (URGENT, WHERE),          "in-a-flow"),
    ("in-a-flow, stopped",       DANGER,            (URGENT,),                "in-a-flow, stopped"),
    ("in-a-flow, with-a-person", DANGER,            (URGENT,),                "in-a-flow, with-a-person"),
    # Alone on the screen: the notice and the question of language come with the next message.
    ("first-contact",            DANGER,            (URGENT,),                "first-contact"),
    ("onboarding",               DANGER,            (URGENT,),                "onboarding"),
    # 2. Commands that are obeyed in every state.
    ("nothing",                  "stop",            ("<stopped>",),           "stopped"),
    ("with-a-person",            "stop",            ("<stopped>",),           "stopped"),
    ("in-a-flow",                "stop",            ("<stopped>",),           "in-a-flow, stopped"),
    ("onboarding",               "stop",            ("<stopped>",),           "stopped"),
    ("stopped",                  "start",           ("<started>",),           "nothing"),
    ("in-a-flow, stopped",       "start",           ("<started>", WHERE),     "in-a-flow"),
    ("in-a-flow",                "delete my data",  ("<deleted>",),           "first-contact"),
    ("with-a-person",            "delete my data",  ("<deleted>",),           "first-contact"),
    # 3. After stop nothing else is said.
    ("stopped",                  DEPO,              NOTHING,                  "stopped"),
    ("stopped",                  "menu",            NOTHING,                  "stopped"),
    ("stopped",                  "tap menu:0",      NOTHING,                  "stopped"),
    ("stopped",                  "voice",           NOTHING,                  "stopped"),
    ("in-a-flow, stopped",       "yes",             NOTHING,                  "in-a-flow, stopped"),
    # 4. Other commands, which go before the flow; the menu calls the bot back from a person.
    ("nothing",                  "help",            ("<help>",),              "nothing"),
    ("asked-for-comment",        "help",            ("<help>",),              "nothing"),
    ("in-a-flow",                "help",            ("<help>",),              "in-a-flow"),
    ("in-a-flow",                "menu",            ("<topics_intro>",),      "in-a-flow"),
    ("in-a-flow",                "person",          ("<person_noted>",),      "in-a-flow, with-a-person"),
    ("nothing",                  "person",          ("<person_noted>",),      "with-a-person"),
    ("with-a-person",            "menu",            ("<topics_intro>",),      "nothing"),
    ("in-a-flow, with-a-person", "menu",            ("<topics_intro>",),      "in-a-flow"),
    # 5. The flow that somebody is in.
    ("with-a-person",            "help",            NOTHING,                  "with-a-person"),
    ("with-a-person",            DEPO,              NOTHING,                  "with-a-person"),
    ("with-a-person",            "voice",           ("<got_voice>",),         "with-a-person"),
    ("asked-for-comment",        DEPO,              ("<comment_thanks>",),    "nothing"),
    ("asked-for-comment",        "voice",           ("<got_voice>",),         "asked-for-comment"),
    ("onboarding",               "yes",             ("<ask_role>",),          "onboarding"),
    ("onboarding",               DEPO,              (ANSWER,),                "onboarding"),
    ("in-a-flow",                "yes",             (ASKS["second"],),        "in-a-flow"),
    ("in-a-flow",                "2",               (ASKS["second"],),        "in-a-flow"),
    ("in-a-flow",                "voice",           ("<got_voice>",),         "in-a-flow"),
    # 6. Flows that start on the message.
    ("nothing",                  f"tap {BEGIN}",    (ASKS["first"],),         "in-a-flow"),
    ("onboarding",               f"tap {BEGIN}",    (ASKS["first"],),         "in-a-flow"),
    ("asked-for-role",           "I am a community worker", ("<saved>",),      "nothing"),
    ("asked-for-role",           "1",               ("<saved>",),             "nothing"),
    ("at-a-list",                "1",               (GENERAL,),               "nothing"),
    ("nothing",                  "tap comment:x",   ("<ask_comment>",),       "asked-for-comment"),
    # 7. Else it is a question.
    ("nothing",                  DEPO,              (ANSWER,),                "nothing"),
    ("at-a-list",                DEPO,              (ANSWER,),                "nothing"),
    ("asked-for-role",           DEPO,              (ANSWER,),                "nothing"),
    ("in-a-flow",                DEPO,              (ANSWER, WHERE),          "in-a-flow"),
    ("first-contact",            DEPO,              (ANSWER, "<welcome>"),    "onboarding"),
    ("first-contact",            "hello",           ("<welcome>",),           "onboarding"),
    ("nothing",                  "hello",           ("<greeting>",),          "nothing"),
    ("nothing",                  "voice",           ("<got_voice>",),         "nothing"),
]
# fmt: on


@pytest.mark.parametrize(("state", "message", "sent", "after"), ROWS)
def test_each_state_and_message_has_one_outcome(
    state: str, message: str, sent: tuple[str, ...], after: str
) -> None:
    talk = _talk_in(state)

    _send(talk, message)

    assert tuple(_short(one.text) for one in talk.last.outgoing) == sent
    assert _place_of(talk) == after


def test_a_flow_that_has_ended_leaves_nothing_behind() -> None:
    talk = _talk_in("in-a-flow")
    _send(talk, "yes")

    _send(talk, "no")

    assert [one.text for one in talk.last.outgoing] == [DONE]
    assert _place_of(talk) == "nothing"


def _talk_in(state: str) -> Talk:
    talk = Talk(RESPONDER, flows=flows_with(Toy()))
    if state not in {"first-contact", "onboarding"}:
        talk = talk.known()
    for message in STATES[state]:
        _send(talk, message)
    return talk


def _send(talk: Talk, message: str) -> None:
    if message.startswith("tap "):
        talk.tap_id(message.removeprefix("tap "))
    elif message == "voice":
        talk.send("voice")
    else:
        talk.say(message)


def _short(text: str) -> str:
    """The first paragraph of a message: a fixed phrase by its name, an answer by its words."""
    first = text.partition("\n")[0]
    return WORDS.get(first, first)


def _place_of(talk: Talk) -> str:
    state = talk.state
    if not state.welcomed and not state.opted_out:
        return "first-contact"
    places = []
    if state.flow is not None:
        places.append("onboarding" if state.is_new else "in-a-flow")
    if state.opted_out:
        places = [one for one in places if one != "onboarding"] + ["stopped"]
    if state.handed_over_at is not None:
        places.append("with-a-person")
    if state.comments_on:
        places.append("asked-for-comment")
    return ", ".join(places) or "nothing"

"""Whatever flow somebody is in, and whatever they did before: danger first, silence after stop."""

from functools import lru_cache
from pathlib import Path

from bundle_builder import make_responder
from corpus_builder import make_answer, make_corpus, make_settings, make_urgent
from hypothesis import given, settings
from hypothesis import strategies as st
from talk import Talk
from toy_flow import BEGIN, Toy, flows_with

from kmqa.dialogue import choices
from kmqa.dialogue.classify import ALWAYS_OBEYED, classify
from kmqa.dialogue.state import State, restore, serialise
from kmqa.dialogue.step import UserMessage
from kmqa.lexicon import languages
from kmqa.matching.respond import Responder
from kmqa.messages import Outgoing

DEPO = "depo client three weeks late"
DANGER = "she is bleeding heavily after birth"
HIDING = "is spotting normal in the first months of an implant and does it go away by itself"
URGENT = "Go now."
HOURS = {"days": [1, 2, 3, 4, 5], "opens": "08:00", "closes": "17:00", "zone": "UTC"}


@lru_cache(maxsize=1)
def _responder() -> Responder:
    corpus = make_corpus(
        Path("nowhere"),
        settings=make_settings(
            languages=["en", "fr"], genders=["female"], office_hours={"default": HOURS}
        ),
        answers=(
            make_answer("depo-late", questions={"en": [DEPO]}, related=["pill-missed"]),
            make_answer("pill-missed", questions={"en": ["client missed two pills"]}),
        ),
        urgent=(
            make_urgent(examples={"en": [DANGER]}, text={"en": URGENT}, related=["depo-late"]),
        ),
    )
    return make_responder(corpus)


COMMANDS = st.sampled_from(
    [
        form
        for code, language in languages.load().items()
        if code in {"en", "fr", "sw"}
        for forms in language.commands.values()
        for form in forms
    ]
)
TEXTS = st.one_of(
    st.sampled_from([DEPO, "client missed two pills", "yes", "no", "skip", "chw", "hello",
                     "and if four weeks?", f"{DEPO}? client missed two pills?"]),
    st.integers(0, 6).map(str),
    st.text(max_size=30),
    COMMANDS,
)  # fmt: skip
TAPS = st.sampled_from(
    [BEGIN, "flow:toy:yes", "flow:toy:on", "flow:gone:x", "menu:0", "topic:general:0",
     "ask:role:0", "set:role:chw", "set:low_data:-", "comment:depo-late", "no:depo-late:0", "none",
     "answer:depo-late", "more:depo-late", "doc:handbook", "go:person", "go:back", "x"]
)  # fmt: skip
STEPS = st.one_of(
    TEXTS.map(lambda text: UserMessage(kind="text", text=text)),
    TAPS.map(lambda tap: UserMessage(kind="choice", text="x", choice=tap)),
    st.sampled_from(["voice", "image", "location", "edited", "reaction"]).map(
        lambda kind: UserMessage(kind=kind, text=None)  # type: ignore[arg-type]  # all are kinds
    ),
    st.sampled_from([60.0, 1_900.0, 15_000.0]),  # seconds that pass
    st.sampled_from(["v1", "v2"]),  # the content of the toy flow
)


def _dangers(before: str) -> list[UserMessage]:
    burst = (before, DANGER)
    return [
        UserMessage(kind="text", text=DANGER),
        UserMessage(kind="text", text=f"{HIDING}? {DANGER}?"),
        UserMessage(kind="text", text="\n".join(burst), pieces=burst),
        UserMessage(kind="choice", text=DANGER, choice="a button of a template"),
    ]


def _talk(steps: list[object]) -> Talk:
    """The conversation of somebody who wrote `steps` from their first contact on."""
    toy = Toy()
    talk = Talk(_responder(), flows=flows_with(toy))
    for step in steps:
        if isinstance(step, float):
            talk.now += step
        elif isinstance(step, str):
            toy.sheet = step
        else:
            _check_step(talk, step)
    return talk


def _check_step(talk: Talk, message: UserMessage) -> None:
    before = talk.state
    event = classify(before, message, talk.context)
    sent = talk.hear(message)
    assert restore(serialise(talk.state), opted_out=talk.state.opted_out) == talk.state
    assert all(choices.parse_id(option.id) for one in sent for option in one.options)
    if before.opted_out and event.command not in ALWAYS_OBEYED:
        assert not sent


@settings(max_examples=150, deadline=None)
@given(steps=st.lists(STEPS, max_size=10), place=st.integers(0, 3))
def test_promise_11_a_danger_sign_is_answered_first_whatever_somebody_is_in(
    steps: list[object], place: int
) -> None:
    talk = _talk(steps)
    before = talk.state

    sent = talk.hear(_dangers("please read this")[place])

    assert sent[0].text.startswith(URGENT)
    assert sent[0].purpose == "danger"
    _check_silence(before, talk.state, sent)


@settings(max_examples=60, deadline=None)
@given(steps=st.lists(STEPS, max_size=8), others=st.lists(TEXTS, min_size=1, max_size=3))
def test_promise_11_a_danger_sign_goes_before_what_came_with_it(
    steps: list[object], others: list[str]
) -> None:
    """Of several messages that are answered together it comes first, wherever it was sent."""
    talk = _talk(steps)

    sent = talk.say(*others, DANGER)

    assert sent[0].text.startswith(URGENT)


def _check_silence(before: State, after: State, sent: list[Outgoing]) -> None:
    if before.opted_out and after.opted_out:
        assert {message.purpose for message in sent} == {"danger"}

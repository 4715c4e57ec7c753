"""Each message is read once, and looking for danger costs no more than answering did."""

from collections import Counter
from dataclasses import replace

import pytest
from talk import Talk
from talk_responder import DANGER, DEPO, HIDING, make_talk_responder

from kmqa.dialogue import commands, step
from kmqa.dialogue.classify import classify
from kmqa.dialogue.step import UserMessage
from kmqa.matching import language
from kmqa.matching.respond import Responder
from kmqa.messages import IncomingKind
from kmqa.records import Profile, Reply

RESPONDER = make_talk_responder()
TWO = "depo client three weeks late? client missed two pills?"
BURST = (DEPO, "client missed two pills")


class Counting(Responder):
    """The real one, which counts what it is asked."""

    def __init__(self) -> None:
        self.bundle = RESPONDER.bundle
        self.calls: Counter[str] = Counter()

    def __call__(self, message: str, profile: Profile | None = None) -> Reply:
        """See `Responder`."""
        self.calls["reply"] += 1
        return RESPONDER(message, profile)

    def guess(self, message: str) -> language.Guess:
        """See `Responder`."""
        self.calls["guess"] += 1
        return RESPONDER.guess(message)

    def reply_with(self, answer_id: str, profile: Profile, language: str | None = None) -> Reply:
        """See `Responder`."""
        return RESPONDER.chosen(answer_id, profile, language)


@pytest.fixture
def counting(monkeypatch: pytest.MonkeyPatch) -> Counting:
    counting = Counting()

    def command_in(message: str, spoken: str = "") -> object:
        counting.calls["command"] += 1
        return commands.command_in(message, spoken)

    asked = type("Commands", (), {"command_in": staticmethod(command_in)})
    monkeypatch.setattr(step, "commands", asked)
    return counting


# What the dialogue of 2026-11-29 asked of the responder for the same message.
@pytest.mark.parametrize(
    ("before", "texts", "n_replies"),
    [
        ("", (DEPO,), 1),
        ("", (DANGER,), 1),
        ("", (TWO,), 3),
        ("", BURST, 3),
        ("", (DEPO, DANGER), 1),
        ("", (f"{HIDING}? {DANGER}?",), 3),
        ("", ("chw",), 1),
        ("", ("menu",), 0),
        ("", ("stop",), 0),
        ("stop", (DEPO,), 1),
        ("stop", ("menu",), 1),
        ("stop", BURST, 3),
        ("person", (DEPO,), 1),
        ("person", ("menu",), 0),
        ("comment:depo-late", (DEPO,), 1),
        ("comment:depo-late", BURST, 3),
        ("ask:role:0", ("chw",), 1),
        ("ask:role:0", ("1",), 0),
        ("ask:role:0", ("menu",), 0),
    ],
)
@pytest.mark.parametrize("is_known", [True, False])
def test_a_message_is_read_once_whatever_comes_of_it(
    counting: Counting, before: str, texts: tuple[str, ...], n_replies: int, is_known: bool
) -> None:
    talk = Talk(counting)
    talk = talk.known() if is_known else talk
    if before:
        talk.tap_id(before) if ":" in before else talk.say(before)
    counting.calls.clear()

    pieces = texts if len(texts) > 1 else ()
    talk.hear(UserMessage(kind="text", text="\n".join(texts), pieces=pieces))

    assert counting.calls["reply"] <= n_replies
    assert counting.calls["guess"] <= 1
    assert counting.calls["command"] == 1


@pytest.mark.parametrize(
    ("kind", "expected"),
    [("text", "text"), ("choice", "tap"), ("voice", "file"), ("image", "file"),
     ("document", "file"), ("location", "location"), ("edited", "edit"), ("contacts", "other"),
     ("reaction", "other")],
)  # fmt: skip
def test_what_came_is_one_of_a_few_kinds(kind: IncomingKind, expected: str) -> None:
    talk = Talk(RESPONDER)

    event = classify(talk.state, UserMessage(kind=kind, text=None), talk.context)

    assert event.kind == expected


def test_the_message_that_is_quoted_is_carried_along() -> None:
    talk = Talk(RESPONDER)
    message = UserMessage(kind="text", text="what does that mean", answers_to="wamid.1")

    assert classify(talk.state, message, talk.context).answers_to == "wamid.1"


def test_a_command_is_nothing_else_but_where_nothing_else_is_said_danger_is_looked_for() -> None:
    """Somebody who waits for a person may cry "help" in earnest."""
    talk = Talk(RESPONDER).known()
    message = UserMessage(kind="text", text="help")
    waiting = replace(talk.state, handed_over_at=talk.now)

    assert not classify(talk.state, message, talk.context).replies
    assert classify(waiting, message, talk.context).replies

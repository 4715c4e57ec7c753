"""Two automatic repliers end; a person who repeats a question, and a danger sign, do not suffer."""

import asyncio
import itertools
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from bundle_builder import make_responder
from corpus_builder import make_answer, make_corpus, make_phrases, make_urgent
from own_service import OwnService, message, own_service

from kmqa.runtime import traffic
from kmqa.state import parked

LATE = "depo client three weeks late"
DANGER = "she bleeds so much that pads are soaked"
URGENT = "Go to the hospital now."
SAID = make_phrases("en")
RESPONDER = make_responder(
    make_corpus(
        Path("nowhere"),
        answers=(make_answer("depo-late", questions={"en": [LATE]}),),
        urgent=(make_urgent(),),
    )
)
Robot = Callable[[str, int], str]
"""Answers a text, with the number of the answer."""
AWAY = ("I am away, I will write back soon", "میں ابھی موجود نہیں، جلد جواب دوں گا")
ROTATING = [f"Thank you for your message, colleague number {n} will answer" for n in range(4)]
ROBOTS: dict[str, Robot] = {
    "echo": lambda text, _n: text,
    "away": lambda _text, _n: AWAY[0],
    "two languages": lambda _text, n: AWAY[n % 2],
    "rotating": lambda _text, n: ROTATING[n % 4],
    "thanks": lambda _text, _n: "Thank you!",
    "bot": lambda _text, n: f"Ticket {n} was opened for you, please tell us your account {n}",
}


@pytest.fixture
def own(tmp_path: Path) -> Iterator[OwnService]:
    with own_service(tmp_path, RESPONDER) as running:
        yield running


def _text(payload: dict[str, Any]) -> str:
    said = payload[payload["type"]]
    body = said["body"]
    return str(body if isinstance(body, str) else body["text"])


def _converse(own: OwnService, robot: Robot, pause: float, most: int = 80) -> int:
    """A robot answers each message of the bot after `pause` seconds; how many it got."""
    numbers = itertools.count(1)
    asyncio.run(own.hear(message(next(numbers), LATE, at=own.clock.now)))
    answered = 0
    for _ in range(most):
        asyncio.run(own.work())
        new = own.channel.sent[answered:]
        answered += len(new)
        if not new:
            break
        own.clock.now += pause
        for payload in new:
            number = next(numbers)
            text = robot(_text(payload), number)
            asyncio.run(own.hear(message(number, text, at=own.clock.now)))
    return len(own.channel.sent)


@pytest.mark.parametrize("pause", [0.2, 1.0])
@pytest.mark.parametrize("name", ROBOTS)
def test_two_programmes_that_answer_each_other_end(
    own: OwnService, name: str, pause: float
) -> None:
    assert _converse(own, ROBOTS[name], pause) <= 20


@pytest.mark.parametrize("name", ["away", "two languages", "rotating", "thanks", "echo"])
def test_a_slow_programme_ends_too(own: OwnService, name: str) -> None:
    """Ten messages a minute."""
    assert _converse(own, ROBOTS[name], 6.0) <= 14


def test_what_is_said_to_a_programme_is_held_for_curators(own: OwnService) -> None:
    _converse(own, ROBOTS["away"], 1.0)

    held = [row for row in own.rows("outbox") if row.state == "held"]
    assert held
    assert {row.hold_reason for row in held} == {"loop"}
    with own.service.database.reading() as connection:
        assert parked.count_set_aside(connection) == len(held)
    assert {row.state for row in own.rows("inbox")} == {"done"}


def test_that_the_bot_answers_no_more_is_said_once(own: OwnService) -> None:
    _converse(own, ROBOTS["away"], 1.0)
    for number in range(200, 206):
        own.clock.now += 5
        asyncio.run(own.hear(message(number, AWAY[0], at=own.clock.now)))
        asyncio.run(own.work())

    texts = [_text(payload) for payload in own.channel.sent]
    assert texts.count(SAID["limit_repeats"]) == 1


def test_a_danger_sign_of_a_programme_is_answered_every_time(own: OwnService) -> None:
    """Also when everything else it says is held already."""
    _converse(own, ROBOTS["away"], 1.0)
    before = len(own.channel.sent)

    for number in range(300, 330):
        own.clock.now += 0.5
        asyncio.run(own.hear(message(number, DANGER, at=own.clock.now)))
        asyncio.run(own.work())

    texts = [_text(payload) for payload in own.channel.sent[before:]]
    assert sum(URGENT in text for text in texts) == 30


def test_an_order_of_a_programme_is_obeyed(own: OwnService) -> None:
    _converse(own, ROBOTS["away"], 1.0)
    asyncio.run(own.hear(message(300, "STOP", at=own.clock.now + 5)))
    asyncio.run(own.work())

    assert [row.opted_out for row in own.rows("people")] == [True]


def test_who_repeats_a_question_thrice_gets_it_answered_each_time(own: OwnService) -> None:
    asyncio.run(own.hear(message(1, "hello")))
    asyncio.run(own.work())
    for number in (2, 3, 4):
        before = len(own.channel.sent)
        own.clock.now += 8
        asyncio.run(own.hear(message(number, LATE, at=own.clock.now)))
        asyncio.run(own.work())
        assert len(own.channel.sent) > before

    assert not [row for row in own.rows("outbox") if row.state == "held"]


def test_another_question_after_many_repeats_is_answered(own: OwnService) -> None:
    for number in range(1, 12):
        own.clock.now += 8
        asyncio.run(own.hear(message(number, "is anybody there", at=own.clock.now)))
        asyncio.run(own.work())
    before = len(own.channel.sent)
    own.clock.now += 20
    asyncio.run(own.hear(message(50, LATE, at=own.clock.now)))
    asyncio.run(own.work())

    assert len(own.channel.sent) > before


def test_a_long_talk_at_the_pace_of_a_person_is_never_held(own: OwnService) -> None:
    """Sixty different questions, one every ten seconds."""
    for number in range(60):
        own.clock.now += 10
        text = f"my client number {number} missed {number % 7} pills, what now"
        asyncio.run(own.hear(message(number, text, at=own.clock.now)))
        asyncio.run(own.work())

    assert not [row for row in own.rows("outbox") if row.state == "held"]


def test_numbers_and_commands_may_come_again_and_again(own: OwnService) -> None:
    """Somebody goes through lists."""
    for number in range(40):
        own.clock.now += 1
        text = ("menu", "1", "2")[number % 3]
        asyncio.run(own.hear(message(number, text, at=own.clock.now)))
        asyncio.run(own.work())

    assert not [row for row in own.rows("outbox") if row.state == "held"]


def test_short_answers_may_come_again_and_again(own: OwnService) -> None:
    """Somebody says yes and no to the bot's questions."""
    for number in range(8):
        own.clock.now += 6
        asyncio.run(own.hear(message(number, ("yes", "no")[number % 2], at=own.clock.now)))
        asyncio.run(own.work())

    assert not [row for row in own.rows("outbox") if row.state == "held"]


def test_what_was_heard_is_forgotten_with_the_person(own: OwnService) -> None:
    _converse(own, ROBOTS["away"], 1.0, most=3)
    assert [row for row in own.rows("people") if row.traffic]

    asyncio.run(own.hear(message(90, "delete my data", at=own.clock.now + 5)))
    asyncio.run(own.work())

    assert not [row for row in own.rows("people") if row.traffic]


def test_traffic_that_cannot_be_read_begins_anew() -> None:
    assert traffic.restore({"arrivals": "x"}) == traffic.Traffic()
    assert traffic.restore(None) == traffic.Traffic()


def test_traffic_comes_back_as_it_was_written() -> None:
    known = traffic.say(traffic.tell(traffic.Traffic(), "limit_pace", 5.0), ["a text"], 7.0)

    assert traffic.restore(traffic.serialise(known)) == known

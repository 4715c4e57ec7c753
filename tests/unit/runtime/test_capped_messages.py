"""A cap holds back what it must, says so once, and never holds the text for a danger sign."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from bundle_builder import make_responder
from corpus_builder import make_answer, make_corpus, make_phrases, make_urgent
from own_service import OwnService, message, own_service

from kmqa.records import Caps

LATE = "depo client three weeks late"
DANGER = "she bleeds so much that pads are soaked"
CORPUS = make_corpus(
    Path("nowhere"),
    answers=(make_answer("depo-late", questions={"en": [LATE]}),),
    urgent=(make_urgent(),),
)
SAID = make_phrases("en")


def _corpus(caps: Caps) -> object:
    return replace(CORPUS, settings=replace(CORPUS.settings, caps=caps))


@pytest.fixture
def own(tmp_path: Path) -> Iterator[OwnService]:
    responder = make_responder(_corpus(Caps(person_day=4)))  # type: ignore[arg-type]  # a corpus
    with own_service(tmp_path, responder) as running:
        yield running


def _ask(own: OwnService, number: int, text: str = LATE) -> list[str]:
    """Asha asks; what she is sent."""
    before = len(own.channel.sent)
    own.clock.now += 60
    asked = f"{text} {number}" if text == LATE else text
    asyncio.run(own.hear(message(number, asked, at=own.clock.now)))
    asyncio.run(own.work())
    asyncio.run(own.work())
    return [str(payload) for payload in own.channel.sent[before:]]


def test_after_the_messages_of_a_day_a_person_is_told_once_and_sent_nothing_more(
    own: OwnService,
) -> None:
    texts = [text for number in range(9) for text in _ask(own, number)]

    assert len(texts) == 5
    assert SAID["limit_messages"] in texts[-1]
    held = [row for row in own.rows("outbox") if row.state == "held"]
    assert {row.hold_reason for row in held} == {"capped"}


def test_a_danger_sign_is_answered_after_every_cap(own: OwnService) -> None:
    for number in range(6):
        _ask(own, number)

    for number in range(10, 30):
        assert any("Go to the hospital now." in text for text in _ask(own, number, DANGER))


def test_the_next_day_the_person_is_answered_again(own: OwnService) -> None:
    for number in range(6):
        _ask(own, number)
    own.clock.now += 25 * 3600

    assert _ask(own, 50)


def test_a_cap_of_the_month_holds_its_purpose_for_everybody(tmp_path: Path) -> None:
    responder = make_responder(_corpus(Caps(month={"answer": 2})))  # type: ignore[arg-type]  # a corpus
    with own_service(tmp_path, responder) as own:
        for number in range(6):
            _ask(own, number)
        sent = [row.purpose for row in own.rows("outbox") if row.state == "sent"]
        held = [row.purpose for row in own.rows("outbox") if row.state == "held"]

    assert sent.count("answer") == 2
    assert "answer" in held

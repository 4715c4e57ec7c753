"""Promise 10: nothing leaves but through `may_leave`, and what is held is a row with a reason."""

import asyncio
from collections.abc import Iterator
from copy import copy
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from bundle_builder import make_responder
from corpus_builder import TODAY, make_answer, make_corpus, make_phrases, make_urgent
from outbound import make_outbound
from own_service import ASHA, NOON, NUMBER, OwnService, message, own_service

from kmqa.channels.channel import Accepted
from kmqa.matching.respond import Responder
from kmqa.messages import ContentRef, Outgoing
from kmqa.runtime import answerer
from kmqa.state import leases, outbox, parked, people
from kmqa.state.outbox import Attempt
from kmqa.state.people import Person

LATE = "depo client three weeks late"
DANGER = "she bleeds so much that pads are soaked"
LONG = "\n\n".join(f"Step {n}: " + "read this line with care. " * 12 for n in range(20))
RESPONDER = make_responder(
    make_corpus(
        Path("nowhere"),
        answers=(make_answer("depo-late", questions={"en": [LATE]}, text={"en": LONG}),),
        urgent=(make_urgent(),),
    )
)


@pytest.fixture
def responder() -> Responder:
    """One for a test alone, which may stop what it serves."""
    return copy(RESPONDER)


@pytest.fixture
def own(tmp_path: Path, responder: Responder) -> Iterator[OwnService]:
    with own_service(tmp_path, responder) as running:
        yield running


def _held(own: OwnService) -> list[tuple[str, str]]:
    return [(row.purpose, row.hold_reason) for row in own.rows("outbox") if row.state == "held"]


def _decided(own: OwnService) -> tuple[Person, list[Attempt]]:
    """Asha, and what was decided for her and is about to be sent."""
    [person] = leases.claim(own.service.database, "worker", 1, own.clock())
    decides = answerer.Answerer(own.service, "worker")
    known, waiting = decides.read([person])[person]
    return known, asyncio.run(decides.decide_and_queue(known, waiting))


def test_promise_10_no_part_of_a_stopped_answer_goes_out_however_it_is_divided(
    own: OwnService, responder: Responder
) -> None:
    """No part holds the whole text by which it could be known."""
    asyncio.run(own.hear(message(1, LATE)))
    known, attempts = _decided(own)
    assert len([one for one in attempts if one.message.content.purpose == "answer"]) == 2

    responder.withheld = frozenset({"depo-late"})
    asyncio.run(own.sending.send(known, attempts))

    assert not [one for one in own.channel.sent if "Step" in str(one)]
    assert _held(own) == [("answer", "stopped")] * 2


@pytest.mark.parametrize("state", ["stopped", "lapsed"])
def test_promise_10_a_danger_text_that_was_stopped_or_lapsed_does_not_go_out(
    own: OwnService, responder: Responder, state: str
) -> None:
    asyncio.run(own.hear(message(1, DANGER)))
    known, attempts = _decided(own)
    if state == "stopped":
        responder.withheld = frozenset({"urgent-bleeding"})
    else:
        responder._today = lambda: TODAY + timedelta(days=10_000)
    asyncio.run(own.sending.send(known, attempts))

    assert not [one for one in own.channel.sent if "hospital" in str(one)]
    assert _held(own)[0] == ("danger", state)


def test_promise_10_after_stop_only_the_danger_text_leaves(own: OwnService) -> None:
    """Whoever queues something, as a curator before the page heard of the stop."""
    asyncio.run(own.hear(message(1, "stop")))
    asyncio.run(own.work())
    asyncio.run(own.queue_reply(Outgoing(text="a reply", purpose="handover"), ("curator", 1)))
    asyncio.run(own.queue_reply(Outgoing(text="news", purpose="broadcast"), ("schedule", 1)))
    asyncio.run(own.hear(message(2, DANGER, at=NOON + 60)))
    for _ in range(3):
        asyncio.run(own.work())

    texts = [str(one) for one in own.channel.sent]
    assert [make_phrases("en")["stopped"] in text or "hospital" in text for text in texts] == [
        True, True,
    ]  # fmt: skip
    assert sorted(_held(own)) == [("broadcast", "opted-out"), ("handover", "opted-out")]


def test_promise_10_what_was_asked_before_stop_in_one_breath_is_not_answered(
    own: OwnService,
) -> None:
    asyncio.run(own.hear(message(1, LATE), message(2, "stop", at=NOON + 1)))
    asyncio.run(own.work())

    assert [one["text"]["body"] for one in own.channel.sent] == [make_phrases("en")["stopped"]]
    assert len(own.rows("outbox")) == 1


def test_promise_10_content_that_the_open_bundle_does_not_know_does_not_go_out(
    own: OwnService,
) -> None:
    gone = Outgoing(text="old", purpose="answer", content_refs=(ContentRef("answer", "gone"),))
    asyncio.run(own.queue_reply(gone))
    asyncio.run(own.work())

    assert own.channel.sent == []
    assert _held(own) == [("answer", "unknown-content")]


def test_what_is_held_stops_nothing_that_comes_after_it(own: OwnService) -> None:
    gone = Outgoing(text="old", purpose="answer", content_refs=(ContentRef("answer", "gone"),))
    asyncio.run(own.queue_reply(gone, ("turn", 1)))
    asyncio.run(own.queue_reply(Outgoing(text="second"), ("turn", 2)))
    asyncio.run(own.work())

    assert [one["text"]["body"] for one in own.channel.sent] == ["second"]


def test_what_is_held_is_listed_with_its_reason_and_judged_again_when_asked_for(
    own: OwnService, responder: Responder
) -> None:
    responder.withheld = frozenset({"depo-late"})
    ref = (ContentRef("answer", "depo-late"),)
    asyncio.run(own.queue_reply(Outgoing(text="text", purpose="answer", content_refs=ref)))
    asyncio.run(own.work())
    with own.service.database.writing() as connection:
        [held] = parked.list_set_aside(connection, most=10)
        [item] = parked.list_items(connection)
        parked.retry(connection, own.clock())
    asyncio.run(own.work())
    assert own.channel.sent == []

    responder.withheld = frozenset()
    with own.service.database.writing() as connection:
        parked.retry(connection, own.clock())
    asyncio.run(own.work())

    assert (held.hold_reason, held.content_refs) == ("stopped", ref)
    assert (item.what, item.reason) == ("held", "stopped: answer depo-late")
    assert [one["text"]["body"] for one in own.channel.sent] == ["text"]


def test_no_words_of_a_person_lie_in_clear_in_the_outbox(own: OwnService) -> None:
    """Who asks for their data is sent their own questions."""
    asyncio.run(own.hear(message(1, "zebra crossing closed")))
    asyncio.run(own.work())
    asyncio.run(own.hear(message(2, "my data", at=NOON + 60)))
    known, attempts = _decided(own)
    assert any("zebra" in one.message.content.text for one in attempts)

    assert not [row for row in own.rows("outbox") if "zebra" in str(row)]
    asyncio.run(own.sending.send(known, attempts))
    assert any("zebra" in str(one) for one in own.channel.sent)


class _Crash(Exception):
    """The worker dies."""


@pytest.mark.parametrize("dies_at", [1, 2])
def test_each_part_of_a_divided_message_is_sent_once_whenever_the_worker_dies(
    own: OwnService, dies_at: int
) -> None:
    """Each part is a row of its own, so that a status settles just that part."""
    asyncio.run(own.hear(message(1, LATE)))
    known, attempts = _decided(own)
    parts = [str(one.id) for one in attempts]
    taken: list[str] = []

    async def send(_number_id: str, payload: dict[str, str]) -> Accepted:
        taken.append(payload["biz_opaque_callback_data"])
        if len(taken) == dies_at:
            raise _Crash
        return Accepted(f"out.{len(taken)}")

    object.__setattr__(own.whatsapp, "client", SimpleNamespace(send=send, upload=None))
    with pytest.raises(_Crash):
        asyncio.run(own.sending.send(known, attempts))
    own.clock.now += outbox.IN_FLIGHT + 1
    with own.service.database.writing() as connection:
        leases.release_all(connection, "worker")
        _tell_sent(connection, taken[-1])
        outbox.reconcile(connection, own.clock())
    asyncio.run(own.work())

    assert sorted(taken) == sorted(parts)
    assert {row.state for row in own.rows("outbox")} == {"sent"}


def _tell_sent(connection: object, callback: str) -> None:
    from kmqa.state import tables

    row = {"message_id": "told", "state": "sent", "at": NOON, "callback": callback, "codes": ""}
    connection.execute(tables.statuses.insert().values(**row))  # type: ignore[attr-defined]


def test_a_turn_that_is_queued_twice_is_divided_into_the_same_rows(own: OwnService) -> None:
    with own.service.database.writing() as connection:
        person = people.find_or_add_person(connection, own.service.identity, ASHA, NOON)
        to = make_outbound(person, number_id=NUMBER).to
        origin = make_outbound(person).origin
        parts = own.service.channels.address([Outgoing(text=LONG)], origin, to)
        identity = own.service.identity
        n_new = [outbox.queue(connection, identity, parts, NOON) for _ in range(2)]
        again = replace(parts[0], place=len(parts))
        assert outbox.queue(connection, identity, [again], NOON) == 1

    assert n_new == [len(parts), 0]
    assert len(parts) > 1

"""A worker's steps, one by one: bursts, late questions, windows, limits, files and standstills."""

import asyncio
from collections.abc import Iterator
from copy import copy
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Event
from types import SimpleNamespace

import pytest
from bundle_builder import make_responder, with_pdf
from corpus_builder import TODAY, make_answer, make_corpus, make_phrases, make_urgent
from outbound import make_outbound
from own_service import ASHA, NOON, NUMBER, OwnService, message, own_service
from prometheus_client import REGISTRY
from waiting import make_waiting

from kmqa.channels.channel import AMBIGUOUS, UNANSWERED, Refused
from kmqa.channels.whatsapp import payloads, retry_policy
from kmqa.channels.whatsapp.limiter import NumberLimiter, PairLimiter
from kmqa.matching.respond import Responder
from kmqa.messages import Delivery, Outgoing, Purpose, Renaming, Sender, StatusUpdate
from kmqa.runtime import answerer, bursts, metrics
from kmqa.state import inbox, leases, outbox, parked, personal_data, tables

LATE = "depo client three weeks late"
DANGER = "she bleeds so much that pads are soaked"
RESPONDER = make_responder(
    make_corpus(
        Path("nowhere"),
        answers=(make_answer("depo-late", questions={"en": [LATE]}),),
        urgent=(make_urgent(),),
    )
)
SAID = make_phrases("en")
REPLY = Outgoing(text="answer")
SECOND = Outgoing(text="second")
DOCUMENT = Outgoing(text="Handbook", document="handbook")
TIMEOUT = Refused(UNANSWERED, detail="ReadTimeout")
SERVER_FAULT = Refused(AMBIGUOUS, detail="HTTP 502")


def _refused(code: int) -> Refused:
    return Refused(retry_policy.reaction_to(code, 400), code)


class _Standstill(NumberLimiter):
    """Lets nothing through for a minute."""

    def __init__(self, own: OwnService) -> None:
        super().__init__(1.0)
        self._own = own

    async def wait(self, number_id: str, *, is_danger: bool = False) -> None:  # noqa: ARG002 - of any
        self._own.clock.now += 60


@pytest.fixture
def own(tmp_path: Path) -> Iterator[OwnService]:
    with own_service(tmp_path, RESPONDER) as running:
        yield running


def _states(own: OwnService) -> list[str]:
    return [row.state for row in own.rows("outbox")]


def test_typed_messages_of_one_breath_are_one_question() -> None:
    """An order such as "stop" is never a part of one."""
    waiting = [
        make_waiting(at, text, NOON + at)
        for text, at in [("my client is", 0), ("late for depo", 2), ("stop", 3), ("pill", 9)]
    ]

    said = bursts.merge_bursts(waiting, NOON + 10)

    assert [one.text for one in said] == ["my client is\nlate for depo", "stop", "pill"]
    assert [one.pieces for one in said] == [("my client is", "late for depo"), (), ()]


@pytest.mark.parametrize(("age", "is_late"), [(15 * 60, False), (15 * 60 + 1, True)])
def test_a_question_is_late_after_fifteen_minutes(age: int, is_late: bool) -> None:
    waiting = [make_waiting(1, "x", NOON - age)]

    assert bursts.merge_bursts(waiting, NOON)[0].is_late is is_late


def test_what_waited_over_a_day_is_parked_and_said_nothing_to(own: OwnService) -> None:
    asyncio.run(own.hear(message(1, LATE, at=NOON - 25 * 3600)))

    asyncio.run(own.work())

    assert own.channel.sent == []
    assert [row.state for row in own.rows("inbox")] == ["parked"]


def test_with_a_template_she_is_told_that_her_question_came_too_late(tmp_path: Path) -> None:
    with own_service(tmp_path, RESPONDER, whatsapp_template="ask_again") as own:
        asyncio.run(own.hear(message(1, LATE, at=NOON - 25 * 3600)))
        asyncio.run(own.work())

    assert [one["template"]["name"] for one in own.channel.sent] == ["ask_again"]


@pytest.mark.parametrize("template", ["", "ask_again"])
def test_stop_is_obeyed_however_late_and_nothing_is_said_to_it(
    tmp_path: Path, template: str
) -> None:
    with own_service(tmp_path, RESPONDER, whatsapp_template=template) as own:
        late = NOON - 25 * 3600
        asyncio.run(own.hear(message(1, LATE, at=late), message(2, "STOP", at=late + 60)))
        asyncio.run(own.work())
        asyncio.run(own.hear(message(3, LATE)))
        asyncio.run(own.work())

        assert own.channel.sent == []
        assert [row.opted_out for row in own.rows("people")] == [True]
        assert [row.state for row in own.rows("inbox")] == ["parked", "done", "done"]


def test_who_asks_to_be_forgotten_is_however_late(tmp_path: Path) -> None:
    with own_service(tmp_path, RESPONDER, whatsapp_template="ask_again") as own:
        late = NOON - 25 * 3600
        asyncio.run(own.hear(message(1, LATE, at=late), message(2, "delete my data", at=late + 60)))
        asyncio.run(own.work())
        with own.service.database.writing() as connection:
            personal_data.remove_forgotten(connection, NOON)

        assert own.channel.sent == []
        assert own.rows("people") == []
        assert [(row.state, row.body) for row in own.rows("inbox")] == [("done", "")] * 2


@pytest.mark.parametrize("code", [190, 131026])
def test_what_was_not_sent_before_she_said_stop_is_not_sent_after_it(
    own: OwnService, code: int
) -> None:
    """It waits for the account to be mended, or for somebody to try again what is parked."""
    asyncio.run(own.queue_reply(REPLY))
    own.channel.answers = [_refused(code)]
    asyncio.run(own.work())
    asyncio.run(own.hear(message(1, "stop")))
    asyncio.run(own.work())
    own.clock.now += 301
    with own.service.database.writing() as connection:
        parked.retry(connection, own.clock())
    asyncio.run(own.work())

    assert [one["text"]["body"] for one in own.channel.sent] == ["answer", SAID["stopped"]]


@pytest.mark.parametrize("fault", [TIMEOUT, _refused(80007)])
def test_the_reply_to_a_danger_sign_waits_for_no_older_reply(
    own: OwnService, fault: Refused
) -> None:
    """One in the air takes a minute and a half, one that was refused may take an hour."""
    asyncio.run(own.queue_reply(REPLY, ("curator", 1)))
    own.channel.answers = [fault]
    asyncio.run(own.work())
    own.clock.now += 1
    asyncio.run(own.hear(message(1, DANGER)))
    asyncio.run(own.work())

    assert any("Go to the hospital now." in str(one) for one in own.channel.sent)


def test_the_reply_to_a_danger_sign_goes_out_though_she_said_stop_since(own: OwnService) -> None:
    asyncio.run(own.hear(message(1, DANGER)))
    own.channel.answers = [_refused(190)]
    asyncio.run(own.work())
    asyncio.run(own.hear(message(2, "stop", at=NOON + 60)))
    asyncio.run(own.work())
    own.clock.now += 301
    asyncio.run(own.work())

    texts = [str(one) for one in own.channel.sent]
    assert sum("Go to the hospital now." in text for text in texts) == 2  # refused, then taken


def test_a_start_that_is_delivered_after_a_later_stop_lifts_nothing(own: OwnService) -> None:
    """Meta delivers again for a week what nobody said 200 to."""
    asyncio.run(own.hear(message(1, "stop", at=NOON)))
    asyncio.run(own.work())
    asyncio.run(own.hear(message(2, "start", at=NOON - 60)))
    asyncio.run(own.work())
    assert [row.opted_out for row in own.rows("people")] == [True]

    asyncio.run(own.hear(message(3, "start", at=NOON + 60)))
    asyncio.run(own.work())
    assert [row.opted_out for row in own.rows("people")] == [False]


def test_stop_right_after_she_was_forgotten_is_obeyed(own: OwnService) -> None:
    asyncio.run(own.hear(message(1, "delete my data"), message(2, "stop", at=NOON + 9)))
    asyncio.run(own.work())
    with own.service.database.writing() as connection:
        personal_data.remove_forgotten(connection, NOON + 60)
    asyncio.run(own.hear(message(3, LATE, at=NOON + 60)))
    asyncio.run(own.work())

    assert len(own.channel.sent) == 2


def test_who_said_start_late_is_told_that_her_question_came_too_late(tmp_path: Path) -> None:
    with own_service(tmp_path, RESPONDER, whatsapp_template="ask_again") as own:
        late = NOON - 25 * 3600
        asyncio.run(own.hear(message(1, "stop", at=late)))
        asyncio.run(own.work())
        asyncio.run(own.hear(message(2, "start", at=late + 60), message(3, LATE, at=late + 90)))
        asyncio.run(own.work())

        assert [one["template"]["name"] for one in own.channel.sent] == ["ask_again"]


def test_what_came_to_two_numbers_is_answered_from_the_number_that_it_came_to(
    own: OwnService,
) -> None:
    """Within one breath, so that both wait at the same time."""
    asyncio.run(own.hear(message(1, LATE), message(2, LATE, number_id="100000000000222")))

    asyncio.run(own.work())
    asyncio.run(own.work())

    assert [row.number_id for row in own.rows("outbox")] == [
        "100000000000111",  # the answer, and the welcome
        "100000000000111",
        "100000000000222",
    ]


def test_a_reply_whose_window_closed_meanwhile_is_held_and_not_sent(own: OwnService) -> None:
    asyncio.run(own.queue_reply(REPLY))
    own.clock.now += 25 * 3600

    asyncio.run(own.work())

    assert own.channel.sent == []
    assert [(row.state, row.hold_reason) for row in own.rows("outbox")] == [("held", "window")]


def test_a_message_that_kills_its_worker_again_and_again_is_parked(own: OwnService) -> None:
    """Each lease is a try; here every one of them ends without a word."""
    asyncio.run(own.hear(message(1)))
    for _ in range(answerer.MOST_ATTEMPTS):
        leases.claim(own.service.database, "doomed", 10, own.clock())
        own.clock.now += leases.TERM + 1

    asyncio.run(own.work())

    [row] = own.rows("inbox")
    assert (row.state, "again and again" in row.reason) == ("parked", True)


def test_what_she_wrote_after_such_a_message_is_answered(own: OwnService) -> None:
    asyncio.run(own.hear(message(1)))
    for _ in range(answerer.MOST_ATTEMPTS):
        leases.claim(own.service.database, "doomed", 10, own.clock())
        own.clock.now += leases.TERM + 1
    asyncio.run(own.hear(message(2, LATE)))

    asyncio.run(own.work())

    assert [row.state for row in own.rows("inbox")] == ["parked", "done"]
    assert own.channel.sent


def test_a_send_without_an_answer_waits_for_a_status_before_it_is_sent_again(
    own: OwnService,
) -> None:
    asyncio.run(own.queue_reply(REPLY))
    own.channel.answers = [TIMEOUT, TIMEOUT]

    asyncio.run(own.work())
    assert (_states(own), asyncio.run(own.work())) == (["sending"], 0)

    own.clock.now += outbox.IN_FLIGHT + 1
    with own.service.database.writing() as connection:
        outbox.reconcile(connection, own.clock())
    asyncio.run(own.work())

    assert len(own.channel.sent) == 2
    assert _states(own) == ["sending"]


TEMPORARY = [SERVER_FAULT, *(_refused(code) for code in (131016, 130429, 131056, 4, 190))]


@pytest.mark.parametrize("fault", TEMPORARY)
def test_what_is_temporary_is_tried_until_it_passes(own: OwnService, fault: Refused) -> None:
    asyncio.run(own.queue_reply(REPLY))
    own.channel.always = fault
    asyncio.run(own.work_until(NOON + 2.5 * 3600))
    assert _states(own)[0] in {"queued", "sending"}
    assert 25 < len(own.channel.sent) < 50
    own.channel.always = None
    asyncio.run(own.work_until(own.clock.now + 450))

    assert _states(own) == ["sent"]


@pytest.mark.parametrize("fault", [SERVER_FAULT, _refused(131016), _refused(190)])
def test_what_is_temporary_is_parked_when_the_window_ends_with_what_kept_it(
    own: OwnService, fault: Refused
) -> None:
    asyncio.run(own.queue_reply(REPLY))
    own.channel.always = fault
    asyncio.run(own.work_until(NOON + 1_000))
    own.clock.now = NOON + 24 * 3600 + 1
    asyncio.run(own.work_until(own.clock.now + 400))

    [row] = own.rows("outbox")
    assert row.state == "parked"
    assert row.reason.startswith("24 hours are over in which it could not be sent: ")
    assert row.reason.endswith(
        f"{fault.code or 'no code'}: {fault.detail or fault.reaction.action}"
    )


@pytest.mark.parametrize("purpose", ["answer", "danger"])
def test_a_reply_that_was_perhaps_sent_each_time_is_repeated_three_times_and_then_shown(
    own: OwnService, purpose: Purpose
) -> None:
    """Meta takes it, but neither its answer nor a status ever comes: perhaps all were read."""
    own.whatsapp.pairs = PairLimiter(own.clock)
    asyncio.run(own.queue_reply(replace(REPLY, purpose=purpose)))
    own.channel.always = TIMEOUT
    asyncio.run(own.work_until(NOON + 24 * 3600))

    [row] = own.rows("outbox")
    assert (len(own.channel.sent), row.state) == (4, "parked")
    assert row.reason.startswith("perhaps it was sent, nobody said so: ")


def test_a_reply_that_was_perhaps_sent_and_then_refused_for_hours_still_goes_out(
    own: OwnService,
) -> None:
    asyncio.run(own.queue_reply(REPLY))
    own.channel.answers = [TIMEOUT]
    own.channel.always = _refused(131016)
    asyncio.run(own.work_until(NOON + 3 * 3600))
    own.channel.answers = [TIMEOUT]
    own.channel.always = None
    asyncio.run(own.work_until(own.clock.now + 1_500))

    assert _states(own) == ["sent"]


def test_a_window_that_ended_by_metas_clock_names_what_kept_the_reply(own: OwnService) -> None:
    asyncio.run(own.queue_reply(REPLY))
    own.channel.answers = [_refused(131016), _refused(131047)]
    asyncio.run(own.work_until(NOON + 20))

    [row] = own.rows("outbox")
    assert (row.state, row.reason.endswith(": 131016: retry")) == ("parked", True)


def test_a_window_that_ended_before_the_first_attempt_is_told_as_such(own: OwnService) -> None:
    asyncio.run(own.queue_reply(REPLY))
    own.channel.answers = [_refused(131047)]
    asyncio.run(own.work())

    assert [row.reason for row in own.rows("outbox")] == ["131047: window"]


def test_a_template_which_no_window_ends_is_tried_for_24_hours(own: OwnService) -> None:
    asyncio.run(own.queue_reply(Outgoing(text="", template="ask_again", language="en")))
    own.channel.always = _refused(131016)
    asyncio.run(own.work_until(NOON + 400))
    own.clock.now = NOON + 24 * 3600
    asyncio.run(own.work_until(own.clock.now + 10))
    assert _states(own) == ["queued"]
    asyncio.run(own.work_until(own.clock.now + 400))

    [row] = own.rows("outbox")
    assert (row.state, row.reason.endswith(": 131016: retry")) == ("parked", True)


def test_what_may_be_a_wrong_request_is_parked_after_ten_attempts(own: OwnService) -> None:
    asyncio.run(own.queue_reply(REPLY))
    own.channel.always = _refused(1)
    asyncio.run(own.work_until(NOON + 1_800))

    assert (len(own.channel.sent), _states(own)) == (10, ["parked"])


def test_a_status_still_finds_what_was_perhaps_sent_many_attempts_ago(own: OwnService) -> None:
    asyncio.run(own.queue_reply(REPLY))
    own.channel.always = SERVER_FAULT
    asyncio.run(own.work_until(NOON + 2 * 3600))
    own.channel.always = _refused(131016)
    asyncio.run(own.work_until(own.clock.now + 600))
    told = StatusUpdate(message_id="out.1", state="sent", at=int(NOON), callback="1")
    with own.service.database.writing() as connection:
        inbox.store(connection, own.service.identity, Delivery(statuses=(told,)), own.clock())
        assert outbox.reconcile(connection, own.clock()) == (1, 0)

    assert _states(own) == ["sent"]


def test_the_reply_to_a_danger_sign_is_tried_twice_a_minute(own: OwnService) -> None:
    own.whatsapp.pairs = PairLimiter(own.clock)
    asyncio.run(own.queue_reply(replace(REPLY, purpose="danger")))
    own.channel.always = _refused(131016)
    asyncio.run(own.work_until(NOON + 3600))
    own.channel.always = None
    asyncio.run(own.work_until(own.clock.now + 31))

    assert _states(own) == ["sent"]


def test_a_reply_that_is_refused_for_an_hour_holds_back_only_its_own_rest(own: OwnService) -> None:
    """Else one message that Meta never takes would silence the bot for a day."""
    asyncio.run(own.queue_reply(REPLY, ("turn", 1)))
    own.channel.always = _refused(131016)
    asyncio.run(own.work_until(NOON + 3500))
    _queue_rest(own)
    asyncio.run(own.queue_reply(SECOND, ("turn", 2)))
    asyncio.run(own.work())
    assert "second" not in str(own.channel.sent)

    own.clock.now = NOON + 3601
    own.channel.always = None
    with own.service.database.writing() as connection:
        connection.execute(
            tables.outbox.update().where(tables.outbox.c.id == 1).values(due_at=NOON + 9_000)
        )
    asyncio.run(own.work())

    assert _states(own) == ["queued", "queued", "sent"]


def _queue_rest(own: OwnService) -> None:
    """A second message of the reply to the turn 1 is queued."""
    rest = make_outbound(1, place=1, origin=("turn", 1), number_id=NUMBER)
    with own.service.database.writing() as connection:
        outbox.queue(connection, own.service.identity, [rest], own.clock())


def test_a_try_that_was_held_up_is_left_to_whoever_took_it_over(own: OwnService) -> None:
    """As after SIGSTOP and SIGCONT: another worker may have sent the message meanwhile."""
    asyncio.run(own.queue_reply(REPLY))
    own.whatsapp.numbers = _Standstill(own)
    asyncio.run(own.work())

    assert own.channel.sent == []
    assert _states(own) == ["sending"]


def test_a_try_that_was_held_up_is_told_from_one_that_perhaps_arrived(own: OwnService) -> None:
    """The figures by action would else say that Meta gave no answer."""

    def counted(action: str) -> float:
        labels = {"action": action}
        return REGISTRY.get_sample_value("kmqa_messages_not_sent_total", labels) or 0.0

    before = {action: counted(action) for action in ("held_up", "ambiguous")}
    asyncio.run(own.queue_reply(REPLY))
    own.whatsapp.numbers = _Standstill(own)
    asyncio.run(own.work())

    assert {action: counted(action) - n for action, n in before.items()} == {
        "held_up": 1.0,
        "ambiguous": 0.0,
    }


def test_the_answer_to_a_try_of_long_ago_still_says_that_it_was_sent(own: OwnService) -> None:
    """Another worker has queued it again; it must not go out a second time."""
    asyncio.run(own.queue_reply(REPLY))

    def stand_still() -> None:
        own.clock.now += outbox.IN_FLIGHT + 1
        with own.service.database.writing() as connection:
            outbox.reconcile(connection, own.clock())

    own.channel.before = stand_still
    asyncio.run(own.work())
    asyncio.run(own.work())

    assert len(own.channel.sent) == 1
    assert _states(own) == ["sent"]


def test_a_refusal_for_now_holds_back_what_comes_after_it(own: OwnService) -> None:
    asyncio.run(own.queue_reply(REPLY, ("turn", 1)))
    asyncio.run(own.queue_reply(SECOND, ("turn", 2)))
    own.channel.answers = [_refused(131056)]

    asyncio.run(own.work())
    assert (len(own.channel.sent), _states(own)) == (1, ["queued", "queued"])

    own.clock.now += 10
    asyncio.run(own.work())
    assert [one["text"]["body"] for one in own.channel.sent] == ["answer", "answer", "second"]


def test_a_broken_account_keeps_the_queue_and_looks_again_every_five_minutes(
    own: OwnService,
) -> None:
    asyncio.run(own.queue_reply(REPLY))
    own.channel.answers = [_refused(190)] * 20
    for _ in range(20):
        asyncio.run(own.work())
        assert _states(own) == ["queued"]
        own.clock.now += 301
    asyncio.run(own.work())

    assert _states(own) == ["sent"]


@pytest.mark.parametrize("fault", [TIMEOUT, _refused(130429), _refused(131056)])
def test_what_waited_for_the_account_has_all_its_tries_left(
    own: OwnService, fault: Refused
) -> None:
    """Else the rush after the account was mended parks what it should only slow down."""
    asyncio.run(own.queue_reply(REPLY))
    own.channel.answers = [_refused(190)] * 30 + [fault]
    for _ in range(31):
        asyncio.run(own.work())
        own.clock.now += 301
    with own.service.database.writing() as connection:
        outbox.reconcile(connection, own.clock())
    asyncio.run(own.work())

    assert _states(own) == ["sent"]


def test_what_waits_because_much_was_sent_to_her_has_all_its_tries_left(own: OwnService) -> None:
    for number in range(45):
        own.whatsapp.pairs.may_send(1)
        asyncio.run(own.queue_reply(REPLY, ("turn", number)))
    own.channel.answers = [TIMEOUT]
    for _ in range(5):
        asyncio.run(own.work())
    own.clock.now += 7
    own.whatsapp.pairs = PairLimiter()
    asyncio.run(own.work())

    assert set(_states(own)) == {"sending", "queued"}


def test_a_second_try_that_was_held_up_is_not_parked(own: OwnService) -> None:
    """Nothing was sent by it: the number's rate let nothing through for too long."""
    asyncio.run(own.queue_reply(REPLY))
    own.channel.answers = [_refused(131016)]
    asyncio.run(own.work())
    own.clock.now += 10
    own.whatsapp.numbers = _Standstill(own)
    asyncio.run(own.work())

    assert _states(own) == ["sending"]


def test_a_letter_that_ends_each_try_without_a_word_does_not_block_her_for_ever(
    own: OwnService,
) -> None:
    asyncio.run(own.queue_reply(REPLY, ("turn", 1)))
    asyncio.run(own.queue_reply(SECOND, ("turn", 2)))
    for _ in range(20):
        with own.service.database.writing() as connection:
            outbox.claim_due(connection, own.service.identity, 1, own.clock())
            own.clock.now += outbox.IN_FLIGHT + 1
            outbox.reconcile(connection, own.clock())
    with own.service.database.writing() as connection:
        connection.execute(tables.outbox.update().where(tables.outbox.c.id == 2).values(attempts=0))
    asyncio.run(own.work())

    assert _states(own) == ["parked", "sent"]


def test_a_document_whose_file_is_gone_is_named_and_not_sent(
    own: OwnService, tmp_path: Path
) -> None:
    """As where somebody tidied up old bundles; what comes after it must not wait for ever."""
    _with_pdf(own, tmp_path)
    (tmp_path / "documents" / "handbook.pdf").unlink()
    asyncio.run(own.queue_reply(DOCUMENT))
    asyncio.run(own.work())

    assert [one["text"]["body"] for one in own.channel.sent] == ["Handbook"]


def test_a_document_whose_review_lapsed_since_is_named_and_not_sent(
    own: OwnService, tmp_path: Path
) -> None:
    """The queue may have waited for days."""
    _with_pdf(own, tmp_path, review_by=TODAY - timedelta(days=1))
    asyncio.run(own.queue_reply(DOCUMENT))
    asyncio.run(own.work())

    assert [one["text"]["body"] for one in own.channel.sent] == ["Handbook"]


def test_a_document_whose_file_was_altered_is_held_back_and_a_curator_reads_why(
    own: OwnService, tmp_path: Path
) -> None:
    """Its bytes are compared when they are sent; put right again, they go out by hand."""
    _with_pdf(own, tmp_path)
    pdf = tmp_path / "documents" / "handbook.pdf"
    before, altered = pdf.read_bytes(), metrics.altered_files._value.get()
    pdf.write_bytes(b"%PDF-1.7 ??!")
    asyncio.run(own.queue_reply(DOCUMENT))
    asyncio.run(own.work())

    [row] = own.rows("outbox")
    assert (own.channel.sent, own.channel.uploads) == ([], 0)
    assert (row.state, row.reason) == ("held", "altered: document handbook")
    assert metrics.altered_files._value.get() == altered + 1

    pdf.write_bytes(before)
    asyncio.run(own.queue_reply(DOCUMENT, ("turn", 2)))
    asyncio.run(own.work())
    assert [one["document"]["id"] for one in own.channel.sent] == ["file.1"]


@pytest.mark.parametrize("number_id", [NUMBER, "web"])
def test_an_answer_that_was_stopped_since_is_not_sent(own: OwnService, number_id: str) -> None:
    """The queue may wait for hours; whoever stops a wrong dose means every message with it."""
    responder = copy(RESPONDER)
    live = SimpleNamespace(problem="", current=lambda: responder)
    object.__setattr__(own.service, "live", live)
    asyncio.run(own.hear(message(1, LATE, number_id=number_id)))
    [person] = leases.claim(own.service.database, "worker", 1, own.clock())
    decides = answerer.Answerer(own.service, "worker")
    known, waiting = decides.read([person])[person]
    attempts = asyncio.run(decides.decide_and_queue(known, waiting))

    responder.withheld = frozenset({"depo-late", "gone"})
    asyncio.run(own.sending.send(known, attempts))

    assert [row.state for row in own.rows("outbox")] == ["held", "sent"]
    assert own.rows("outbox")[0].reason == "stopped: answer depo-late"


@pytest.mark.parametrize("content", [REPLY, DOCUMENT])
def test_a_bundle_that_opens_slowly_holds_up_nobody_else(
    own: OwnService, tmp_path: Path, content: Outgoing
) -> None:
    """Opening takes a second or more; in the event loop it would stop all sends for so long."""
    _with_pdf(own, tmp_path)
    responder = own.service.live.current()
    asyncio.run(own.queue_reply(content))

    async def beside() -> None:
        loop = asyncio.get_running_loop()

        def opened() -> Responder:
            others_go_on = Event()
            loop.call_soon_threadsafe(others_go_on.set)
            if not others_go_on.wait(5):
                raise TimeoutError
            return responder

        object.__setattr__(own.service, "live", SimpleNamespace(problem="", current=opened))
        await own.work()

    asyncio.run(beside())

    assert _states(own) == ["sent"]


def test_what_is_parked_goes_out_when_it_is_tried_again(own: OwnService) -> None:
    asyncio.run(own.queue_reply(REPLY))
    own.channel.answers = [_refused(131026)]
    asyncio.run(own.work())
    assert _states(own) == ["parked"]

    with own.service.database.writing() as connection:
        assert parked.retry(connection, own.clock()) == 1
    asyncio.run(own.work())

    assert _states(own) == ["sent"]


def _with_pdf(own: OwnService, tmp_path: Path, **changes: object) -> None:
    live = with_pdf(RESPONDER, tmp_path, **changes)
    object.__setattr__(own.service, "live", SimpleNamespace(problem="", current=lambda: live))


def test_a_document_is_uploaded_once_and_again_when_meta_no_longer_keeps_it(
    own: OwnService, tmp_path: Path
) -> None:
    _with_pdf(own, tmp_path)
    for answers, days in ((1, 0), (2, 20), (3, 10)):
        own.clock.now += days * 86_400
        asyncio.run(own.queue_reply(DOCUMENT, ("turn", answers)))
        asyncio.run(own.work())

    assert [one["document"]["id"] for one in own.channel.sent] == ["file.1", "file.1", "file.2"]


def test_a_document_is_uploaded_again_when_meta_refuses_its_id(
    own: OwnService, tmp_path: Path
) -> None:
    """The message goes out at once, with the new id; a fault of another kind does not go on so."""
    _with_pdf(own, tmp_path)
    asyncio.run(own.queue_reply(DOCUMENT))
    own.channel.answers = [_refused(100)]
    asyncio.run(own.work())
    asyncio.run(own.work())
    assert [one["document"]["id"] for one in own.channel.sent] == ["file.1", "file.2"]

    asyncio.run(own.queue_reply(DOCUMENT, ("turn", 2)))
    own.channel.answers = [_refused(100)] * 20
    for _ in range(20):
        asyncio.run(own.work())
    assert _states(own) == ["sent", "parked"]
    assert len(own.channel.sent) == 5


def test_many_who_ask_for_a_document_at_once_cause_one_upload(
    own: OwnService, tmp_path: Path
) -> None:
    _with_pdf(own, tmp_path)

    async def fill() -> None:
        documents = own.whatsapp.documents
        rendered = payloads.render(DOCUMENT)
        await asyncio.gather(*(documents.fill("1", rendered) for _ in range(5)))

    asyncio.run(fill())

    assert own.channel.uploads == 1


def test_her_new_number_is_where_the_reply_goes(own: OwnService) -> None:
    asyncio.run(own.hear(message(1, LATE)))
    new = Sender("KE.77", "254700000002")
    change = Renaming(number_id="1", message_id="r", old=ASHA, new=new)
    with own.service.database.writing() as connection:
        inbox.store(connection, own.service.identity, Delivery(renamings=(change,)), NOON)

    asyncio.run(own.work())

    assert {one["to"] for one in own.channel.sent} == {"+254700000002"}


def test_a_worker_that_lost_its_lease_says_nothing(own: OwnService) -> None:
    """Whoever has it now decides the same message."""
    asyncio.run(own.hear(message(1, LATE)))
    [person] = leases.claim(own.service.database, "worker", 1, own.clock())
    decides = answerer.Answerer(own.service, "worker")
    known, waiting = decides.read([person])[person]
    own.clock.now += leases.TERM + 1
    leases.claim(own.service.database, "other", 1, own.clock())

    attempts = asyncio.run(decides.decide_and_queue(replace(known), waiting))

    assert attempts == []
    assert [row.state for row in own.rows("inbox")] == ["waiting"]

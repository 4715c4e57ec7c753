"""Windows, rates, statuses and prices of the stand-in, by a clock that stands still."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from kmqa.simulator.rules import Fault
from kmqa.simulator.world import Clock, SentMessage, World

PHONE = "254700000001"
NUMBER = "100"
NOVEMBER = datetime(2026, 11, 23, 12, tzinfo=UTC).timestamp()
TEXT = {"to": f"+{PHONE}", "type": "text", "text": {"body": "x"}, "biz_opaque_callback_data": "7"}
TEMPLATE = {"to": f"+{PHONE}", "type": "template", "template": {"name": "a"}}


class StillClock(Clock):
    """Stands at `NOVEMBER`, but for how far it was moved."""

    def now(self) -> float:
        """See `Clock.now`."""
        return NOVEMBER + self.ahead


@pytest.fixture
def world() -> World:
    made = World((NUMBER,), "token")
    made.clock = StillClock()
    made.behaviour = replace(made.behaviour, per_second=0)
    made.wrote(PHONE)
    return made


def _sent(world: World, payload: dict = TEXT) -> SentMessage:
    message = world.accept(NUMBER, payload)
    assert isinstance(message, SentMessage)
    return message


def _code(world: World, payload: dict = TEXT) -> int | None:
    found = world.accept(NUMBER, payload)
    return found.code if isinstance(found, Fault) else None


def test_outside_the_window_only_a_template_may_be_sent(world: World) -> None:
    world.behaviour = replace(world.behaviour, late_window=False)
    world.clock.ahead = 24 * 3600 - 1
    assert _code(world) is None

    world.clock.ahead += 1

    assert _code(world) == 131047
    assert _code(world, TEMPLATE) is None


def test_outside_the_window_a_message_may_be_taken_and_fail_later(world: World) -> None:
    """As Meta does it more often than not."""
    world.clock.ahead = 25 * 3600

    [status] = world.statuses(_sent(world))

    assert (status["status"], status["errors"][0]["code"]) == ("failed", 131047)


def test_to_one_person_go_a_burst_and_then_one_message_in_six_seconds(world: World) -> None:
    codes = [_code(world) for _ in range(46)]
    assert codes == [None] * 45 + [131056]

    world.clock.ahead = 6.01

    assert [_code(world), _code(world)] == [None, 131056]
    assert _code(world, TEXT | {"to": "+254700000002"}) is None


def test_a_number_carries_so_many_messages_a_second_in_and_out(world: World) -> None:
    world.behaviour = replace(world.behaviour, per_second=3)
    world.carry(NUMBER)
    assert [_code(world) for _ in range(3)] == [None, None, 130429]

    world.clock.ahead = 1

    assert _code(world) is None


def test_statuses_come_with_what_was_given_along_and_a_price_on_the_first(world: World) -> None:
    statuses = list(world.statuses(_sent(world)))

    assert [one["status"] for one in statuses] == ["sent", "delivered", "read"]
    assert {one["biz_opaque_callback_data"] for one in statuses} == {"7"}
    assert ["pricing" in one for one in statuses] == [True, False, False]


def test_a_thousand_replies_a_month_are_free_and_the_next_is_billed(world: World) -> None:
    for n in range(1_000):
        _sent(world, TEXT | {"to": f"+2547{n:08}"})
    next_one = _sent(world)
    assert world.costs()["billed"] == 1
    assert next(world.statuses(next_one))["pricing"] == {
        "billable": True, "pricing_model": "PMP", "type": "regular", "category": "service",
    }  # fmt: skip

    world.clock.ahead = 30 * 86_400

    assert not _sent(world).is_billed


def test_before_october_nothing_within_the_window_was_billed_and_templates_are_since(
    world: World,
) -> None:
    assert _sent(world, TEMPLATE).is_billed

    world.clock.ahead = -60 * 86_400

    assert not _sent(world, TEMPLATE).is_billed


def test_errors_and_failures_come_as_they_were_asked_for(world: World) -> None:
    world.behaviour.errors.append(131016)
    world.behaviour.failures.append(131026)

    assert _code(world) == 131016
    first, second = _sent(world), _sent(world)
    assert [one["status"] for one in world.statuses(first)] == ["failed"]
    assert [one["status"] for one in world.statuses(second)][-1] == "read"


def test_who_hides_her_number_is_written_to_by_her_id(world: World) -> None:
    user_id = world.contact(PHONE).user_id
    world.behaviour = replace(world.behaviour, hide_phones=True)

    message = _sent(world, {"recipient": user_id, "type": "text", "text": {"body": "x"}})

    assert message.phone == PHONE
    assert all("recipient_id" not in status for status in world.statuses(message))
    assert _code(world, {"recipient": "KE.0", "type": "text"}) == 131026


def test_a_file_lives_thirty_days_and_its_link_five_minutes(world: World) -> None:
    media_id = world.files.keep(b"%PDF", "application/pdf", world.clock.now())
    assert isinstance(media_id, str)
    document = {"to": f"+{PHONE}", "type": "document", "document": {"id": media_id}}
    assert _code(world, document) is None
    link = world.files.link(media_id, world.clock.now())
    until, seal = link.partition("?until=")[2].split("&seal=")
    assert world.files.is_open(media_id, int(until), seal, world.clock.now() + 299)
    assert not world.files.is_open(media_id, int(until), seal, world.clock.now() + 301)
    assert not world.files.is_open(media_id, int(until) + 1, seal, world.clock.now())

    world.clock.ahead = 30 * 86_400
    world.wrote(PHONE)

    assert _code(world, document) == 100


@pytest.mark.parametrize(("content", "kind"), [(b"", "application/pdf"), (b"x", "text/html")])
def test_an_empty_file_and_one_of_another_kind_are_refused(
    world: World, content: bytes, kind: str
) -> None:
    assert isinstance(world.files.keep(content, kind, 0.0), Fault)

"""What a worker makes of the people it claims, and what it keeps up meanwhile."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from bundle_builder import make_responder
from corpus_builder import make_answer, make_corpus
from own_service import message, own_service
from sqlalchemy import text

from kmqa.errors import SettingsError
from kmqa.messages import Sender
from kmqa.runtime.worker import Worker
from kmqa.state import leases
from kmqa.state.inbox import Waiting
from kmqa.state.people import Person, StoredProfile
from kmqa.state.retention import DAY


def _person(number: int) -> Person:
    address = Sender(phone=f"25470000000{number}")
    return Person(
        id=number,
        address=address,
        opted_out=False,
        conversation=None,
        wrote_at=0.0,
        profile=StoredProfile(),
    )


@dataclass
class OneUnreadable:
    """Reads everybody but person 2."""

    fault: Exception
    asked: list[list[int]] = field(default_factory=list)

    def read(self, persons: Sequence[int]) -> dict[int, tuple[Person, list[Waiting]]]:
        """As `kmqa.runtime.answerer.Answerer.read`."""
        self.asked.append(list(persons))
        if 2 in persons:
            raise self.fault
        return {person: (_person(person), []) for person in persons}


@pytest.mark.parametrize(
    "fault",
    [
        SettingsError("a sealed text cannot be opened", which="KMQA_PEPPER"),
        TypeError("an address with a field of a newer version"),
    ],
)
def test_one_person_who_cannot_be_read_does_not_stop_the_others(
    monkeypatch: pytest.MonkeyPatch, fault: Exception
) -> None:
    # Only the reading is under test; a whole service would need a bundle and a database.
    worker = object.__new__(Worker)
    reading = OneUnreadable(fault)
    monkeypatch.setattr(worker, "_answerer", reading, raising=False)

    found = worker._read([1, 2, 3])

    assert set(found) == {1, 3}
    assert reading.asked == [[1, 2, 3], [1], [2], [3]]


def test_a_fault_in_what_is_kept_up_beside_costs_no_lease(tmp_path: Path) -> None:
    """Else the worker's people would be taken over while it works for them."""
    with own_service(tmp_path, make_responder(make_corpus(tmp_path))) as own:
        asyncio.run(own.hear(message(1)))
        [person] = leases.claim(own.service.database, "worker", 1, own.clock())
        with own.service.database.writing() as connection:
            connection.execute(text("DROP TABLE statuses"))
        own.clock.now += leases.TERM - 1

        async def kept() -> None:
            worker = Worker(own.service, own.service.channels.connect(own.service), "worker")
            worker._people = {person: asyncio.create_task(asyncio.sleep(60))}
            keeping = asyncio.create_task(worker._do_chores())
            while not own.rows("workers"):
                await asyncio.sleep(0.01)
            keeping.cancel()

        asyncio.run(asyncio.wait_for(kept(), 10))

        assert leases.claim(own.service.database, "other", 1, own.clock() + 5) == []


def test_what_she_asked_last_is_kept_no_longer_than_her_other_questions(tmp_path: Path) -> None:
    """The bot remembers it for a question that leans on it; her profile stays."""
    asked = make_answer("depo-late", questions={"en": ["depo client three weeks late"]})
    with own_service(tmp_path, make_responder(make_corpus(tmp_path, answers=(asked,)))) as own:
        worker = Worker(own.service, own.service.channels.connect(own.service), "worker")

        def remembered() -> str:
            with own.service.database.writing() as connection:
                worker._purge(connection)
            [row] = own.rows("people")
            return str(own.service.identity.open(row.conversation))

        asyncio.run(own.hear(message(1, "depo client three weeks late")))
        asyncio.run(own.work())
        own.clock.now += 29 * DAY
        before = remembered()
        own.clock.now += 2 * DAY
        after = remembered()

        assert "three weeks late" in before
        assert "three weeks late" not in after
        assert "'welcomed'" in after

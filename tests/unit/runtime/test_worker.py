"""What a worker makes of the people it claims."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from kmqa.errors import SettingsError
from kmqa.messages import Sender
from kmqa.runtime.worker import Worker
from kmqa.state.inbox import Waiting
from kmqa.state.people import Person


def _person(number: int) -> Person:
    address = Sender(phone=f"25470000000{number}")
    return Person(id=number, address=address, opted_out=False, conversation=None, wrote_at=0.0)


@dataclass
class OneUnreadable:
    """Reads everybody but person 2, whose row was sealed under another pepper."""

    asked: list[list[int]] = field(default_factory=list)

    def read(self, persons: Sequence[int]) -> dict[int, tuple[Person, list[Waiting]]]:
        """As `kmqa.runtime.answerer.Answerer.read`."""
        self.asked.append(list(persons))
        if 2 in persons:
            raise SettingsError("a sealed text cannot be opened", which="KMQA_PEPPER")
        return {person: (_person(person), []) for person in persons}


def test_one_person_who_cannot_be_read_does_not_stop_the_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Only the reading is under test; a whole service would need a bundle and a database.
    worker = object.__new__(Worker)
    reading = OneUnreadable()
    monkeypatch.setattr(worker, "_answerer", reading, raising=False)

    found = worker._read([1, 2, 3])

    assert set(found) == {1, 3}
    assert reading.asked == [[1, 2, 3], [1], [2], [3]]

"""How much of one person is read at once, and how soon the rest."""

import pytest
from waiting import make_waiting

from kmqa.messages import Urgency
from kmqa.runtime import pace
from kmqa.state.inbox import Waiting

NOON = 1_795_435_200.0


def _waiting(*texts: str, urgent: tuple[int, ...] = ()) -> list[Waiting]:
    return [
        make_waiting(number, text, urgency=Urgency.LIKELY if number in urgent else Urgency.ORDINARY)
        for number, text in enumerate(texts)
    ]


def _ids(part: pace.Slice) -> tuple[list[int], list[int]]:
    return [one.id for one in part.taken], [one.id for one in part.rest]


def test_what_a_person_types_in_one_breath_is_read_whole() -> None:
    assert _ids(pace.take_slice(_waiting("my client", "is late", "for depo"))) == ([0, 1, 2], [])


def test_of_long_messages_one_is_read_and_the_others_wait() -> None:
    assert _ids(pace.take_slice(_waiting("a" * 4_096, "b" * 4_096, "c"))) == ([0], [1, 2])


def test_of_very_many_messages_a_turn_takes_some() -> None:
    taken, rest = _ids(pace.take_slice(_waiting(*"x" * 50)))

    assert len(taken) == pace.MOST_AT_ONCE
    assert sorted(taken + rest) == list(range(50))


@pytest.mark.parametrize("last", ["she bleeds a lot", "stop"])
def test_what_cannot_wait_is_read_before_older_messages(last: str) -> None:
    urgent = (3,) if last != "stop" else ()
    waiting = _waiting("a" * 4_000, "b" * 4_000, "c" * 4_000, last, urgent=urgent)

    assert _ids(pace.take_slice(waiting))[0] == [3]
    assert _ids(pace.take_pressing(waiting)) == ([3], [0, 1, 2])


def test_who_wrote_far_more_than_people_type_is_read_bit_by_bit() -> None:
    paces = pace.Paces()
    long = _waiting("a" * 4_096)
    for _ in range(3):
        assert paces.find_delay(1, NOON) == 0.0
        paces.count(1, pace.weigh(long), NOON)

    assert 0 < paces.find_delay(1, NOON) <= 10
    assert paces.find_delay(2, NOON) == 0.0
    assert paces.find_delay(1, NOON + 10) == 0.0


def test_two_hours_of_quick_typing_never_have_to_wait() -> None:
    paces = pace.Paces()
    message = _waiting("a message that a quick person types in five seconds")

    for place in range(24 * 60):
        assert paces.find_delay(1, NOON + 5 * place) == 0.0
        paces.count(1, pace.weigh(message), NOON + 5 * place)


def test_the_paces_of_many_people_take_little_memory() -> None:
    paces = pace.Paces()

    for person in range(20_000):
        paces.count(person, 100, NOON + person)

    assert len(paces._left) < 11_000

"""Most messages of a day and of a month, as a table."""

from typing import get_args

import pytest

from kmqa.channels import may_leave
from kmqa.channels.caps import make_caps
from kmqa.channels.may_leave import READER
from kmqa.messages import NEVER_CAPPED, Outgoing, Purpose
from kmqa.records import Caps
from kmqa.records.settings import CappedPurpose

NOW = 1_795_435_200.0


def _is_capped(purpose: Purpose, caps: Caps, n_sent: int = 0, **by_month: int) -> bool:
    content = Outgoing(text="text", purpose=purpose)
    asked = make_caps(caps, n_sent, by_month)
    return may_leave.may_leave(content, READER, None, NOW, asked).hold_reason == "capped"


@pytest.mark.parametrize(("n_sent", "expected"), [(0, False), (2, False), (3, True), (99, True)])
def test_a_person_gets_so_many_messages_in_a_day(n_sent: int, expected: bool) -> None:
    assert _is_capped("answer", Caps(person_day=3), n_sent) is expected


@pytest.mark.parametrize("purpose", sorted(NEVER_CAPPED))
def test_a_danger_sign_is_answered_whatever_was_sent(purpose: Purpose) -> None:
    caps = Caps(person_day=1, month={"answer": 0})

    assert not _is_capped(purpose, caps, 10_000, **{purpose: 10_000_000})


def test_a_curators_reply_is_held_by_no_cap_of_a_day() -> None:
    assert not _is_capped("handover", Caps(person_day=1), 99)
    assert _is_capped("handover", Caps(month={"handover": 5}), 0, handover=5)


def test_a_cap_of_a_month_counts_its_own_purpose() -> None:
    caps = Caps(month={"answer": 10})

    assert not _is_capped("answer", caps, answer=9, broadcast=10)
    assert _is_capped("answer", caps, answer=10)
    assert not _is_capped("service", caps, answer=10)


def test_by_default_what_nobody_asked_for_has_a_cap_and_answers_have_that_of_a_day() -> None:
    assert _is_capped("broadcast", Caps(), broadcast=100_000)
    assert not _is_capped("answer", Caps(), answer=100_000_000)
    assert _is_capped("answer", Caps(), 150)
    assert not _is_capped("answer", Caps(person_day=None), 10_000)


def test_every_purpose_is_capped_or_never_is() -> None:
    assert set(get_args(CappedPurpose)) == set(get_args(Purpose)) - NEVER_CAPPED

import asyncio

import pytest

from kmqa.channels.whatsapp import limiter


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        """Seconds, as `time.monotonic` tells them."""
        return self.now


def test_one_person_gets_a_burst_and_then_one_message_in_six_seconds() -> None:
    clock = Clock()
    pairs = limiter.PairLimiter(clock)

    burst = [pairs.may_send(1) for _ in range(60)]
    clock.now += 6.01
    after = [pairs.may_send(1), pairs.may_send(1)]

    assert burst.count(True) == 45
    assert after == [True, False]


def test_one_person_does_not_hold_up_another() -> None:
    pairs = limiter.PairLimiter(Clock())
    for _ in range(60):
        pairs.may_send(1)

    assert pairs.may_send(2)


def _waits(numbers: limiter.NumberLimiter, n: int, monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Seconds that each of `n` messages over one number would have waited."""
    waited: list[float] = []

    async def note(seconds: float) -> None:
        waited.append(seconds)

    async def send() -> None:
        for _ in range(n):
            await numbers.wait("1")

    monkeypatch.setattr(asyncio, "sleep", note)
    asyncio.run(send())
    return waited


def test_a_number_keeps_its_rate(monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = limiter.NumberLimiter(40, Clock())

    assert _waits(numbers, 41, monkeypatch)[-1] == pytest.approx(1.0, abs=0.05)


def test_workers_share_the_rate_of_a_number(monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = limiter.NumberLimiter(40, Clock(), workers=4)

    assert _waits(numbers, 11, monkeypatch)[-1] == pytest.approx(1.0, abs=0.05)


def test_a_number_that_was_too_fast_sends_at_half_its_rate_for_a_minute(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = Clock()
    numbers = limiter.NumberLimiter(40, clock)
    numbers.slow_down("1")

    slow = _waits(numbers, 21, monkeypatch)[-1]
    clock.now += 120
    calm = _waits(numbers, 45, monkeypatch)[-1]

    assert slow == pytest.approx(1.0, abs=0.05)
    assert calm == pytest.approx(1.0, abs=0.05)

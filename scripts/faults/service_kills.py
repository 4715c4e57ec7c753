"""Web and workers are killed at random moments while people write.

A send that was in the air when its worker died may be repeated, because Meta has no idempotency
key; such moments are counted, and nothing else may be said twice.
"""

import asyncio
import random
from collections.abc import Iterator
from dataclasses import dataclass, field

import process_harness

from faults import deliveries
from faults.scenario import Place, Row, Scenario
from kmqa.runtime.worker import default_name

KILLS = 10
_PER_SECOND = 25.0
_FIRST = 500  # number of the first message


@dataclass(slots=True)
class Air:
    """Replies that were being sent when processes were killed.

    Attributes:
        of_the_killed: Rows of the outbox whose people the killed worker had leased.
        n_open: Rows that anybody was sending, added up over the kills.
    """

    of_the_killed: set[int] = field(default_factory=set)
    n_open: int = 0


def run(place: Place) -> Iterator[Row]:
    """Yield a row for each database."""
    messages = place.messages // 5 if place.is_quick else place.messages
    for database in place.databases:
        with deliveries.start_service(place, database) as on:
            yield kill_and_count(database, on, messages, seed=place.seed)


def kill_and_count(
    database: str,
    on: process_harness.ServiceProcesses,
    messages: int,
    kills: int = KILLS,
    seed: int = 1,
) -> Row:
    """Let as many people write one message each, with `kills` on the way, and count."""
    deliveries.start_all(on, 2, status_delay=0.3)
    numbers = range(_FIRST, _FIRST + messages)

    async def write_and_kill() -> tuple[Air, deliveries.Posted]:
        span = messages / _PER_SECOND
        killing = asyncio.create_task(_kill_processes(on, kills, span, seed))
        posted = await deliveries.deliver_all(on, numbers, _PER_SECOND)
        return await killing, posted

    air, posted = asyncio.run(write_and_kill())
    fate = deliveries.wait_for_fate(on, posted)
    explained = air.of_the_killed | deliveries.find_unanswered_sends(on)
    note = f"{kills} kills, {len(air.of_the_killed)} replies in the air at one"
    doubled = fate.repeated - explained
    return deliveries.make_row(f"web and workers killed, {database}", posted, fate, note, doubled)


async def _kill_processes(
    on: process_harness.ServiceProcesses, kills: int, span: float, seed: int
) -> Air:
    """Kill a process `kills` times within `span` seconds and start it again."""
    chance = random.Random(seed)  # noqa: S311 - moments, no secret
    air = Air()
    for _ in range(kills):
        await asyncio.sleep(chance.uniform(0.3, 1.7) * span / kills)
        name = chance.choice(["web", "worker0", "worker1"])
        leased_by = f"{default_name().rpartition('-')[0]}-{on.processes[name].pid}"
        await asyncio.to_thread(on.kill, name)
        if name == "web":
            await asyncio.to_thread(on.start_web)
            continue
        sending = await asyncio.to_thread(deliveries.list_outbox, on, "sending", leased_by)
        air.of_the_killed |= set(sending)
        air.n_open += len(await asyncio.to_thread(deliveries.list_outbox, on, "sending"))
        on.start_worker(name)
    return air


SCENARIO = Scenario("service-kills", "kill web and workers at random moments", run)

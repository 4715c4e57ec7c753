"""Kill web and workers at random moments and count what was lost or said twice (`make chaos`).

Meta's side is played faithfully: a webhook that got no 200 is delivered again. A send that was in
the air when its worker died may be repeated, because Meta has no idempotency key; such moments are
counted, and nothing else may be said twice.
"""

import argparse
import asyncio
import json
import random
import sys
import time
from collections import Counter
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import httpx
import load
from sqlalchemy import create_engine, select

from kmqa.channels.whatsapp.signature import HEADER, signature_of
from kmqa.runtime.worker import default_name
from kmqa.state import tables

sys.path.append(str(Path(__file__).parents[1] / "tests" / "lib"))
import process_harness

KILLS = 10
_PATIENCE = 240.0  # seconds for everything to be answered after the last kill


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of the messages of one run.

    Attributes:
        lost: Messages with 200 that were neither answered nor parked.
        twice: Messages that were answered more than once.
        in_the_air: Different replies that a killed worker had taken to send and not settled.
        unexplained: Replies said more than once that were neither among those in the air nor
            had got no answer from Meta in time, which comes to the same.
        n_open: Those that any worker had begun, the living one too, added up over the kills.
        parked: Messages or replies that wait for a person.
    """

    name: str
    messages: int
    kills: int
    answered: int
    lost: int
    twice: int
    in_the_air: int
    unexplained: int
    n_open: int
    parked: int


async def deliver_all(
    on: process_harness.ServiceProcesses, numbers: list[int], per_second: float
) -> None:
    """Every message was delivered until the webhook said 200."""
    gate = asyncio.Semaphore(32)
    async with httpx.AsyncClient(timeout=5) as http:

        async def deliver(number: int) -> None:
            body = load.webhook_body(number, "message")
            headers = {
                HEADER: signature_of(body, process_harness.SECRET),
                "content-type": "application/json",
            }
            async with gate:
                while True:
                    try:
                        answer = await http.post(on.webhook_url, content=body, headers=headers)
                        if answer.status_code == 200:
                            return
                    except httpx.HTTPError:
                        pass
                    await asyncio.sleep(0.3)

        tasks = []
        for number in numbers:
            tasks.append(asyncio.create_task(deliver(number)))
            await asyncio.sleep(1 / per_second)
        await asyncio.gather(*tasks)


@dataclass(slots=True)
class Air:
    """Replies that were being sent when processes were killed.

    Attributes:
        of_the_killed: Rows of the outbox whose people the killed worker had leased.
        n_open: Rows that anybody was sending, added up over the kills.
    """

    of_the_killed: set[int] = field(default_factory=set)
    n_open: int = 0


async def kill_processes(
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
        if name != "web":
            air.of_the_killed |= set(await asyncio.to_thread(_letters, on, "sending", leased_by))
            air.n_open += len(await asyncio.to_thread(_letters, on, "sending"))
            on.start_worker(name)
        else:
            await asyncio.to_thread(on.start_web)
    return air


def _find_repeats(on: process_harness.ServiceProcesses) -> set[int]:
    """Return the replies that Meta was given more than once, by the id that each carries."""
    given = Counter(_letter_of(reply) for reply in on.sent())
    return {letter for letter, n in given.items() if n > 1}


def _without_answer(on: process_harness.ServiceProcesses) -> set[int]:
    """Return the replies of which a worker noted that Meta's answer to them never came."""
    lines = [
        json.loads(line)
        for log in on.folder.glob("worker*.log")
        for line in log.read_text(encoding="utf-8").splitlines()
        if '"not sent"' in line and line.startswith("{")
    ]
    return {int(line["letter"]) for line in lines if line["action"] == "ambiguous"}


def run(
    name: str,
    on: process_harness.ServiceProcesses,
    messages: int,
    kills: int = KILLS,
    seed: int = 1,
) -> Outcome:
    """`messages` from as many people, with `kills` on the way."""
    on.start_meta(status_delay=0.3)
    on.start_web()
    for worker in ("worker0", "worker1"):
        on.start_worker(worker)
    on.wait_for_workers(2)
    numbers = list(range(500, 500 + messages))
    rate = 25.0

    async def both() -> Air:
        killing = asyncio.create_task(kill_processes(on, kills, messages / rate, seed))
        await deliver_all(on, numbers, rate)
        return await killing

    air = asyncio.run(both())
    parked = _wait_for_answers(on, messages)
    answered = _answers(on)
    return Outcome(
        name=name,
        messages=messages,
        kills=kills,
        answered=len(answered),
        lost=messages - len(answered.keys() | parked),
        twice=sum(n > 1 for n in answered.values()),
        in_the_air=len(air.of_the_killed),
        unexplained=len(_find_repeats(on) - air.of_the_killed - _without_answer(on)),
        n_open=air.n_open,
        parked=len(_letters(on, "parked")),
    )


def _wait_for_answers(on: process_harness.ServiceProcesses, messages: int) -> set[int]:
    """Who has a reply that is parked, once everybody was answered or has one."""
    deadline = time.monotonic() + _PATIENCE
    parked: set[int] = set()
    while time.monotonic() < deadline:
        parked = set(_letters(on, "parked").values())
        if len(_answers(on).keys() | parked) >= messages and not _letters(on, "sending"):
            break
        time.sleep(1)
    return parked


def _answers(on: process_harness.ServiceProcesses) -> Counter[int]:
    """How often each person was answered; the welcome of the first contact is none."""
    given = [reply for reply in on.sent() if not process_harness.is_welcome(reply)]
    whose = _letters(on)  # read later, so that it knows all that were given
    return Counter(whose[_letter_of(reply)] for reply in given)


def _letter_of(reply: dict[str, Any]) -> int:
    return int(reply["payload"]["biz_opaque_callback_data"])


def _letters(
    on: process_harness.ServiceProcesses, state: str | None = None, leased_by: str | None = None
) -> dict[int, int]:
    """Return the person of each reply by its row; of one state or one worker's people alone."""
    box, people = tables.outbox.c, tables.people.c
    query = select(box.id, box.person).join(tables.people, people.id == box.person)
    if state is not None:
        query = query.where(box.state == state)
    if leased_by is not None:
        query = query.where(people.leased_by == leased_by)
    engine = create_engine(_driver(on.database_url))
    with engine.connect() as connection:
        found = {row.id: row.person for row in connection.execute(query)}
    engine.dispose()
    return found


def _driver(url: str) -> str:
    return url.replace("postgresql://", "postgresql+psycopg://")


def main() -> None:
    """Run on SQLite, and on PostgreSQL where asked; print the outcomes as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--index", type=Path, default=Path("index"))
    parser.add_argument("--postgresql", action="store_true", help="on PostgreSQL too")
    parser.add_argument("--messages", type=int, default=1_000)
    options = parser.parse_args()
    outcomes = []
    with process_harness.start_service(options.index) as on:
        outcomes.append(run("sqlite", on, options.messages))
        print(outcomes[-1], flush=True)
    if options.postgresql:
        with (
            process_harness.start_postgresql() as url,
            process_harness.start_service(options.index, url) as on,
        ):
            outcomes.append(run("postgresql", on, options.messages))
            print(outcomes[-1], flush=True)
    print(json.dumps([asdict(one) for one in outcomes], indent=1))
    if any(one.lost or one.unexplained for one in outcomes):
        raise SystemExit(1)


if __name__ == "__main__":
    main()

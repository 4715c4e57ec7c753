"""Kill web and workers at random moments and count what was lost or said twice (`make chaos`).

Meta's side is played faithfully: a webhook that got no 200 is delivered again. A send that was in
the air when its worker died may be repeated, because Meta has no idempotency key; such moments are
counted, and nothing else may be said twice.
"""

import argparse
import asyncio
import json
import random
import time
from collections import Counter
from dataclasses import asdict, dataclass, field
from pathlib import Path

import httpx
import load
import stage
from sqlalchemy import create_engine, func, select

from kmqa.channels.whatsapp.signature import HEADER, signature_of
from kmqa.runtime.worker import default_name
from kmqa.state import tables

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


async def delivered(on: stage.Stage, numbers: list[int], per_second: float) -> None:
    """Every message was delivered until the webhook said 200."""
    gate = asyncio.Semaphore(32)
    async with httpx.AsyncClient(timeout=5) as http:

        async def deliver(number: int) -> None:
            body = load.webhook_body(number, "message")
            headers = {HEADER: signature_of(body, stage.SECRET), "content-type": "application/json"}
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


async def killed(on: stage.Stage, kills: int, span: float, seed: int) -> Air:
    """Kill a process `kills` times within `span` seconds and start it again."""
    chance = random.Random(seed)  # noqa: S311 - moments, no secret
    air = Air()
    for _ in range(kills):
        await asyncio.sleep(chance.uniform(0.3, 1.7) * span / kills)
        name = chance.choice(["web", "worker0", "worker1"])
        leased_by = f"{default_name().rpartition('-')[0]}-{on.processes[name].pid}"
        await asyncio.to_thread(on.kill, name)
        if name != "web":
            air.of_the_killed |= set(await asyncio.to_thread(_sending, on, leased_by))
            air.n_open += len(await asyncio.to_thread(_sending, on))
            on.start_worker(name)
        else:
            await asyncio.to_thread(on.start_web)
    return air


def _sending(on: stage.Stage, leased_by: str | None = None) -> list[int]:
    """Replies that were begun and not settled, by any worker or by one."""
    box, people = tables.outbox.c, tables.people.c
    query = select(box.id).join(tables.people, people.id == box.person)
    query = query.where(box.state == "sending")
    if leased_by is not None:
        query = query.where(people.leased_by == leased_by)
    engine = create_engine(_driver(on.database_url))
    with engine.connect() as connection:
        found = list(connection.execute(query).scalars())
    engine.dispose()
    return found


def _said_again(on: stage.Stage) -> set[int]:
    """Replies that Meta was given more than once, by the id that each carries."""
    given = Counter(int(reply["payload"]["biz_opaque_callback_data"]) for reply in on.sent())
    return {letter for letter, n in given.items() if n > 1}


def _without_answer(on: stage.Stage) -> set[int]:
    """Replies of which a worker noted that Meta's answer to them never came."""
    lines = [
        json.loads(line)
        for log in on.folder.glob("worker*.log")
        for line in log.read_text(encoding="utf-8").splitlines()
        if '"not sent"' in line and line.startswith("{")
    ]
    return {int(line["letter"]) for line in lines if line["action"] == "ambiguous"}


def _counted(on: stage.Stage, state: str) -> int:
    engine = create_engine(_driver(on.database_url))
    with engine.connect() as connection:
        box = tables.outbox
        n: int = connection.execute(
            select(func.count()).select_from(box).where(box.c.state == state)
        ).scalar_one()
    engine.dispose()
    return n


def _driver(url: str) -> str:
    return url.replace("postgresql://", "postgresql+psycopg://")


def run(name: str, on: stage.Stage, messages: int, kills: int = KILLS, seed: int = 1) -> Outcome:
    """`messages` from as many people, with `kills` on the way."""
    on.start_meta(status_delay=0.3)
    on.start_web()
    for worker in ("worker0", "worker1"):
        on.start_worker(worker)
    on.wait_for_workers(2)
    numbers = list(range(500, 500 + messages))
    rate = 25.0

    async def both() -> Air:
        killing = asyncio.create_task(killed(on, kills, messages / rate, seed))
        await delivered(on, numbers, rate)
        return await killing

    air = asyncio.run(both())
    answered, parked = _settled(on, messages)
    return Outcome(
        name=name,
        messages=messages,
        kills=kills,
        answered=len(answered),
        lost=messages - len(answered) - parked,
        twice=sum(n > 1 for n in answered.values()),
        in_the_air=len(air.of_the_killed),
        unexplained=len(_said_again(on) - air.of_the_killed - _without_answer(on)),
        n_open=air.n_open,
        parked=parked,
    )


def _settled(on: stage.Stage, messages: int) -> tuple[Counter[str], int]:
    """How often each person was answered, and how many messages are parked, at the end."""
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        answered = _answers(on)
        parked = _counted(on, "parked")
        if len(answered) + parked >= messages and not _sending(on):
            return answered, parked
        time.sleep(1)
    return _answers(on), _counted(on, "parked")


def _answers(on: stage.Stage) -> Counter[str]:
    """How often each person was answered; the welcome of the first contact is none."""
    return Counter(reply["to"] for reply in on.sent() if not stage.is_welcome(reply))


def main() -> None:
    """Run on SQLite, and on PostgreSQL where asked; print the outcomes as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--index", type=Path, default=Path("index"))
    parser.add_argument("--postgresql", action="store_true", help="on PostgreSQL too")
    parser.add_argument("--messages", type=int, default=1_000)
    options = parser.parse_args()
    outcomes = []
    with stage.staged(options.index) as on:
        outcomes.append(run("sqlite", on, options.messages))
        print(outcomes[-1], flush=True)
    if options.postgresql:
        with stage.postgresql() as url, stage.staged(options.index, url) as on:
            outcomes.append(run("postgresql", on, options.messages))
            print(outcomes[-1], flush=True)
    print(json.dumps([asdict(one) for one in outcomes], indent=1))
    if any(one.lost or one.unexplained for one in outcomes):
        raise SystemExit(1)


if __name__ == "__main__":
    main()

"""Meta's side of a fault run: each message is delivered until it got its 200, then counted."""

import asyncio
import contextlib
import json
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import httpx
import load
import process_harness
from sqlalchemy import create_engine, select

from faults.scenario import Place, Row
from kmqa.channels.whatsapp.signature import HEADER, signature_of
from kmqa.state import tables

_PATIENCE = 240.0  # seconds for everything to be answered once nothing is broken any more
_AGAIN = 0.3  # seconds until a message that got no 200 is delivered again
_TIMEOUT = 5.0  # seconds that Meta waits for the webhook
_AT_ONCE = 32


@dataclass(slots=True)
class Posted:
    """What was delivered.

    Attributes:
        first: Unix seconds of the first try of each message, by its number.
        n_refused: Tries that got no 200.
    """

    first: dict[int, float] = field(default_factory=dict)
    n_refused: int = 0


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of messages, each of another person.

    Attributes:
        answered: How often each person was answered, by the row of the person.
        parked: People of whom something waits for a curator.
        repeated: Rows of the outbox that Meta was given more than once.
        waited: Seconds from the first try to the first reply, by the number of the message.
        n_parked: Replies that wait for a curator.
    """

    answered: Counter[int]
    parked: set[int]
    repeated: set[int]
    waited: dict[int, float]
    n_parked: int


@contextlib.contextmanager
def start_service(
    place: Place, database: str, **settings: str
) -> Iterator[process_harness.ServiceProcesses]:
    """Give a service of its own on the database of this kind, with nothing started."""
    with contextlib.ExitStack() as stack:
        url = None
        if database == "postgresql":
            url = stack.enter_context(process_harness.start_postgresql())
        yield stack.enter_context(process_harness.start_service(place.index, url, **settings))


def start_all(
    on: process_harness.ServiceProcesses, n_workers: int = 1, **behaviour: object
) -> None:
    """Start the stand-in for Meta, the web process and workers, and wait until they work."""
    on.start_meta(**behaviour)
    on.start_web()
    for number in range(n_workers):
        on.start_worker(f"worker{number}")
    on.wait_for_workers(n_workers)


async def deliver_all(
    on: process_harness.ServiceProcesses,
    numbers: Sequence[int],
    per_second: float = 25.0,
    texts: Mapping[int, str] | None = None,
) -> Posted:
    """Deliver every message until the webhook says 200.

    Args:
        on: The service.
        numbers: Of the messages, each of another person.
        per_second: How many begin in a second.
        texts: Of those messages that have one of their own.
    """
    gate, posted = asyncio.Semaphore(_AT_ONCE), Posted()
    async with httpx.AsyncClient(timeout=_TIMEOUT) as http:

        async def deliver(number: int) -> None:
            body = load.webhook_body(number, "message", (texts or {}).get(number, ""))
            posted.first[number] = time.time()
            async with gate:
                while not await _post(http, on.webhook_url, body):
                    posted.n_refused += 1
                    await asyncio.sleep(_AGAIN)

        tasks = []
        for number in numbers:
            tasks.append(asyncio.create_task(deliver(number)))
            await asyncio.sleep(1 / per_second)
        await asyncio.gather(*tasks)
    return posted


async def _post(http: httpx.AsyncClient, url: str, body: bytes) -> bool:
    """Post a signed webhook once; return whether it got a 200."""
    signature = signature_of(body, process_harness.SECRET)
    headers = {HEADER: signature, "content-type": "application/json"}
    try:
        return (await http.post(url, content=body, headers=headers)).status_code == 200
    except httpx.HTTPError:
        return False


def wait_for_fate(
    on: process_harness.ServiceProcesses, posted: Posted, patience: float = _PATIENCE
) -> Fate:
    """Return what became of all that was posted, once everybody has a reply, sent or parked."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        parked = set(list_outbox(on, "parked").values())
        if len(_answers(on).keys() | parked) >= len(posted.first) and not list_outbox(
            on, "sending"
        ):
            break
        time.sleep(1)
    return _find_fate(on, posted)


def make_row(scenario: str, posted: Posted, fate: Fate, note: str, doubled: set[int]) -> Row:
    """Return the row of a run in which each message was of another person.

    Args:
        scenario: Its name.
        posted: What was delivered.
        fate: What became of it.
        note: What was done.
        doubled: Rows of the outbox that were sent again without need.
    """
    n = len(posted.first)
    answered = len(fate.answered)
    return Row(
        scenario=scenario,
        tried=n,
        held=answered,
        lost=max(0, n - len(fate.answered.keys() | fate.parked)),
        doubled=len(doubled),
        parked=fate.n_parked,
        waited=tuple(fate.waited.values()),
        note=f"{note}; {posted.n_refused} deliveries refused and repeated"
        if posted.n_refused
        else note,
    )


def _find_fate(on: process_harness.ServiceProcesses, posted: Posted) -> Fate:
    by_phone = {load.phone_of(number): number for number in posted.first}
    waited: dict[int, float] = {}
    for reply in on.sent():
        number = by_phone.get(reply["to"])
        if number is not None and not process_harness.is_welcome(reply):
            waited.setdefault(number, reply["at"] - posted.first[number])
    parked = list_outbox(on, "parked")
    return Fate(
        answered=_answers(on),
        parked=set(parked.values()),
        repeated=find_repeats(on),
        waited=waited,
        n_parked=len(parked),
    )


def find_repeats(on: process_harness.ServiceProcesses) -> set[int]:
    """Return the replies that Meta was given more than once, by the id that each carries."""
    given = Counter(_row_of(reply) for reply in on.sent())
    return {row for row, n in given.items() if n > 1}


def find_unanswered_sends(on: process_harness.ServiceProcesses) -> set[int]:
    """Return the replies of which a worker noted that Meta's answer to them never came."""
    lines = [
        json.loads(line)
        for log in on.folder.glob("worker*.log")
        for line in log.read_text(encoding="utf-8", errors="replace").splitlines()
        if '"not sent"' in line and line.startswith("{")
    ]
    return {int(line["letter"]) for line in lines if line["action"] == "ambiguous"}


def list_outbox(
    on: process_harness.ServiceProcesses, state: str | None = None, leased_by: str | None = None
) -> dict[int, int]:
    """Return the person of each reply by its row; of one state or one worker's people alone."""
    box, people = tables.outbox.c, tables.people.c
    query = select(box.id, box.person).join(tables.people, people.id == box.person)
    if state is not None:
        query = query.where(box.state == state)
    if leased_by is not None:
        query = query.where(people.leased_by == leased_by)
    engine = create_engine(driver_url(on.database_url))
    with engine.connect() as connection:
        found = {row.id: row.person for row in connection.execute(query)}
    engine.dispose()
    return found


def driver_url(url: str) -> str:
    """Return `url` with the driver that is installed."""
    return url.replace("postgresql://", "postgresql+psycopg://")


def _answers(on: process_harness.ServiceProcesses) -> Counter[int]:
    """Return how often each person was answered; the welcome of the first contact is none."""
    given = [reply for reply in on.sent() if not process_harness.is_welcome(reply)]
    whose = list_outbox(on)  # read later, so that it knows all that were given
    return Counter(whose[_row_of(reply)] for reply in given)


def _row_of(reply: dict[str, Any]) -> int:
    return int(reply["payload"]["biz_opaque_callback_data"])


def add_faults(row: Row, faults: Sequence[str]) -> Row:
    """Return `row` with further promises that did not hold."""
    return replace(row, broken=(*row.broken, *faults))

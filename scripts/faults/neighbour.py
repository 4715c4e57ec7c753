"""Measure how long a danger sign waits beside neighbours who write very much (issue 17, A2).

Real processes on this machine; three neighbours, each with a database of its own:

- ``long``: one person sends twenty texts of 4,096 characters at once;
- ``crowd``: 600 people have asked something in the moment before;
- ``chat``: one address writes 120 texts of 2,000 characters on the chat page within a minute.

Beside each, other people report a danger sign, one after the other. On two cores it must be
answered within two seconds at the 99th percentile.
"""

import asyncio
import json
import time
import uuid
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import numpy as np
import process_harness

from faults import deliveries
from faults.scenario import Place, Row, Scenario
from kmqa.channels.whatsapp.signature import HEADER, signature_of

REACH = 2.0  # seconds at the 99th percentile
SIGNS = 40  # danger signs beside each neighbour
DANGER = "she gave birth today and the blood will not stop, she is fainting"
QUESTION = "client is 3 weeks late for depo, can I give it"
STORY = "she came to the clinic with her sister and we talked about the methods that she knows. "
_PATIENCE = 240.0  # seconds for every danger sign to be answered


@dataclass(slots=True)
class Sender:
    """Plays Meta's side, and knows when each danger sign was posted."""

    on: process_harness.ServiceProcesses
    http: httpx.AsyncClient
    posted: dict[str, float]

    async def post(self, phone: str, text: str) -> None:
        """Post one message of one person, until it was taken."""
        body = _body(phone, text)
        headers = {
            HEADER: signature_of(body, process_harness.SECRET),
            "content-type": "application/json",
        }
        answer = await self.http.post(self.on.webhook_url, content=body, headers=headers)
        answer.raise_for_status()

    async def report_danger(self, first: int, n: int, every: float) -> None:
        """Let `n` people report a danger sign, one every so many seconds."""
        for number in range(first, first + n):
            phone = f"2547{number:08}"
            self.posted[phone] = time.time()
            await self.post(phone, DANGER)
            await asyncio.sleep(every)

    async def write_long(self) -> None:
        """Send the twenty long texts of one person at once."""
        texts = [f"{n}. " + (STORY * 60)[:4_090] for n in range(20)]
        await asyncio.gather(*(self.post("254799999999", text) for text in texts))

    async def ask_as_crowd(self) -> None:
        """Let 600 people ask something at once."""
        gate = asyncio.Semaphore(32)

        async def ask(number: int) -> None:
            async with gate:
                await self.post(f"25476{number:07}", f"{QUESTION} number {number}")

        await asyncio.gather(*(ask(number) for number in range(600)))

    async def chat(self) -> None:
        """Write on the chat page what its limits of messages let through."""
        url = f"http://127.0.0.1:{self.on.web_port}/chat/messages"
        for n in range(120):
            written = {"session": uuid.uuid4().hex, "id": uuid.uuid4().hex}
            await self.http.post(url, json=written | {"text": f"{n}. " + (STORY * 30)[:1_990]})


Neighbour = Callable[[Sender], Awaitable[None]]
NEIGHBOURS: dict[str, Neighbour] = {
    "long": Sender.write_long,
    "crowd": Sender.ask_as_crowd,
    "chat": Sender.chat,
}


def run(place: Place) -> Iterator[Row]:
    """Yield a row for each neighbour and database."""
    for database in place.databases:
        for name in NEIGHBOURS:
            with deliveries.start_service(place, database, KMQA_WEB_CHAT="true") as on:
                deliveries.start_all(on, statuses=())
                yield asyncio.run(_measure(f"neighbour: {name}, {database}", name, on))


async def _measure(scenario: str, name: str, on: process_harness.ServiceProcesses) -> Row:
    async with httpx.AsyncClient(timeout=60) as http:
        first = Sender(on, http, {})  # what is made once, such as the first look, is made here
        await first.report_danger(10, 1, 0.0)
        await _wait(on, first.posted)
        calm = Sender(on, http, {})
        await calm.report_danger(0, 5, 0.5)
        before = list((await _wait(on, calm.posted)).values())
        beside = Sender(on, http, {})
        disturbing = asyncio.ensure_future(NEIGHBOURS[name](beside))
        await asyncio.sleep(0.3)
        await beside.report_danger(1_000, SIGNS, 0.25)
        await disturbing
        waited = await _wait(on, beside.posted)
    seconds, tried = list(waited.values()), len(beside.posted)
    late = bool(seconds) and float(np.percentile(seconds, 99)) > REACH
    median = float(np.median(before)) if before else float("nan")
    return Row(
        scenario=scenario,
        tried=tried,
        held=len(waited),
        lost=tried - len(waited),
        waited=tuple(seconds),
        note=f"danger signs of others meanwhile; {median:.2f} s before the neighbour wrote",
        broken=(f"a danger sign waited over {REACH:g} s at p99",) if late else (),
    )


async def _wait(on: process_harness.ServiceProcesses, posted: dict[str, float]) -> dict[str, float]:
    """Return how long each phone waited for its first reply, as far as it came."""
    deadline = time.monotonic() + _PATIENCE
    waited: dict[str, float] = {}
    while time.monotonic() < deadline and len(waited) < len(posted):
        await asyncio.sleep(1)
        for reply in await asyncio.to_thread(on.sent):
            if reply["to"] in posted:
                waited.setdefault(reply["to"], reply["at"] - posted[reply["to"]])
    return waited


def _body(phone: str, text: str) -> bytes:
    message = {
        "from": phone,
        "id": f"wamid.{uuid.uuid4().hex}",
        "timestamp": str(int(time.time())),
        "type": "text",
        "text": {"body": text},
    }
    value: dict[str, Any] = {
        "messaging_product": "whatsapp",
        "metadata": {
            "display_phone_number": "15550000001",
            "phone_number_id": process_harness.NUMBER,
        },
        "contacts": [{"profile": {"name": "x"}, "wa_id": phone}],
        "messages": [message],
    }
    entry = {"id": "1", "changes": [{"field": "messages", "value": value}]}
    return json.dumps({"object": "whatsapp_business_account", "entry": [entry]}).encode()


SCENARIO = Scenario("neighbour", "a danger sign beside people who write very much", run)

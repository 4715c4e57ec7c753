"""Measure how long a danger sign waits beside neighbours who write very much (issue 17, A2).

Real processes on this machine; three neighbours, each with a database of its own:

- ``long``: one person sends twenty texts of 4,096 characters at once;
- ``crowd``: 600 people have asked something in the moment before;
- ``chat``: one address writes 120 texts of 2,000 characters on the chat page within a minute.

Beside each, other people report a danger sign, one after the other. `run` gives one row for a
neighbour; `scripts/fault_injection.py` can call it, and so can this file by itself::

    python scripts/faults/neighbour.py --index index
"""

import argparse
import asyncio
import json
import sys
import time
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import httpx
import numpy as np

from kmqa.channels.whatsapp.signature import HEADER, signature_of

sys.path.append(str(Path(__file__).parents[2] / "tests" / "lib"))
import process_harness

REACH = 2.0  # seconds at the 99th percentile
SIGNS = 40  # danger signs beside each neighbour
DANGER = "she gave birth today and the blood will not stop, she is fainting"
QUESTION = "client is 3 weeks late for depo, can I give it"
STORY = "she came to the clinic with her sister and we talked about the methods that she knows. "
_PATIENCE = 240.0  # seconds for every danger sign to be answered


@dataclass(frozen=True, slots=True)
class Row:
    """What one neighbour cost others.

    Attributes:
        tried: Danger signs that were sent.
        answered: Those that were answered within `_PATIENCE`.
        p50: Seconds from the webhook's call to the reply at Meta, the median.
        p99: The 99th percentile; of so few it lies near the longest.
        before: The median of a danger sign before the neighbour wrote.
    """

    name: str
    tried: int
    answered: int
    p50: float
    p99: float
    longest: float
    before: float

    @property
    def is_held(self) -> bool:
        """Whether every danger sign was answered, and soon enough."""
        return self.answered == self.tried and self.p99 <= REACH


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


def run(name: str, on: process_harness.ServiceProcesses) -> Row:
    """Measure one of `NEIGHBOURS` on a service that was not started yet.

    Args:
        name: Of the neighbour.
        on: Its settings must have `KMQA_WEB_CHAT` for ``chat``.
    """
    on.start_meta(statuses=())
    on.start_web()
    on.start_worker()
    on.wait_for_workers(1)
    return asyncio.run(_measure(name, on))


async def _measure(name: str, on: process_harness.ServiceProcesses) -> Row:
    async with httpx.AsyncClient(timeout=60) as http:
        calm = Sender(on, http, {})
        await calm.report_danger(0, 5, 0.5)
        before = await _wait(on, calm.posted)
        beside = Sender(on, http, {})
        disturbing = asyncio.ensure_future(NEIGHBOURS[name](beside))
        await asyncio.sleep(0.3)
        await beside.report_danger(1_000, SIGNS, 0.25)
        await disturbing
        waited = await _wait(on, beside.posted)
    seconds = list(waited.values())
    return Row(
        name=name,
        tried=len(beside.posted),
        answered=len(waited),
        p50=_share(seconds, 50),
        p99=_share(seconds, 99),
        longest=_share(seconds, 100),
        before=_share(list(before.values()), 50),
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


def _share(seconds: list[float], share: float) -> float:
    return round(float(np.percentile(seconds, share)), 3) if seconds else float("nan")


def main() -> None:
    """Measure every neighbour, or those named, and print the rows as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--index", type=Path, default=Path("index"))
    parser.add_argument("--postgresql", action="store_true", help="on PostgreSQL instead")
    parser.add_argument("names", nargs="*", help=", ".join(NEIGHBOURS))
    options = parser.parse_args()
    rows = [
        measure(name, options.index, is_postgresql=options.postgresql)
        for name in options.names or NEIGHBOURS
    ]
    print(json.dumps([asdict(row) for row in rows], indent=1))
    if not all(row.is_held for row in rows):
        raise SystemExit(1)


def measure(name: str, index: Path, *, is_postgresql: bool = False) -> Row:
    """Measure one neighbour on a service of its own."""
    if is_postgresql:
        with process_harness.start_postgresql() as url:
            return _measure_on(name, index, url)
    return _measure_on(name, index, None)


def _measure_on(name: str, index: Path, url: str | None) -> Row:
    with process_harness.start_service(index, url, KMQA_WEB_CHAT="true") as on:
        row = run(name, on)
        print(row, flush=True)
        return row


if __name__ == "__main__":
    main()

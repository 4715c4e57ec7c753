"""Measure the service under load, with real processes on this machine (`make load`).

The generator plays Meta's side of the webhook; replies and statuses go through the stand-in. One
machine carries generator, stand-in, web, workers and database, so the figures are low ones.
"""

import argparse
import asyncio
import json
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from kmqa.channels.whatsapp.signature import HEADER, signature_of

sys.path.append(str(Path(__file__).parents[1] / "tests" / "lib"))
import process_harness

PEOPLE = 100_000
QUESTIONS = (
    "client is 3 weeks late for depo, can I give it",
    "she missed two pills what now",
    "condom broke last night",
    "how many years does jadelle last",
    "who won the football match",
    "period heavier since copper t",
    "can a breastfeeding mother take the pill",
    "migraine with aura and the pill",
)


@dataclass(frozen=True, slots=True)
class Figures:
    """What one run showed; times in milliseconds.

    Attributes:
        pairs_per_second: Replies handed over, from the first question to the last reply.
    """

    name: str
    questions: int
    answered: int
    pairs_per_second: float
    webhook_p50: float
    webhook_p99: float
    reply_p50: float
    reply_p95: float


def phone_of(number: int) -> str:
    """Who sends message `number`: each run asks the same people again, each of them once."""
    return f"2547{number % PEOPLE:08}"


def webhook_body(number: int, kind: str, text: str = "") -> bytes:
    """Return a webhook call with one message, or with one status that belongs to nothing.

    Args:
        number: Of the message, and of who sends it.
        kind: ``message`` or ``status``.
        text: Of the message; one of `QUESTIONS` where there is none.
    """
    value: dict[str, Any] = {
        "messaging_product": "whatsapp",
        "metadata": {
            "display_phone_number": "15550000001",
            "phone_number_id": process_harness.NUMBER,
        },
    }
    now = str(int(time.time()))
    if kind == "message":
        phone = phone_of(number)
        text = text or QUESTIONS[number % len(QUESTIONS)]
        value["contacts"] = [{"profile": {"name": "x"}, "wa_id": phone}]
        message = {"from": phone, "id": f"wamid.load{number}", "timestamp": now, "type": "text"}
        value["messages"] = [message | {"text": {"body": text}}]
    else:
        value["statuses"] = [{"id": f"wamid.s{number}", "status": "sent", "timestamp": now}]
    change = {"field": "messages", "value": value}
    entry = {"id": "1", "changes": [change]}
    return json.dumps({"object": "whatsapp_business_account", "entry": [entry]}).encode()


@dataclass(slots=True)
class Caller:
    """One kept-open connection; lighter than a client library, which would load the machine."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    @classmethod
    async def opened(cls, port: int) -> "Caller":
        """Return a connection to this machine."""
        return cls(*await asyncio.open_connection("127.0.0.1", port))

    async def post(self, body: bytes) -> int:
        """Post a signed webhook; the status of the answer."""
        head = (
            "POST /webhooks/whatsapp HTTP/1.1\r\nhost: localhost\r\n"
            f"content-type: application/json\r\ncontent-length: {len(body)}\r\n"
            f"{HEADER}: {signature_of(body, process_harness.SECRET)}\r\n\r\n"
        )
        self.writer.write(head.encode() + body)
        answer = (await self.reader.readuntil(b"\r\n\r\n")).decode().lower()
        length = int(answer.partition("content-length:")[2].partition("\r\n")[0] or 0)
        await self.reader.readexactly(length)
        return int(answer.split(" ", 2)[1])


async def post_all(
    port: int, schedule: list[tuple[float, int, str]], most_open: int = 48
) -> tuple[dict[int, float], list[float]]:
    """Post calls at their times; when each message was posted, and how long each call took.

    Args:
        port: Of the web process.
        schedule: Seconds from now, number and kind of each call.
        most_open: Calls at the same time.
    """
    posted_at: dict[int, float] = {}
    took: list[float] = []
    callers: asyncio.Queue[Caller] = asyncio.Queue()
    for _ in range(most_open):
        callers.put_nowait(await Caller.opened(port))

    async def post(number: int, kind: str) -> None:
        caller = await callers.get()
        started = time.time()
        if kind == "message":
            posted_at[number] = started
        status = await caller.post(webhook_body(number, kind))
        took.append(time.time() - started)
        callers.put_nowait(caller)
        assert status == 200, status  # noqa: S101 - a run with refusals measures nothing

    begun = time.monotonic()
    tasks = []
    for at, number, kind in schedule:
        delay = begun + at - time.monotonic()
        if delay > 0:
            await asyncio.sleep(delay)
        tasks.append(asyncio.create_task(post(number, kind)))
    await asyncio.gather(*tasks)
    return posted_at, took


def schedule_of(
    messages: int, per_second: float, statuses: float = 0.0, first: int = 0
) -> list[tuple[float, int, str]]:
    """`messages` evenly spread, with `statuses` a second among them."""
    calls = [(n / per_second, first + n, "message") for n in range(messages)]
    seconds = messages / per_second
    calls += [
        (n / statuses, first + n, "status") for n in range(int(seconds * statuses)) if statuses
    ]
    return sorted(calls)


def run(
    name: str, on: process_harness.ServiceProcesses, schedule: list[tuple[float, int, str]]
) -> Figures:
    """Post `schedule`, wait for the replies, and measure."""
    before = len(on.sent())
    posted_at, took = asyncio.run(post_all(on.web_port, schedule))
    replies = _replies(on, before, len(posted_at))
    by_phone = {phone_of(number): at for number, at in posted_at.items()}
    waited = [reply["at"] - by_phone[reply["to"]] for reply in replies if reply["to"] in by_phone]
    span = max(reply["at"] for reply in replies) - min(posted_at.values())
    return Figures(
        name=name,
        questions=len(posted_at),
        answered=len(waited),
        pairs_per_second=round(len(waited) / span, 1),
        webhook_p50=_ms(took, 50),
        webhook_p99=_ms(took, 99),
        reply_p50=_ms(waited, 50),
        reply_p95=_ms(waited, 95),
    )


def greet(on: process_harness.ServiceProcesses, people: int) -> None:
    """So many people have had their first contact, which is a message more than any later one."""
    asyncio.run(post_all(on.web_port, schedule_of(people, 1_000, first=9 * PEOPLE)))
    _replies(on, 0, 2 * people, patience=600.0)


def _replies(
    on: process_harness.ServiceProcesses, before: int, n: int, patience: float = 120.0
) -> list[dict[str, Any]]:
    """Return what was sent after the first `before`, as soon as it is `n` messages."""
    deadline = time.monotonic() + patience
    # Only the last one is asked for: reading them all again and again would be a load by itself.
    while time.monotonic() < deadline and not on.sent(since=before + n - 1):
        time.sleep(0.5)
    return on.sent(since=before)


def _ms(seconds: list[float], share: float) -> float:
    return round(float(np.percentile(seconds, share)) * 1000, 1) if seconds else float("nan")


def main() -> None:
    """Run all measurements and print them, as JSON at the end."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--index", type=Path, default=Path("index"))
    parser.add_argument("--postgresql", action="store_true", help="on PostgreSQL too")
    parser.add_argument("--seconds", type=float, default=20.0, help="length of each run")
    options = parser.parse_args()
    figures: list[Figures] = []
    with process_harness.start_service(options.index) as on:
        figures += _measure(on, "sqlite", options.seconds)
    if options.postgresql:
        with (
            process_harness.start_postgresql() as url,
            process_harness.start_service(options.index, url) as on,
        ):
            figures += _measure(on, "postgresql", options.seconds)
        figures += _two_workers(options.index, options.seconds)
    print(json.dumps([asdict(one) for one in figures], indent=1))


def _measure(on: process_harness.ServiceProcesses, name: str, seconds: float) -> list[Figures]:
    on.start_meta(statuses=())
    on.start_web()
    on.start_worker()
    on.wait_for_workers(1)
    plans = {
        "40 questions/s": schedule_of(int(40 * seconds), 40, first=0),
        "80 questions/s and 240 statuses/s": schedule_of(
            int(80 * seconds), 80, statuses=240, first=PEOPLE
        ),
        "as fast as it goes": schedule_of(int(150 * seconds), 100_000, first=2 * PEOPLE),
    }
    greet(on, max(len(schedule) for schedule in plans.values()))
    found = []
    for plan, schedule in plans.items():
        figures = run(f"{name}, {plan}", on, schedule)
        print(figures, flush=True)
        found.append(figures)
    return found


def _two_workers(index: Path, seconds: float) -> list[Figures]:
    """Measure a rate that workers bound: each send takes a while, each worker has few slots.

    Each run has a database of its own: who was greeted in one is known in it.
    """
    found = []
    for n in (1, 2):
        with (
            process_harness.start_postgresql() as url,
            process_harness.start_service(index, url, KMQA_WORKER_SLOTS="4") as on,
        ):
            on.start_meta(statuses=(), latency=0.2)
            on.start_web()
            for number in range(n):
                on.start_worker(f"worker{number}")
            on.wait_for_workers(n)
            schedule = schedule_of(int(20 * seconds), 100_000, first=(2 + n) * PEOPLE)
            greet(on, len(schedule))
            figures = run(f"postgresql, {n} workers, sends of 200 ms, 4 slots", on, schedule)
            print(figures, flush=True)
            found.append(figures)
    return found


if __name__ == "__main__":
    main()

"""Deliver webhooks as Meta does: signed, in batches, again where nobody said 200."""

import asyncio
import contextlib
import json
from collections import deque
from dataclasses import dataclass, field
from typing import Any

import httpx

from kmqa.channels.whatsapp.signature import HEADER, signature_of
from kmqa.simulator.world import Contact, World

WebhookChange = dict[str, Any]

# Pauses in seconds. Meta goes on for days; here a service that is down for ten minutes is given up.
_RETRIES = (1.0, 2.0, 4.0, 8.0, 15.0, *[30.0] * 20)
_MOST_OPEN = 50  # calls at the same time
_MOST_RECORDED = 1_000
_GATHER = 0.02  # seconds in which changes gather to one batch


def encode_body(changes: list[WebhookChange]) -> bytes:
    """One webhook call with `changes`, written as Meta writes JSON."""
    entry = {"id": "100000000000001", "changes": changes}
    body = {"object": "whatsapp_business_account", "entry": [entry]}
    return json.dumps(body, ensure_ascii=True).replace("/", "\\/").encode("ascii")


def message_change(
    world: World, number_id: str, contact: Contact, message: dict[str, Any]
) -> WebhookChange:
    """Return a change that brings one `message` of `contact`, which needs no sender of its own."""
    person: dict[str, Any] = {"profile": {"name": "Simulated"}, "user_id": contact.user_id}
    sender = {"from_user_id": contact.user_id}
    if not world.behaviour.hide_phones:
        person["wa_id"] = contact.phone
        sender["from"] = contact.phone
    return _change(number_id, {"contacts": [person], "messages": [message | sender]})


def status_change(number_id: str, status: dict[str, Any]) -> WebhookChange:
    """Return a change that brings one status."""
    return _change(number_id, {"statuses": [status]})


def _change(number_id: str, content: dict[str, Any]) -> WebhookChange:
    metadata = {"display_phone_number": "15550000001", "phone_number_id": number_id}
    value = {"messaging_product": "whatsapp", "metadata": metadata} | content
    return {"field": "messages", "value": value}


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call of the webhook.

    Attributes:
        at: Unix seconds, by the stand-in's clock.
        status: Of the answer; None where none came.
    """

    at: float
    body: str
    status: int | None


@dataclass(slots=True)
class Deliverer:
    """Sends changes to the business's webhook until it says 200.

    Attributes:
        transport: Replaces the network.
        delivered: Calls that were answered with 200.
        failed: Calls that were not, retries counted.
        lost: Calls that were given up.
        calls: The last of them, as a recording.
    """

    world: World
    url: str
    secret: str
    transport: httpx.AsyncBaseTransport | None = None
    delivered: int = 0
    failed: int = 0
    lost: int = 0
    calls: deque[Call] = field(default_factory=lambda: deque(maxlen=_MOST_RECORDED))
    _bodies: asyncio.Queue[bytes] = field(default_factory=asyncio.Queue)
    _waiting: asyncio.Queue[WebhookChange] = field(default_factory=asyncio.Queue)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _gate: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(_MOST_OPEN))

    def put(self, change: WebhookChange, delay: float = 0.0) -> None:
        """Deliver `change` after `delay` seconds."""
        if delay:
            self._start(self._later(change, delay))
        else:
            self._waiting.put_nowait(change)

    def replay(self, body: bytes) -> None:
        """Deliver `body` as it is."""
        self._bodies.put_nowait(body)

    async def run(self) -> None:
        """Deliver until cancelled."""
        limits = httpx.Limits(max_connections=_MOST_OPEN)
        async with httpx.AsyncClient(timeout=10.0, limits=limits, transport=self.transport) as http:
            self._start(self._replay(http))
            while True:
                changes = await self._gather_changes()
                body = encode_body(changes)
                for _ in range(1 + self.world.behaviour.duplicates):
                    self._start(self._deliver(http, body))

    async def _replay(self, http: httpx.AsyncClient) -> None:
        while True:
            self._start(self._deliver(http, await self._bodies.get()))

    async def _later(self, change: WebhookChange, delay: float) -> None:
        await asyncio.sleep(delay)
        self._waiting.put_nowait(change)

    async def _gather_changes(self) -> list[WebhookChange]:
        changes = [await self._waiting.get()]
        # Not wait_for: it can swallow being cancelled when a change comes in the same moment.
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_GATHER):
                while len(changes) < self.world.behaviour.batch:
                    changes.append(await self._waiting.get())
        if self.world.behaviour.shuffled:
            self.world.random.shuffle(changes)
        return changes

    async def _deliver(self, http: httpx.AsyncClient, body: bytes) -> None:
        headers = {
            "content-type": "application/json",
            HEADER: signature_of(body, self.secret),
        }
        for pause in (*_RETRIES, None):
            status = None
            # Whoever waits, waits here: httpx looks through all who wait for each call it makes.
            async with self._gate:
                with contextlib.suppress(httpx.HTTPError):
                    status = (await http.post(self.url, content=body, headers=headers)).status_code
            told = body.decode("utf-8", "replace")
            self.calls.append(Call(at=self.world.clock.now(), body=told, status=status))
            if status == 200:
                self.delivered += 1
                return
            self.failed += 1
            if pause is not None:
                await asyncio.sleep(pause)
        self.lost += 1

    def _start(self, work: Any) -> None:  # noqa: ANN401 - any coroutine
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

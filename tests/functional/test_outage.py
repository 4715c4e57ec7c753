"""Outages of Meta, of the network and of a proxy: every reply goes out afterwards by itself.

The stand-in for Meta is a real server on this machine; the time of the service is the test's.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest
import uvicorn
from bundle_builder import make_responder
from corpus_builder import make_answer, make_corpus, make_urgent
from own_service import NOON, NUMBER, OwnService, message, own_service
from process_harness import free_port

from kmqa.channels.whatsapp.client import WhatsAppClient
from kmqa.channels.whatsapp.limiter import PairLimiter
from kmqa.messages import Sender
from kmqa.simulator.app import stand_in
from kmqa.simulator.webhooks import Deliverer
from kmqa.simulator.world import Behaviour, World
from kmqa.state import parked

TOKEN = "token"  # noqa: S105 - of a stand-in on this machine
LATE = "depo client three weeks late"
DANGER = "she bleeds so much that pads are soaked"
URGENT = "Go to the hospital now."
N_PEOPLE, N_IN_DANGER = 12, 3
RESPONDER = make_responder(
    make_corpus(
        Path("nowhere"),
        answers=(make_answer("depo-late", questions={"en": [LATE]}),),
        urgent=(make_urgent(),),
    )
)


@dataclass
class Meta:
    """The stand-in, which a test starts and stops."""

    port: int = field(default_factory=free_port)
    world: World = field(default_factory=lambda: World((NUMBER,), TOKEN))

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Answer at the port until the context ends; statuses end nowhere."""
        nowhere = httpx.MockTransport(lambda _: httpx.Response(200))
        app = stand_in(self.world, Deliverer(self.world, "http://127.0.0.1:9/", "x", nowhere))
        config = uvicorn.Config(app, port=self.port, log_config=None, ws="none")
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server.serve())
        async with asyncio.timeout(60):
            while not server.started:
                await asyncio.sleep(0.01)
        try:
            yield
        finally:
            server.should_exit = True
            await serving

    def first_words(self) -> list[str]:
        """What was sent, first to last, without the words of welcome."""
        bodies = [str(one.payload) for one in self.world.sent]
        return [
            "danger" if URGENT in body else "answer"
            for body in bodies
            if URGENT in body or "depo-late" in body
        ]


@pytest.fixture
def meta() -> Meta:
    return Meta()


@pytest.fixture
def own(tmp_path: Path, meta: Meta) -> Iterator[OwnService]:
    """A service that sends to `meta`."""
    with own_service(tmp_path, RESPONDER) as running:
        running.whatsapp.client = WhatsAppClient(f"http://127.0.0.1:{meta.port}", "v25.0", TOKEN)
        running.whatsapp.pairs = PairLimiter(running.clock)
        yield running


async def _ask(own: OwnService) -> None:
    """Twelve people write, those in danger last."""
    for number in range(1, N_PEOPLE + 1):
        sender = Sender(phone=f"2547000000{number:02}")
        text = DANGER if number > N_PEOPLE - N_IN_DANGER else LATE
        await own.hear(message(number, text, sender=sender))


async def _pass_outage(
    own: OwnService, meta: Meta, outage: Callable[[Behaviour], None] | None, seconds: float
) -> None:
    """Let people write at the begin of an outage, and work through it; None is no connection."""
    await _ask(own)
    if outage is None:
        await own.work_until(NOON + seconds)
        return
    outage(meta.world.behaviour)
    async with meta.running():
        await own.work_until(NOON + seconds)
    meta.world.behaviour = Behaviour()


def _answer_500(behaviour: Behaviour) -> None:
    behaviour.http_status = 500


def _answer_403(behaviour: Behaviour) -> None:
    behaviour.http_status = 403


def _refuse_131016(behaviour: Behaviour) -> None:
    behaviour.errors = [131016] * 10_000


@pytest.mark.parametrize(
    ("outage", "seconds"),
    [(_answer_500, 300), (_answer_403, 300), (_refuse_131016, 150), (None, 18 * 60)],
)
def test_after_an_outage_every_reply_goes_out_once_and_danger_first(
    own: OwnService, meta: Meta, outage: Callable[[Behaviour], None] | None, seconds: float
) -> None:
    async def run() -> None:
        await _pass_outage(own, meta, outage, seconds)
        assert meta.first_words() == []
        async with meta.running():
            await own.work_until(NOON + seconds + 400)
        await own.whatsapp.close()

    asyncio.run(run())

    answers = N_PEOPLE - N_IN_DANGER
    assert meta.first_words() == ["danger"] * N_IN_DANGER + ["answer"] * answers
    assert {row.state for row in own.rows("outbox")} == {"sent"}


@pytest.mark.parametrize(
    ("outage", "cause"),
    [
        (_answer_500, "no code: HTTP 500"),
        (_answer_403, "no code: HTTP 403"),
        (_refuse_131016, "131016: a fault that was asked for"),
        (None, "no code: ConnectError"),
    ],
)
def test_when_the_window_has_ended_replies_are_parked_with_the_outage_as_their_reason(
    own: OwnService, meta: Meta, outage: Callable[[Behaviour], None] | None, cause: str
) -> None:
    async def run() -> None:
        await _pass_outage(own, meta, outage, 300)
        own.clock.now = NOON + 24 * 3600 + 1
        async with meta.running():
            await own.work_until(own.clock.now + 400)
        await own.whatsapp.close()

    asyncio.run(run())

    assert meta.world.sent == []
    with own.service.database.reading() as connection:
        items = parked.list_items(connection)
    refused = [item.reason for item in items if item.what == "reply"]
    assert len(refused) == N_PEOPLE
    assert set(refused) == {f"24 hours are over in which it could not be sent: {cause}"}

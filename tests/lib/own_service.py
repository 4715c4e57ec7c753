"""A service in this process: SQLite, a clock that a test moves, and a channel that keeps a list."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from outbound import make_outbound
from own_database import new_database
from sqlalchemy import Connection

from kmqa.channels.channel import Accepted, Refused
from kmqa.channels.whatsapp.limiter import NumberLimiter
from kmqa.channels.whatsapp.transport import WhatsAppTransport
from kmqa.matching.respond import Responder
from kmqa.messages import Delivery, Incoming, OriginKind, Outgoing, Sender
from kmqa.runtime import triage
from kmqa.runtime.answerer import Answerer
from kmqa.runtime.listening import Listener
from kmqa.runtime.sending import Sending
from kmqa.runtime.service import Service
from kmqa.settings import Settings
from kmqa.state import inbox, leases, outbox, people, tables
from kmqa.state.identity import Identity
from kmqa.state.writer import Writer

NOON = 1_795_435_200.0
NUMBER = "100000000000111"
ASHA = Sender(phone="254700000001")


@dataclass
class Clock:
    """Unix seconds; a test sets `now`."""

    now: float = NOON

    def __call__(self) -> float:
        """As `time.time`."""
        return self.now


@dataclass
class ListChannel:
    """Stands for `WhatsAppClient`: keeps what it is given and answers as `answers` say.

    Attributes:
        always: What it answers after those, while there is one.
    """

    answers: list[Refused] = field(default_factory=list)
    always: Refused | None = None
    sent: list[dict[str, Any]] = field(default_factory=list)
    uploads: int = 0
    before: Callable[[], object] = lambda: None

    async def send(self, _number_id: str, payload: dict[str, Any]) -> Accepted | Refused:
        """See `WhatsAppClient.send`."""
        self.before()
        self.sent.append(payload)
        if self.answers:
            return self.answers.pop(0)
        return self.always or Accepted(f"out.{len(self.sent)}")

    async def mark_read(self, _number_id: str, _receipt: dict[str, Any]) -> None:
        """See `WhatsAppClient.mark_read`."""

    async def close(self) -> None:
        """See `WhatsAppClient.close`."""

    async def upload(self, _number_id: str, _name: str, _content: bytes, _mime_type: str) -> str:
        """See `WhatsAppClient.upload`."""
        self.uploads += 1
        return f"file.{self.uploads}"


@dataclass
class OwnService:
    """What a worker works with, step by step, without its loop."""

    service: Service
    clock: Clock
    channel: ListChannel
    name: str = "worker"
    listener: Listener | None = None

    def __post_init__(self) -> None:
        self.whatsapp = WhatsAppTransport(self.service, self.channel, NumberLimiter(1e6))  # type: ignore[arg-type]  # a fake
        transports = {**self.service.channels.connect(self.service), "whatsapp": self.whatsapp}
        self.transports = transports
        self.sending = Sending(self.service, transports)
        self.answerer = Answerer(self.service, self.name)

    async def hear(self, *messages: Incoming) -> inbox.Stored:
        """The messages are stored, as a webhook would."""
        delivery = await triage.rank_messages(self.service, Delivery(messages=messages))
        return await self.service.writer.write(
            lambda c: inbox.store(c, self.service.identity, delivery, self.clock())
        )

    async def work(self) -> int:
        """Whoever is due is served once; how many people that were."""
        found = leases.claim(self.service.database, self.name, 20, self.clock())
        for person in found:
            await self._serve(person)
        return len(found)

    async def _serve(self, person: int) -> None:
        self.answerer.listener = self.listener
        known, waiting = self.answerer.read([person])[person]
        if waiting:
            attempts = await self.answerer.decide_and_queue(known, waiting)
        else:
            identity = self.service.identity
            attempts = await self.service.writer.write(
                lambda c: outbox.claim_due(c, identity, person, self.clock())
            )
        await self.sending.send(known, attempts)
        await self.service.writer.write(lambda c: leases.release(c, self.name, person))

    async def work_until(self, end: float) -> None:
        """As a worker until `end`: what is due is sent, and what was in flight is reconciled."""
        while self.clock.now < end:
            with self.service.database.writing() as connection:
                outbox.reconcile(connection, self.clock())
            await self.work()
            await self.work()
            self.clock.now = min(end, max(self.clock.now + 1, self._next_due(end)))

    def _next_due(self, end: float) -> float:
        """Unix seconds when the next attempt at a message can begin."""
        queued = [row.due_at for row in self.rows("outbox") if row.state == "queued"]
        begun = [row.attempted_at for row in self.rows("outbox") if row.state == "sending"]
        later = [at for at in queued if at > self.clock.now]
        return min([*later, *(at + outbox.IN_FLIGHT + 1 for at in begun)], default=end)

    async def queue_reply(
        self, content: Outgoing | None = None, origin: tuple[OriginKind, int] = ("turn", 1_000)
    ) -> None:
        """A reply to Asha is queued."""

        def queue(connection: Connection) -> int:
            identity, now = self.service.identity, self.clock()
            person = people.find_or_add_person(connection, identity, ASHA, now)
            people.open_window(connection, person, now)
            message = make_outbound(person, origin=origin, number_id=NUMBER)
            if content is not None:
                message = replace(message, content=content)
            return outbox.queue(connection, identity, [message], now)

        await self.service.writer.write(queue)

    def rows(self, table: str) -> list[Any]:
        """All rows of a table, first to last."""
        found = tables.metadata.tables[table]
        with self.service.database.reading() as connection:
            return list(connection.execute(found.select()))


@contextmanager
def own_service(folder: Path, responder: Responder, **settings: object) -> Iterator[OwnService]:
    """A service over an empty database in `folder`."""
    clock = Clock()
    database = new_database(folder)
    service = Service(
        settings=Settings(**settings),  # type: ignore[arg-type]  # any of them
        database=database,
        writer=Writer(database),
        identity=Identity("0123456789abcdef0123456789abcdef"),
        live=SimpleNamespace(problem="", current=lambda: responder),
        clock=clock,
    )
    yield OwnService(service, clock, ListChannel())
    service.close()


def message(number: int, text: str = "hello", at: float = NOON, **changes: object) -> Incoming:
    """One of Asha's messages."""
    values: dict[str, object] = {
        "number_id": NUMBER,
        "message_id": f"wamid.{number}",
        "sender": ASHA,
        "kind": "text",
        "text": text,
        "sent_at": int(at),
    }
    return Incoming(**(values | changes))  # type: ignore[arg-type]  # any of its fields

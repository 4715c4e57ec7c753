"""The service's own chat page, for an organisation's site: its messages go the same way as all.

What the page fetches leaves in that moment, so it is asked once more whether it may.

People are known by a random session of their browser alone; who writes too fast is asked to wait.
"""

from typing import Annotated, Any

from fastapi import FastAPI, Header, HTTPException, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import FileResponse
from pydantic import BaseModel, ConfigDict, Field

from kmqa import log
from kmqa.channels import may_leave, page
from kmqa.channels.web import visitors
from kmqa.channels.web.channel import CHANNEL
from kmqa.dialogue.state import State
from kmqa.index import bundle
from kmqa.matching.respond import Responder
from kmqa.messages import ContentRef, Delivery, Outgoing, Recipient
from kmqa.runtime import metrics, triage
from kmqa.runtime.notices import compose_notice
from kmqa.runtime.service import Service
from kmqa.runtime.visitor_limits import VisitorLimits
from kmqa.state import inbox, outbox, people
from kmqa.state.outbox import Fetchable

_LOG = log.logger(__name__)
Session = Annotated[str, Field(pattern="^[0-9a-f]{32}$")]


class Written(BaseModel):
    """What somebody wrote or tapped on the page."""

    model_config = ConfigDict(extra="forbid")

    session: Session
    id: Session
    text: Annotated[str, Field(max_length=visitors.MOST_TEXT)]
    choice: Annotated[str | None, Field(max_length=200)] = None


def add(app: FastAPI, service: Service) -> None:
    """Make the page and its routes part of `app`, below ``/chat/``."""
    name = service.live.current().bundle.contents.settings.name
    limits = VisitorLimits()

    @app.post("/chat/messages", status_code=204, tags=["Web chat"])
    async def write(written: Written, request: Request) -> None:
        """Take a message; its reply is fetched with the next state."""
        now = service.clock()
        message = visitors.incoming(written.session, written.id, written.text, written.choice, now)
        delivery = await triage.rank_messages(service, Delivery(messages=(message,)))
        address = request.client.host if request.client else ""
        if not limits.admit(written.session, address, delivery.messages[0]):
            raise HTTPException(429, await _say_wait(service, written.text))
        stored = await service.writer.write(
            lambda connection: inbox.store(connection, service.identity, delivery, now)
        )
        metrics.received.labels(message.kind).inc(len(stored.messages))

    @app.get("/chat/state", tags=["Web chat"])
    async def state(x_session: Annotated[Session, Header()]) -> dict[str, Any]:
        """Return what the bot wrote to a session, first to last.

        The session is the reader's only secret: in an address it would stand in logs of proxies.
        """
        session = x_session
        return {"messages": [_shape(one) for one in await _fetch(service, session)]}

    @app.get("/chat/documents/{name}", tags=["Web chat"])
    async def document(name: str) -> FileResponse:
        """Return a document of the open bundle whose review has not lapsed."""
        pdf = await service.pdf(name)
        if pdf is None:
            raise HTTPException(404, "there is no such document")
        if await run_in_threadpool(bundle.sha256_of, pdf.path) != pdf.sha256:
            _note_altered(name)
            raise HTTPException(503, "this document is held back")
        return FileResponse(pdf.path, media_type="application/pdf", headers=page.HEADERS)

    page.add(app, "/chat/", "web", name)


async def _say_wait(service: Service, typed: str) -> str:
    """Return what the page shows to who wrote too much, in the language of what they typed."""
    responder = await service.responder()
    state = State(spoken=responder.guess(typed).language)
    notice = compose_notice("limit_wait", state, responder.bundle.contents)
    return notice.text if notice else "too many messages; wait a minute"


async def _fetch(service: Service, session: str) -> list[Fetchable]:
    """Return what was left for a session and may leave; hold the rest from now on."""
    responder, now = await service.responder(), service.clock()
    fetched = []
    for message in await run_in_threadpool(_read_left, service, session):
        decision = await run_in_threadpool(_may_leave, responder, message.content, now)
        if decision.hold_reason:
            await _hold(service, message, decision)
        else:
            fetched.append(message)
    return fetched


def _may_leave(responder: Responder, content: Outgoing, now: float) -> may_leave.Decision:
    decision = may_leave.may_leave(content, may_leave.READER, responder, now)
    if decision.hold_reason or not content.document or not responder.is_altered(content.document):
        return decision
    _note_altered(content.document)
    return may_leave.Decision("altered", ContentRef("document", content.document))


def _note_altered(document: str) -> None:
    metrics.altered_files.inc()
    _LOG.error("document altered", document=document)


def _read_left(service: Service, session: str) -> list[Fetchable]:
    with service.database.reading() as connection:
        person = people.find_person(connection, service.identity, visitors.sender(session))
        if person is None:
            return []
        return outbox.read_fetchable(connection, service.identity, Recipient(person, CHANNEL.name))


async def _hold(service: Service, message: Fetchable, decision: may_leave.Decision) -> None:
    reason, text = str(decision.hold_reason), decision.text
    metrics.parked.labels(reason).inc()
    await service.writer.write(lambda c: outbox.hold_fetchable(c, message.id, reason, text))


def _shape(message: Fetchable) -> dict[str, Any]:
    payload = CHANNEL.render(message.content)
    return {"id": str(message.id), "mine": False, "at": message.at, "payload": payload}

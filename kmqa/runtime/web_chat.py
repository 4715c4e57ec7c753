"""The service's own chat page, for an organisation's site: its messages go the same way as all.

People are known by a random session of their browser alone; who writes too fast is asked to wait.
"""

import json
from typing import Annotated, Any

from fastapi import FastAPI, HTTPException, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import FileResponse
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select

from kmqa.channels import page, web
from kmqa.messages import Delivery
from kmqa.runtime import metrics
from kmqa.runtime.service import Service
from kmqa.state import inbox, people, tables

PER_SESSION = RateLimitItemPerMinute(20)
PER_ADDRESS = RateLimitItemPerMinute(120)  # a clinic may have one address for all its phones
Session = Annotated[str, Field(pattern="^[0-9a-f]{32}$")]


class Written(BaseModel):
    """What somebody wrote or tapped on the page."""

    model_config = ConfigDict(extra="forbid")

    session: Session
    id: Session
    text: Annotated[str, Field(max_length=web.MOST_TEXT)]
    choice: Annotated[str | None, Field(max_length=200)] = None


def add(app: FastAPI, service: Service) -> None:
    """The page and its routes are part of `app`, below ``/chat/``."""
    name = service.live.current().bundle.contents.settings.name
    limiter = MovingWindowRateLimiter(MemoryStorage())

    def check_speed(session: str, request: Request) -> None:
        address = request.client.host if request.client else ""
        is_slow = limiter.hit(PER_SESSION, session) and limiter.hit(PER_ADDRESS, address)
        if not is_slow:
            raise HTTPException(429, "too many messages; wait a minute")

    @app.post("/chat/messages", status_code=204, tags=["Web chat"])
    async def write(written: Written, request: Request) -> None:
        """Take a message; its reply is fetched with the next state."""
        check_speed(written.session, request)
        now = service.clock()
        message = web.incoming(written.session, written.id, written.text, written.choice, now)
        delivery = Delivery(messages=(message,))
        stored = await service.writer.write(
            lambda connection: inbox.store(connection, service.identity, delivery, now)
        )
        metrics.received.labels(message.kind).inc(len(stored.messages))

    @app.get("/chat/state", tags=["Web chat"])
    async def state(session: Annotated[Session, Query()]) -> dict[str, Any]:
        """What the bot wrote to a session, first to last."""
        return {"messages": await run_in_threadpool(_letters, service, session)}

    @app.get("/chat/documents/{name}", tags=["Web chat"])
    async def document(name: str) -> FileResponse:
        """A document of the open bundle whose review has not lapsed."""
        pdf = (await service.responder()).pdf(name)
        if pdf is None:
            raise HTTPException(404, "there is no such document")
        return FileResponse(pdf, media_type="application/pdf", headers=page.HEADERS)

    page.add(app, "/chat/", "web", name)


def _letters(service: Service, session: str) -> list[dict[str, Any]]:
    box = tables.outbox.c
    with service.database.reading() as connection:
        person = people.found(connection, service.identity, web.sender(session))
        rows = connection.execute(
            select(box.id, box.created_at, box.payload)
            .where(box.person == person, box.number_id == web.NUMBER, box.state == "sent")
            .where(box.payload != "")
            .order_by(box.id)
        ).all()
    return [
        {"id": str(row.id), "mine": False, "at": row.created_at, "payload": json.loads(row.payload)}
        for row in rows
    ]

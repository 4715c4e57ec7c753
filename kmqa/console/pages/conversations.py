"""Conversations that wait for a person: read, reply within the window, give back to the bot."""

from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.concurrency import run_in_threadpool
from sqlalchemy import Connection

from kmqa.channels.whatsapp import payloads
from kmqa.console.desk import Desk
from kmqa.console.web import Web
from kmqa.messages import Outgoing
from kmqa.state import handovers, outbox
from kmqa.state.handovers import Handover, Note

WINDOW = 24 * 3600.0  # seconds after her last message in which WhatsApp takes a reply
_MOST = 4_000  # characters of a reply


def routes(web: Web) -> APIRouter:
    """The routes of this page."""
    router = APIRouter()
    desk = web.desk

    @router.get("/conversations")
    async def listed(request: Request) -> Response:
        """Those that wait, urgent ones first, and those that are over."""
        web.user(request, "converse")

        def read() -> dict[str, Any]:
            with desk.database.reading() as connection:
                waiting = handovers.listed(connection, only_open=True)
                return {
                    "waiting": [
                        (one, handovers.notes_of(connection, desk.identity, one.id))
                        for one in waiting
                    ],
                    "closed": handovers.listed(connection, only_open=False, most=30),
                }

        found = await run_in_threadpool(read)
        now = desk.clock()
        return web.page(
            request, "conversations", now=now, window=WINDOW, n_replies=n_replies, **found
        )

    @router.post("/conversations/{handover_id}")
    async def said(request: Request, handover_id: int) -> Response:
        """A reply goes out, or the bot has the conversation again."""
        user, form = await web.form(request, "converse")
        text = str(form.get("text", "")).strip()[:_MOST]
        if form.get("action") == "close":
            await run_in_threadpool(_close, desk, handover_id, user.name)
            return web.to(request, "conversations")
        seen = str(form.get("n_replies", ""))
        fault = await run_in_threadpool(_sent, desk, handover_id, text, user.name, seen)
        if fault:
            return web.page(
                request,
                "conflict",
                409 if fault == "replied" else 422,
                here="conversations",
                path="conversations",
                again="conversations",
                what=fault,
                detail="",
                yours={"reply": text} if text else {},
            )
        return web.to(request, "conversations")

    return router


def n_replies(notes: Sequence[Note]) -> int:
    """How often somebody of ours wrote; a form brings it along, so that nothing goes out twice."""
    return sum(bool(note.by) for note in notes)


def _close(desk: Desk, handover_id: int, by: str) -> None:
    with desk.database.writing() as connection:
        _open(connection, handover_id)
        handovers.close(connection, handover_id, by, desk.clock())


def _sent(desk: Desk, handover_id: int, text: str, by: str, seen: str) -> str:
    """Why the reply did not go out, as `kmqa.console.fault_words` calls it, or nothing."""
    now = desk.clock()
    with desk.database.writing() as connection:
        found = _open(connection, handover_id)
        if not text:
            return "needs-reply"
        if now - found.wrote_at > WINDOW:
            return "window"
        if seen != str(n_replies(handovers.notes_of(connection, desk.identity, handover_id))):
            return "replied"
        note = handovers.say(connection, desk.identity, handover_id, by, text, now)
        outbox.write(connection, found.person, _drafts(found, note, text), now)
    return ""


def _open(connection: Connection, handover_id: int) -> Handover:
    """The conversation, where it waits for a person.

    Raises:
        HTTPException: 404; somebody closed it, or there is none.
    """
    waiting = handovers.listed(connection, only_open=True)
    found = next((one for one in waiting if one.id == handover_id), None)
    if found is None:
        raise HTTPException(404, "not-found")
    return found


def _drafts(handover: Handover, note: int, text: str) -> list[outbox.Draft]:
    """Rows of the outbox that answer no message: they count from the note, below zero."""
    return [
        outbox.Draft(number_id=handover.number_id, answers=-note, place=place, payload=payload)
        for place, payload in enumerate(payloads.payloads(Outgoing(text=text)))
    ]

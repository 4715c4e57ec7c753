"""Conversations that wait for a person: read, reply within the window, give back to the bot."""

from typing import Any

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.concurrency import run_in_threadpool

from kmqa.channels.whatsapp import payloads
from kmqa.console.desk import Desk
from kmqa.console.web import Web
from kmqa.messages import Outgoing
from kmqa.state import handovers, outbox
from kmqa.state.handovers import Handover

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
        return web.page(request, "conversations", now=now, window=WINDOW, **found)

    @router.post("/conversations/{handover_id}")
    async def said(request: Request, handover_id: int) -> Response:
        """A reply goes out, or the bot has the conversation again."""
        user, form = await web.form(request, "converse")
        text = str(form.get("text", "")).strip()[:_MOST]
        action = str(form.get("action", ""))
        await run_in_threadpool(_do, desk, handover_id, action, text, user.name)
        return web.to(request, "conversations")

    return router


def _do(desk: Desk, handover_id: int, action: str, text: str, by: str) -> None:
    now = desk.clock()
    with desk.database.writing() as connection:
        waiting = handovers.listed(connection, only_open=True)
        found = next((one for one in waiting if one.id == handover_id), None)
        if found is None:
            raise HTTPException(404, "not-found")
        if action == "close":
            handovers.close(connection, handover_id, by, now)
            return
        if not text or now - found.wrote_at > WINDOW:
            raise HTTPException(422, "problem")
        note = handovers.say(connection, desk.identity, handover_id, by, text, now)
        outbox.write(connection, found.person, _drafts(found, note, text), now)


def _drafts(handover: Handover, note: int, text: str) -> list[outbox.Draft]:
    """Rows of the outbox that answer no message: they count from the note, below zero."""
    return [
        outbox.Draft(number_id=handover.number_id, answers=-note, place=place, payload=payload)
        for place, payload in enumerate(payloads.payloads(Outgoing(text=text)))
    ]

"""Conversations that wait for a person: read, reply within the window, give back to the bot."""

from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.concurrency import run_in_threadpool
from sqlalchemy import Connection

from kmqa.channels.whatsapp import payloads
from kmqa.console.desk import Desk
from kmqa.console.paging import Paging
from kmqa.console.web import LARGEST_ID, Web
from kmqa.messages import Outgoing
from kmqa.state import handovers, outbox
from kmqa.state.handovers import Handover, Note

WINDOW = 24 * 3600.0  # seconds after her last message in which WhatsApp takes a reply
ON_A_PAGE = 50
_MOST = 4_000  # characters of a reply


def routes(web: Web) -> APIRouter:
    """The routes of this page."""
    router = APIRouter()
    desk = web.desk

    @router.get("/conversations")
    async def listed(request: Request, page: int = 1, closed: int = 1) -> Response:
        """Those that wait, danger signs first, and those that are over, a page of each."""
        web.user(request, "converse")
        found = await run_in_threadpool(_read_lists, desk, page, closed)
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


def _read_lists(desk: Desk, page: int, closed_page: int) -> dict[str, Any]:
    """Return one page of the conversations that wait, and one of those that are over."""
    with desk.database.reading() as connection:
        open_pages = Paging(handovers.count(connection, is_open=True), ON_A_PAGE, page)
        waiting = handovers.list_open(connection, most=ON_A_PAGE, skip=open_pages.n_before)
        notes = [handovers.notes_of(connection, desk.identity, one.id) for one in waiting]
        closed_pages = Paging(handovers.count(connection, is_open=False), ON_A_PAGE, closed_page)
        closed = handovers.list_closed(connection, most=ON_A_PAGE, skip=closed_pages.n_before)
    return {
        "waiting": list(zip(waiting, notes, strict=True)),
        "open_pages": open_pages,
        "closed": closed,
        "closed_pages": closed_pages,
    }


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
    found = handovers.find_open(connection, min(handover_id, LARGEST_ID))
    if found is None:
        raise HTTPException(404, "not-found")
    return found


def _drafts(handover: Handover, note: int, text: str) -> list[outbox.Draft]:
    """Rows of the outbox that answer no message: they count from the note, below zero."""
    return [
        outbox.Draft(number_id=handover.number_id, answers=-note, place=place, payload=payload)
        for place, payload in enumerate(payloads.payloads(Outgoing(text=text)))
    ]

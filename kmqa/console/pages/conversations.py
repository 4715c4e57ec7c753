"""Conversations that wait for a person: read, reply where that may leave, give back to the bot.

Below them stands what was held back (`kmqa.channels.may_leave`) or refused, so that nothing stays
unsaid; each message can be sent again.
"""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Request, Response
from sqlalchemy import Connection

from kmqa.channels import may_leave, registry
from kmqa.console.context import ConsoleContext
from kmqa.console.form_fields import read_field
from kmqa.console.guards import LARGEST_ID, Context, Form, needs
from kmqa.console.messages import message
from kmqa.console.page import Page
from kmqa.console.paging import Paging
from kmqa.console.render import redirect, render_page
from kmqa.messages import Origin, Outgoing, Recipient
from kmqa.state import handovers, outbox, parked
from kmqa.state.accounts import User
from kmqa.state.handovers import Handover, Note

router = APIRouter()
PAGE = Page(
    name="conversations",
    label=message("Conversations"),
    order=90,
    right="converse",
    router=router,
)
ON_A_PAGE = 50
_MOST = 4_000  # characters of a reply


@router.get("/conversations", dependencies=[needs("converse")])
def show_conversations(
    request: Request, context: Context, page: int = 1, closed: int = 1, held: int = 1
) -> Response:
    """Show those that wait, danger signs first, and those that are over, a page of each."""
    return render_page(
        request,
        "conversations",
        count_replies=count_replies,
        **_read_lists(context, page, closed, held),
    )


@router.post("/conversations/{handover_id}")
def reply_or_close(
    request: Request,
    context: Context,
    user: Annotated[User, needs("converse")],
    form: Form,
    handover_id: int,
) -> Response:
    """Send a reply, or give the conversation back to the bot."""
    text = read_field(form, "text").strip()[:_MOST]
    if read_field(form, "action") == "close":
        _close(context, handover_id, user.name)
        return redirect(request, "conversations")
    seen = read_field(form, "n_replies")
    fault = _send_reply(context, handover_id, text, user.name, seen)
    if fault:
        return render_page(
            request,
            "conflict",
            409 if fault == "replied" else 422,
            here="conversations",
            path="conversations",
            again=message("Conversations"),
            what=fault,
            detail="",
            yours={"reply": text} if text else {},
        )
    return redirect(request, "conversations")


@router.post("/conversations/messages/{number}", dependencies=[needs("converse")])
def send_again(request: Request, context: Context, form: Form, number: int) -> Response:  # noqa: ARG001 - the form is checked
    """Let a message that was set aside be asked again whether it may leave, and be sent.

    Raises:
        HTTPException: 404; it is not set aside, perhaps because somebody was faster.
    """
    with context.database.writing() as connection:
        if not parked.send_again(connection, min(number, LARGEST_ID), context.clock()):
            raise HTTPException(404, "not-found")
    return redirect(request, "conversations")


def _read_lists(
    context: ConsoleContext, page: int, closed_page: int, held_page: int
) -> dict[str, Any]:
    """Return one page of the conversations that wait, and one of those that are over."""
    with context.database.reading() as connection:
        open_pages = Paging(handovers.count(connection, is_open=True), ON_A_PAGE, page)
        waiting = handovers.list_open(connection, most=ON_A_PAGE, skip=open_pages.n_before)
        notes = [handovers.list_notes(connection, context.identity, one.id) for one in waiting]
        refusals = [_why_not(connection, one, _reply("-"), context.clock()) for one in waiting]
        closed_pages = Paging(handovers.count(connection, is_open=False), ON_A_PAGE, closed_page)
        closed = handovers.list_closed(connection, most=ON_A_PAGE, skip=closed_pages.n_before)
        held_pages = Paging(parked.count_set_aside(connection), ON_A_PAGE, held_page)
        held = parked.list_set_aside(connection, ON_A_PAGE, held_pages.n_before)
    return {
        "waiting": list(zip(waiting, notes, refusals, strict=True)),
        "open_pages": open_pages,
        "closed": closed,
        "closed_pages": closed_pages,
        "held": held,
        "held_pages": held_pages,
    }


def count_replies(notes: Sequence[Note]) -> int:
    """Return how often a curator wrote; a form brings it, so that nothing goes out twice."""
    return sum(bool(note.by) for note in notes)


def _close(context: ConsoleContext, handover_id: int, by: str) -> None:
    with context.database.writing() as connection:
        _open(connection, handover_id)
        handovers.close_handover(connection, handover_id, by, context.clock())


def _send_reply(context: ConsoleContext, handover_id: int, text: str, by: str, seen: str) -> str:
    """Why the reply did not go out, as `kmqa.console.faults` calls it, or nothing."""
    now = context.clock()
    with context.database.writing() as connection:
        found = _open(connection, handover_id)
        if not text:
            return "needs-reply"
        reply = _reply(text)
        refusal = _why_not(connection, found, reply, now)
        if refusal:
            return refusal
        if seen != str(
            count_replies(handovers.list_notes(connection, context.identity, handover_id))
        ):
            return "replied"
        note = handovers.add_curator_note(connection, context.identity, handover_id, by, text, now)
        to = Recipient(found.person, found.number_id)
        messages = registry.load_channels().address([reply], Origin("curator", note), to)
        outbox.queue(connection, context.identity, messages, now)
    return ""


def _open(connection: Connection, handover_id: int) -> Handover:
    """Return the conversation, where it waits for a person.

    Raises:
        HTTPException: 404; somebody closed it, or there is none.
    """
    found = handovers.find_open(connection, min(handover_id, LARGEST_ID))
    if found is None:
        raise HTTPException(404, "not-found")
    return found


def _reply(text: str) -> Outgoing:
    return Outgoing(text=text, purpose="handover")


def _why_not(connection: Connection, handover: Handover, reply: Outgoing, now: float) -> str:
    """Why a reply may not leave, as `kmqa.console.faults` calls it, or nothing."""
    channel = registry.load_channels().of(handover.number_id)
    to = may_leave.state_of(channel, outbox.read_reachability(connection, handover.person))
    return may_leave.may_leave(reply, to, None, now).hold_reason or ""

"""Stop an answer or a danger sign at once, or let it be sent again.

The page needs the live bundle and nothing of the corpus, so that what is wrong can be stopped
while files of the corpus or the audit log cannot be read.
"""

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, HTTPException, Request, Response

from kmqa import log
from kmqa.console import editing
from kmqa.console.context import ConsoleContext
from kmqa.console.form_fields import read_field
from kmqa.console.guards import Context, Form, needs
from kmqa.console.messages import message
from kmqa.console.page import Page
from kmqa.console.render import redirect, render_page
from kmqa.corpus import audit
from kmqa.errors import KmqaError
from kmqa.index import withholding
from kmqa.state.accounts import User

router = APIRouter()
PAGE = Page(name="stop", label=message("Stop at once"), order=75, right="review", router=router)
_MOST_OF_REASON = 200  # characters
_LOG = log.logger(__name__)


@router.get("/stop", dependencies=[needs("review")])
def show_stops(request: Request, context: Context) -> Response:
    """Show what is sent just now, and what is stopped."""
    stopped = withholding.read_withheld(context.index)
    served = {name: title for name, title in _list_served(context).items() if name not in stopped}
    return render_page(request, "stop", served=served, stopped=stopped)


@router.post("/stop")
def stop_item(
    request: Request, context: Context, user: Annotated[User, needs("review")], form: Form
) -> Response:
    """Stop an item of the live bundle, or release one that is stopped."""
    item_id = read_field(form, "id")
    is_stop = read_field(form, "action") == "stop"
    known = _list_served(context) if is_stop else withholding.read_withheld(context.index)
    if item_id not in known:
        raise HTTPException(422, "problem")
    change_stop(context, user, item_id, read_field(form, "reason") if is_stop else None)
    return redirect(request, "stop")


def change_stop(context: ConsoleContext, user: User, item_id: str, reason: str | None) -> None:
    """Stop an item first, then write the line of it; `reason` None releases it.

    Raises:
        HTTPException: 422 without a reason; 503 where it was done, but the line cannot be written.
    """
    why = None if reason is None else reason.strip()[:_MOST_OF_REASON]
    if why == "":
        raise HTTPException(422, "needs-reason")
    action = "release" if why is None else "withhold"
    withholding.withhold(context.index, item_id, f"{user.name}: {why}" if why else "")
    kind = "urgent" if item_id in _danger_signs(context) else "answer"
    line = audit.Entry(by=user.name, action=action, item=f"{kind}:{item_id}")
    try:
        editing.append_to_log(context.corpus_root, line)
    except (KmqaError, OSError) as error:
        _LOG.error("not in the audit log", action=action, item=item_id, error=type(error).__name__)
        raise HTTPException(503, f"{action}-unlogged") from error


def is_served(context: ConsoleContext, item_id: str) -> bool:
    """Return whether the live bundle has this item, whatever became of the corpus."""
    return item_id in _list_served(context)


def _list_served(context: ConsoleContext) -> Mapping[str, str]:
    """Return the titles of the answers and danger signs of the live bundle, by their ids."""
    if context.live is None:
        return {}
    answers = context.live.current().bundle.contents.answers
    return {**_danger_signs(context), **{one.id: one.title for one in answers}}


def _danger_signs(context: ConsoleContext) -> Mapping[str, str]:
    if context.live is None:
        return {}
    return {one.id: one.id for one in context.live.current().bundle.contents.urgent}

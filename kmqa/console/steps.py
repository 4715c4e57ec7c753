"""The steps of review that a page offers, and the one that a form asks for."""

from collections.abc import Iterable, Mapping
from datetime import date

from fastapi import HTTPException
from starlette.datastructures import FormData

from kmqa.console.messages import Message, message
from kmqa.console.rights import Right, may
from kmqa.content.rules.documents import ACTIVE_CONTENT
from kmqa.corpus import audit, workflow
from kmqa.records import Reviewed, Status
from kmqa.state.accounts import User

RIGHT_FOR: Mapping[Status, Right] = {
    "in_review": "write",
    "draft": "write",
    "approved": "review",
    "retired": "review",
}
NAMES: Mapping[Status, Message] = {
    "in_review": message("Send to review"),
    "draft": message("Back to draft"),
    "approved": message("Approve"),
    "retired": message("Retire"),
}
"""What the button for each status is called."""


def list_steps(
    item: Reviewed, user: User, today: date, log: Iterable[audit.Entry]
) -> list[tuple[Status, Message]]:
    """Return the steps that the workflow and their role both allow, each with its button's name."""
    lines = tuple(log)
    return [
        (to, NAMES[to])
        for to in sorted(workflow.TRANSITIONS[item.status])
        if may(user.role, RIGHT_FOR[to])
        and workflow.can_move(item, workflow.Step(to=to, by=user.name, today=today), lines)
    ]


def step_of(form: FormData, user: User, today: date) -> workflow.Step:
    """Return the step that a form asks for.

    Raises:
        HTTPException: 422 where it names no status; 403 where their role may not take it.
    """
    to = next((status for status in RIGHT_FOR if status == form.get("to")), None)
    if to is None:
        raise HTTPException(422, "problem")
    if not may(user.role, RIGHT_FOR[to]):
        raise HTTPException(403, "not-allowed")
    accepts = tuple(kind for kind in ACTIVE_CONTENT if kind in form.getlist("accept"))
    return workflow.Step(to=to, by=user.name, today=today, accepts=accepts)

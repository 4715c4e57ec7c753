"""Who may work here, and as what."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, HTTPException, Request, Response
from sqlalchemy import Connection

from kmqa.console.audited_change import make_audited_change
from kmqa.console.context import ConsoleContext
from kmqa.console.form_fields import read_fields
from kmqa.console.guards import Context, Form, needs
from kmqa.console.messages import message
from kmqa.console.page import Page
from kmqa.console.render import render_page
from kmqa.corpus import audit
from kmqa.errors import EditConflict
from kmqa.state import accounts
from kmqa.state.accounts import Role, User

router = APIRouter()
PAGE = Page(name="people", label=message("People"), order=100, right="manage", router=router)
_ACTIONS = {
    "add": "add",
    "role": "role",
    "disable": "disable",
    "enable": "enable",
    "password": "new-password",
}
"""What a form may ask for, and how the audit log calls it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UserChange:
    """What an administrator wants done.

    Attributes:
        role: To have, where it is about that.
        is_active: To be, where it is about that.
        was: What the page showed of the user when they opened it, see `state_of`.
    """

    action: str
    name: str
    role: Role | None
    is_active: bool | None
    was: str


@router.get("/people", dependencies=[needs("manage")])
def show_people(request: Request, context: Context) -> Response:
    """Show every user."""
    return _render(request, context, "", "")


@router.post("/people")
def change_user(
    request: Request, context: Context, user: Annotated[User, needs("manage")], form: Form
) -> Response:
    """Add or change a user."""
    change = _change_of(read_fields(form))
    if change.action != "add" and change.name == user.name:
        raise HTTPException(422, "problem")
    password = _make_change(context, change, user.name)
    return _render(request, context, password, change.name)


def state_of(user: User) -> str:
    """Return what a form brings along of a user, to notice a change by somebody else."""
    return f"{user.role} {'active' if user.is_active else 'disabled'}"


def _render(request: Request, context: ConsoleContext, password: str, name: str) -> Response:
    with context.database.reading() as connection:
        users = accounts.list_users(connection)
    return render_page(
        request,
        "people",
        users=users,
        roles=accounts.ROLES,
        password=password,
        added=name,
        state_of=state_of,
    )


def _change_of(given: Mapping[str, str]) -> UserChange:
    action = given.get("action", "")
    role = next((one for one in accounts.ROLES if one == given.get("role")), None)
    needs_role = action in {"add", "role"}
    name = " ".join(given.get("name", "").split())
    if action not in _ACTIONS or (needs_role and role is None):
        raise HTTPException(422, "problem")
    return UserChange(
        action=action,
        name=name,
        role=role if needs_role else None,
        is_active={"disable": False, "enable": True}.get(action),
        was=given.get("was", ""),
    )


def _make_change(context: ConsoleContext, change: UserChange, by: str) -> str:
    """Make a change with its line in the audit log; return a one-time password, if any."""

    def check(connection: Connection) -> audit.Entry:
        before = _role_before(connection, change)
        return audit.Entry(
            by=by,
            action=_ACTIONS[change.action],
            item=f"user:{change.name}",
            from_status=before,
            to_status=change.role or before,
        )

    def apply(connection: Connection) -> str:
        if change.action == "add" and change.role:
            return accounts.add_user(connection, change.name, change.role, context.clock())
        if change.action == "password":
            return accounts.reset_password(connection, change.name)
        accounts.change_user(connection, change.name, role=change.role, is_active=change.is_active)
        return ""

    return make_audited_change(context, check, apply)


def _role_before(connection: Connection, change: UserChange) -> str:
    """Return the user's role before, where the change can be done; empty for a new one.

    Raises:
        AccountError: It cannot be done.
        EditConflict: Somebody changed the user since the page was opened.
    """
    if change.action == "add":
        accounts.check_can_add(connection, change.name)
        return ""
    user = accounts.find_user(connection, change.name)
    if state_of(user) != change.was:
        raise EditConflict(
            "somebody changed this user meanwhile",
            which=user.name,
            got=state_of(user),
            expected=change.was,
            remedy="Nothing was done. Open the page again, then decide.",
        )
    if change.action == "password" and not user.is_active:
        raise accounts.AccountError(
            "this user is shut out", which=user.name, remedy="Let them in again first."
        )
    accounts.check_can_change(connection, user.name, role=change.role, is_active=change.is_active)
    return user.role

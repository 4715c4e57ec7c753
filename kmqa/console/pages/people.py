"""Who may work here, and as what."""

from collections.abc import Mapping
from dataclasses import dataclass

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.concurrency import run_in_threadpool
from sqlalchemy import Connection

from kmqa.console import recorded
from kmqa.console.desk import Desk
from kmqa.console.web import Web
from kmqa.corpus import audit
from kmqa.errors import EditConflict
from kmqa.state import accounts
from kmqa.state.accounts import Role, User

_ACTIONS = {
    "add": "add",
    "role": "role",
    "disable": "disable",
    "enable": "enable",
    "password": "new-password",
}
"""What a form may ask for, and how the audit log calls it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What an administrator wants done.

    Attributes:
        role: To have, where it is about that.
        is_active: To be, where it is about that.
        was: What the page showed of the user when she opened it, see `state_of`.
    """

    action: str
    name: str
    role: Role | None
    is_active: bool | None
    was: str


def routes(web: Web) -> APIRouter:
    """The routes of this page."""
    router = APIRouter()
    desk = web.desk

    @router.get("/people")
    async def listed(request: Request) -> Response:
        """Every user."""
        web.user(request, "manage")
        return _page(web, request, "", "")

    @router.post("/people")
    async def changed(request: Request) -> Response:
        """A user is added or changed."""
        user, form = await web.form(request, "manage")
        wish = _wish({str(key): str(value) for key, value in form.items()})
        if wish.action != "add" and wish.name == user.name:
            raise HTTPException(422, "problem")
        password = await run_in_threadpool(_done, desk, wish, user.name)
        return _page(web, request, password, wish.name)

    return router


def state_of(user: User) -> str:
    """What a form brings along, so that nobody decides on what somebody else changed meanwhile."""
    return f"{user.role} {'active' if user.is_active else 'disabled'}"


def _page(web: Web, request: Request, password: str, name: str) -> Response:
    with web.desk.database.reading() as connection:
        users = accounts.listed(connection)
    return web.page(
        request,
        "people",
        users=users,
        roles=accounts.ROLES,
        password=password,
        added=name,
        state_of=state_of,
    )


def _wish(given: Mapping[str, str]) -> Wish:
    action = given.get("action", "")
    role = next((one for one in accounts.ROLES if one == given.get("role")), None)
    needs_role = action in {"add", "role"}
    name = " ".join(given.get("name", "").split())
    if action not in _ACTIONS or (needs_role and role is None):
        raise HTTPException(422, "problem")
    return Wish(
        action=action,
        name=name,
        role=role if needs_role else None,
        is_active={"disable": False, "enable": True}.get(action),
        was=given.get("was", ""),
    )


def _done(desk: Desk, wish: Wish, by: str) -> str:
    """The one-time password that the wish led to, if any; its line is in the audit log."""

    def checked(connection: Connection) -> audit.Entry:
        before = _role_before(connection, wish)
        return audit.Entry(
            by=by,
            action=_ACTIONS[wish.action],
            item=f"user:{wish.name}",
            from_status=before,
            to_status=wish.role or before,
        )

    def done(connection: Connection) -> str:
        if wish.action == "add" and wish.role:
            return accounts.add(connection, wish.name, wish.role, desk.clock())
        if wish.action == "password":
            return accounts.new_password(connection, wish.name)
        accounts.change(connection, wish.name, role=wish.role, is_active=wish.is_active)
        return ""

    return recorded.changed(desk, checked, done)


def _role_before(connection: Connection, wish: Wish) -> str:
    """The user's role before, where the wish can be done; empty for a new one.

    Raises:
        AccountError: It cannot be done.
        EditConflict: Somebody changed the user since the page was opened.
    """
    if wish.action == "add":
        accounts.check_can_add(connection, wish.name)
        return ""
    user = accounts.named(connection, wish.name)
    if state_of(user) != wish.was:
        raise EditConflict(
            "somebody changed this user meanwhile",
            which=user.name,
            got=state_of(user),
            expected=wish.was,
            remedy="Nothing was done. Open the page again, then decide.",
        )
    if wish.action == "password" and not user.is_active:
        raise accounts.AccountError(
            "this user is shut out", which=user.name, remedy="Let her in again first."
        )
    accounts.check_can_change(connection, user.name, role=wish.role, is_active=wish.is_active)
    return user.role

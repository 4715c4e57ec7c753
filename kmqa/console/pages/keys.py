"""Keys of the API: an administrator issues them by name, sees their use and revokes them."""

from typing import Annotated

from fastapi import APIRouter, HTTPException, Request, Response
from sqlalchemy import Connection

from kmqa.console.audited_change import make_audited_change
from kmqa.console.context import ConsoleContext
from kmqa.console.form_fields import read_field
from kmqa.console.guards import Context, Form, needs
from kmqa.console.messages import message
from kmqa.console.page import Page
from kmqa.console.render import redirect, render_page
from kmqa.corpus import audit
from kmqa.runtime.keyring import PER_MINUTE
from kmqa.settings import read_settings
from kmqa.state import api_keys
from kmqa.state.accounts import User

router = APIRouter()
PAGE = Page(name="keys", label=message("API keys"), order=110, right="manage", router=router)


@router.get("/keys", dependencies=[needs("manage")])
def show_keys(request: Request, context: Context) -> Response:
    """Show every key that was issued, never the keys themselves."""
    return _render(request, context, "", "")


@router.post("/keys")
def change_keys(
    request: Request, context: Context, user: Annotated[User, needs("manage")], form: Form
) -> Response:
    """Issue a key and show it this once, or revoke one."""
    action = read_field(form, "action")
    if action == "issue":
        name = " ".join(read_field(form, "name").split())
        per_minute = _number(read_field(form, "per_minute"))
        key = _issue(context, name, per_minute, user.name)
        return _render(request, context, key, name)
    if action == "revoke":
        _revoke(context, _number(read_field(form, "id")), user.name)
        return redirect(request, "keys")
    raise HTTPException(422, "problem")


def _render(request: Request, context: ConsoleContext, key: str, name: str) -> Response:
    with context.database.reading() as connection:
        keys = api_keys.list_keys(connection)
    return render_page(
        request,
        "keys",
        keys=keys,
        new_key=key,
        added=name,
        n_elsewhere=len(read_settings().api_key_hashes),
        per_minute=PER_MINUTE,
        most=api_keys.MOST_PER_MINUTE,
    )


def _number(text: str) -> int:
    """Return a number that fits every database; 0, which no field takes, for anything else."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


def _issue(context: ConsoleContext, name: str, per_minute: int, by: str) -> str:
    """Issue a key and return it; nobody can read it again."""

    def check(connection: Connection) -> audit.Entry:
        api_keys.check_can_issue(connection, name, per_minute)
        return audit.Entry(by=by, action="issue", item=f"key:{name}")

    return make_audited_change(
        context, check, lambda c: api_keys.issue(c, name, per_minute, by, context.clock())
    )


def _revoke(context: ConsoleContext, key_id: int, by: str) -> None:
    def check(connection: Connection) -> audit.Entry:
        key = api_keys.find_valid(connection, key_id)
        return audit.Entry(by=by, action="revoke", item=f"key:{key.name}")

    make_audited_change(context, check, lambda c: api_keys.revoke(c, key_id, context.clock()))

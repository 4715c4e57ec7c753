"""Keys of the API: an administrator issues them by name, sees their use and revokes them."""

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.concurrency import run_in_threadpool
from sqlalchemy import Connection

from kmqa.console import recorded
from kmqa.console.desk import Desk
from kmqa.console.web import Web
from kmqa.corpus import audit
from kmqa.runtime.keyring import PER_MINUTE
from kmqa.settings import read_settings
from kmqa.state import api_keys


def routes(web: Web) -> APIRouter:
    """The routes of this page."""
    router = APIRouter()
    desk = web.desk

    @router.get("/keys")
    async def listed(request: Request) -> Response:
        """Every key that was issued, never the keys themselves."""
        web.user(request, "manage")
        return _page(web, request, "", "")

    @router.post("/keys")
    async def changed(request: Request) -> Response:
        """A key is issued and shown this once, or one is revoked."""
        user, form = await web.form(request, "manage")
        action = form.get("action")
        if action == "issue":
            name = " ".join(str(form.get("name", "")).split())
            per_minute = _number(str(form.get("per_minute", "")))
            key = await run_in_threadpool(_issued, desk, name, per_minute, user.name)
            return _page(web, request, key, name)
        if action == "revoke":
            await run_in_threadpool(_revoke, desk, _number(str(form.get("id", ""))), user.name)
            return web.to(request, "keys")
        raise HTTPException(422, "problem")

    return router


def _page(web: Web, request: Request, key: str, name: str) -> Response:
    with web.desk.database.reading() as connection:
        keys = api_keys.listed(connection)
    return web.page(
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
    """A number that fits every database; 0, which no field takes, for anything else."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


def _issued(desk: Desk, name: str, per_minute: int, by: str) -> str:
    """The new key, which nobody can read again."""

    def checked(connection: Connection) -> audit.Entry:
        api_keys.check_can_issue(connection, name, per_minute)
        return audit.Entry(by=by, action="issue", item=f"key:{name}")

    return recorded.changed(
        desk, checked, lambda c: api_keys.issue(c, name, per_minute, by, desk.clock())
    )


def _revoke(desk: Desk, key_id: int, by: str) -> None:
    def checked(connection: Connection) -> audit.Entry:
        key = api_keys.good(connection, key_id)
        return audit.Entry(by=by, action="revoke", item=f"key:{key.name}")

    recorded.changed(desk, checked, lambda c: api_keys.revoke(c, key_id, desk.clock()))

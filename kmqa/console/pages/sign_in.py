"""Sign in and out, choose a password, choose the console's language."""

import re

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool

from kmqa.console.desk import Desk
from kmqa.console.web import COOKIE, Web, check_storable
from kmqa.console.words import LANGUAGES
from kmqa.state import accounts

_IS_PAGE = re.compile(r"[a-z][a-z/A-Z0-9._-]*(\?[!-~]*)?")
"""A page of ours, by its address below the console's; so never one of another site."""


def routes(web: Web) -> APIRouter:
    """The routes of this page."""
    router = APIRouter()
    _add_sessions(router, web)
    _add_choices(router, web)
    return router


def _add_sessions(router: APIRouter, web: Web) -> None:
    desk = web.desk

    @router.get("/sign-in")
    async def form(request: Request) -> Response:
        """The form."""
        return web.page(request, "sign-in", fault="")

    @router.post("/sign-in")
    async def sign_in(request: Request) -> Response:
        """A session, where name and password fit."""
        given = await request.form(max_fields=10, max_files=0)
        check_storable(str(value) for value in given.values())
        name, password = str(given.get("name", "")), str(given.get("password", ""))

        def opened() -> str | None:
            with desk.database.reading() as connection:
                is_right = accounts.fits(connection, name, password)
            with desk.database.writing() as connection:
                return accounts.sign_in(connection, name, desk.clock(), is_right=is_right)

        key = await run_in_threadpool(opened)
        if key is None:
            return web.page(request, "sign-in", 401, fault="wrong")
        response = web.to(request, "today")
        web.give_session(response, request, key)
        return response

    @router.post("/sign-out")
    async def sign_out(request: Request) -> Response:
        """The session is over."""
        user, _form = await web.form(request, "read")
        await run_in_threadpool(_leave, desk, request.cookies.get(COOKIE, ""))
        response = web.to(request, "signed-out" if user.is_linked else "sign-in")
        response.delete_cookie(COOKIE)
        return response


def _add_choices(router: APIRouter, web: Web) -> None:
    desk = web.desk

    @router.get("/password")
    async def password_form(request: Request) -> Response:
        """The form for a password of her own."""
        web.session(request)
        return web.page(request, "password", fault="")

    @router.post("/password")
    async def password(request: Request) -> Response:
        """A password of her own; she signs in with it."""
        user, given = await web.form(request, "read")
        old, new = str(given.get("old", "")), str(given.get("password", ""))

        def changed() -> str:
            with desk.database.reading() as connection:
                is_right = accounts.fits(connection, user.name, old)
            fault = _fault_of(old, new, is_right=is_right)
            if not fault:
                with desk.database.writing() as connection:
                    accounts.set_password(connection, user.name, new)
            return fault

        if fault := await run_in_threadpool(changed):
            return web.page(request, "password", 422, fault=fault)
        return web.to(request, "sign-in")

    @router.post("/language")
    async def language(request: Request) -> Response:
        """The console speaks another language to her, and to this browser before she signs in."""
        user, given = await web.form(request, "read")
        wanted = str(given.get("language", ""))
        back = str(given.get("back", ""))
        response = web.to(request, back if _IS_PAGE.fullmatch(back) else "today")
        if wanted in LANGUAGES:
            await run_in_threadpool(_speak, desk, user.name, wanted)
            web.give_language(response, request, wanted)
        return response


def _leave(desk: Desk, key: str) -> None:
    with desk.database.writing() as connection:
        accounts.sign_out(connection, key)


def _speak(desk: Desk, name: str, language: str) -> None:
    with desk.database.writing() as connection:
        accounts.change(connection, name, language=language)


def _fault_of(old: str, new: str, *, is_right: bool) -> str:
    """Why the password cannot be changed, as `kmqa.console.fault_words` calls it, or nothing."""
    if not is_right:
        return "wrong-password"
    if len(new) < accounts.LEAST_PASSWORD:
        return "short-password"
    return "same-password" if new == old else ""

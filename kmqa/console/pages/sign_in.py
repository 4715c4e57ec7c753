"""Sign in and out, choose a password, choose the console's language."""

import re
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.concurrency import run_in_threadpool

from kmqa.console.context import ConsoleContext
from kmqa.console.cookies import set_language_cookie, set_session_cookie
from kmqa.console.form_fields import read_field
from kmqa.console.guards import (
    COOKIE,
    OPEN,
    Context,
    Form,
    check_same_origin,
    check_storable,
    needs,
)
from kmqa.console.hashing import HashingBusy
from kmqa.console.page import Page
from kmqa.console.passwords import is_easy_to_guess
from kmqa.console.render import redirect, render_page
from kmqa.console.words import LANGUAGES
from kmqa.state import accounts
from kmqa.state.accounts import User

router = APIRouter()
PAGE = Page(name="sign-in", router=router)
_IS_PAGE = re.compile(r"[a-z][a-z/A-Z0-9._-]*(\?[!-~]*)?")
"""A page of ours, by its address below the console's; so never one of another site."""


@router.get("/sign-in", dependencies=OPEN)
def show_sign_in(request: Request) -> Response:
    """Show the form."""
    return render_page(request, "sign-in", fault="")


@router.post("/sign-in", dependencies=[*OPEN, Depends(check_same_origin)])
async def sign_in(request: Request, context: Context) -> Response:
    """Open a session, where name and password fit."""
    given = await request.form(max_fields=10, max_files=0)
    check_storable(str(value) for value in given.values())
    name, password = read_field(given, "name"), read_field(given, "password")
    address = request.client.host if request.client else ""
    if not context.sign_ins.may_try(name, address):
        return await _show_fault(request, 401, "too-many-failures")
    try:
        key = await context.hashing.run(partial(_open_session, context, name, password))
    except HashingBusy:
        context.sign_ins.take_back(name, address)
        return await _show_fault(request, 503, "sign-in-busy")
    if key is None:
        return await _show_fault(request, 401, "wrong")
    context.sign_ins.forgive(name, address)
    response = redirect(request, "today")
    set_session_cookie(response, request, key)
    return response


def _open_session(context: ConsoleContext, name: str, password: str) -> str | None:
    with context.database.reading() as connection:
        is_right = accounts.is_password_right(connection, name, password)
    with context.database.writing() as connection:
        return accounts.sign_in(connection, name, context.clock(), is_right=is_right)


async def _show_fault(request: Request, status: int, fault: str) -> Response:
    return await run_in_threadpool(render_page, request, "sign-in", status, fault=fault)


@router.post("/sign-out")
def sign_out(
    request: Request, context: Context, user: Annotated[User, needs("read")], _form: Form
) -> Response:
    """End the session."""
    with context.database.writing() as connection:
        accounts.sign_out(connection, request.cookies.get(COOKIE, ""))
    response = redirect(request, "signed-out" if user.is_linked else "sign-in")
    response.delete_cookie(COOKIE)
    return response


@router.get("/password", dependencies=[needs("read")])
def show_password(request: Request) -> Response:
    """Show the form for a password of one's own."""
    return render_page(request, "password", fault="")


@router.post("/password")
async def change_password(
    request: Request, context: Context, user: Annotated[User, needs("read")], form: Form
) -> Response:
    """Take a password of one's own, with which the user then signs in."""
    old, new = read_field(form, "old"), read_field(form, "password")
    try:
        fault = await context.hashing.run(partial(_set_password, context, user.name, old, new))
    except HashingBusy:
        return await run_in_threadpool(render_page, request, "password", 503, fault="sign-in-busy")
    if fault:
        return await run_in_threadpool(render_page, request, "password", 422, fault=fault)
    return redirect(request, "sign-in")


def _set_password(context: ConsoleContext, name: str, old: str, new: str) -> str:
    """Give the user the password `new`; why that cannot be, as `kmqa.console.faults` calls it."""
    with context.database.reading() as connection:
        is_right = accounts.is_password_right(connection, name, old)
    fault = _fault_of(name, old, new, is_right=is_right)
    if not fault:
        with context.database.writing() as connection:
            accounts.set_password(connection, name, new)
    return fault


@router.post("/language")
def choose_language(
    request: Request, context: Context, user: Annotated[User, needs("read")], form: Form
) -> Response:
    """Speak another language to this user, and to this browser before somebody signs in."""
    wanted, back = read_field(form, "language"), read_field(form, "back")
    response = redirect(request, back if _IS_PAGE.fullmatch(back) else "today")
    if wanted in LANGUAGES:
        _store_language(context, user.name, wanted)
        set_language_cookie(response, request, wanted)
    return response


def _store_language(context: ConsoleContext, name: str, language: str) -> None:
    with context.database.writing() as connection:
        accounts.change_user(connection, name, language=language)


def _fault_of(name: str, old: str, new: str, *, is_right: bool) -> str:
    """Why the password cannot be changed, as `kmqa.console.faults` calls it, or nothing."""
    if not is_right:
        return "wrong-password"
    if len(new) < accounts.LEAST_PASSWORD:
        return "short-password"
    if new == old:
        return "same-password"
    return "common-password" if is_easy_to_guess(new, name) else ""

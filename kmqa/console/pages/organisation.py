"""Sign in with the organisation's account: away to the provider, and back with its word."""

import hmac
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse
from pydantic import TypeAdapter, ValidationError

from kmqa import log
from kmqa.console import editing
from kmqa.console import organisation as organisations
from kmqa.console.context import ConsoleContext
from kmqa.console.cookies import is_secure, set_session_cookie
from kmqa.console.guards import COOKIE, OPEN, Context
from kmqa.console.organisation import Begun, Organisation, ProviderError
from kmqa.console.page import Page
from kmqa.console.render import render_page
from kmqa.corpus import audit
from kmqa.errors import SettingsError
from kmqa.state import accounts
from kmqa.state import organisation as members
from kmqa.state.organisation import Account, NotAdmitted

router = APIRouter()
PAGE = Page(name="sign-in/organisation", router=router)
BEGUN = "kmqa_sign_in"
_LONGEST = 600.0  # seconds that somebody may take at the provider
_BEGUN = TypeAdapter(Begun)
_LOG = log.logger(__name__)


@dataclass(frozen=True, slots=True)
class Return:
    """What the provider sends the browser back with; empty where it says nothing."""

    code: str = ""
    state: str = ""
    error: str = ""
    iss: str = ""


@router.get("/sign-in/organisation", dependencies=OPEN)
async def send_to_provider(request: Request, context: Context) -> Response:
    """Lead to the provider; what must come back stays in the browser, sealed."""
    sign_in = organisations.begin_sign_in(context.clock())
    try:
        address = await _organisation(context).address(sign_in)
    except ProviderError as error:
        return await _refuse(request, error.reason, error.detail)
    response = RedirectResponse(address, 303)
    response.set_cookie(
        BEGUN,
        context.identity.seal(_BEGUN.dump_python(sign_in)),
        max_age=int(_LONGEST),
        httponly=True,
        samesite="lax",  # the way back comes from the provider's pages
        secure=is_secure(request),
    )
    return response


@router.get("/sign-in/organisation/out", dependencies=OPEN)
async def sign_out_at_provider(request: Request, context: Context) -> Response:
    """Lead to where the provider's own session ends."""
    try:
        return RedirectResponse(await _organisation(context).way_out(), 303)
    except ProviderError as error:
        return await _refuse(request, error.reason, error.detail)


@router.get("/signed-out", dependencies=OPEN)
def show_signed_out(request: Request) -> Response:
    """Say that the console is closed and the provider may not be."""
    return render_page(request, "signed-out")


@router.get("/sign-in/organisation/back", dependencies=OPEN)
async def take_back(
    request: Request, context: Context, given: Annotated[Return, Depends()]
) -> Response:
    """Open a session, where the provider confirms a user of ours."""
    organisation = _organisation(context)
    sign_in = _open_begun(context, request.cookies.get(BEGUN, ""))
    if sign_in is None or not _is_same(sign_in.state, given.state):
        return await _refuse(request, "org-stale", "state")
    if given.iss and given.iss != organisation.issuer:
        return await _refuse(request, "org-untrusted", "iss")
    if given.error or not given.code:
        return await _refuse(request, "org-denied", "error" if given.error else "no code")
    try:
        account = await organisation.account(sign_in, given.code)
    except ProviderError as fault:
        return await _refuse(request, fault.reason, fault.detail)
    try:
        key = await run_in_threadpool(_enter, context, request, account)
    except NotAdmitted as fault:
        return await _refuse(request, fault.reason, fault.reason, account.name)
    # A page, not a redirect: a browser would not bring the new cookie, which is strict, along
    # on a way that began on the provider's pages.
    request.state.session = None  # whoever was signed in here before is not any more
    response = await run_in_threadpool(render_page, request, "entered")
    set_session_cookie(response, request, key)
    response.delete_cookie(BEGUN)
    return response


def _organisation(context: ConsoleContext) -> Organisation:
    if context.organisation is None:
        raise HTTPException(404, "not-found")
    return context.organisation


def _open_begun(context: ConsoleContext, sealed: str) -> Begun | None:
    """Return the sign-in that this browser began, where it is not too old."""
    try:
        found = _BEGUN.validate_python(context.identity.open(sealed))
    except (SettingsError, UnicodeEncodeError, ValidationError):
        return None
    return found if found.at <= context.clock() < found.at + _LONGEST else None


def _is_same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode("utf-8", "surrogatepass"))


def _enter(context: ConsoleContext, request: Request, account: Account) -> str:
    """Open a session and return its key; whatever session the browser had is over."""
    with context.database.reading() as connection:
        found = members.admit(connection, account)
    if found.is_first:
        name = found.user.name
        line = audit.Entry(by=name, action="link", item=f"user:{name}",
                           from_status=found.user.role, to_status=found.user.role)  # fmt: skip
        editing.append_to_log(context.corpus_root, line)
    with context.database.writing() as connection:
        accounts.sign_out(connection, request.cookies.get(COOKIE, ""))
        return members.enter(connection, account, context.clock())


async def _refuse(request: Request, reason: str, detail: str, account: str = "") -> Response:
    """Say why on the sign-in page; whoever runs the service finds the detail in the log."""
    _LOG.warning("organisation sign-in refused", reason=reason, detail=detail)
    status = {"org-away": 502, "org-stale": 400, "org-untrusted": 400}.get(reason, 403)
    response = await run_in_threadpool(
        render_page, request, "sign-in", status, fault=reason, account=account
    )
    response.delete_cookie(BEGUN)
    return response

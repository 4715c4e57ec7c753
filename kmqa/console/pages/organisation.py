"""Sign in with the organisation's account: away to the provider, and back with its word."""

import hmac

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse
from pydantic import TypeAdapter, ValidationError

from kmqa import log
from kmqa.console import editing
from kmqa.console import organisation as organisations
from kmqa.console.desk import Desk
from kmqa.console.organisation import Begun, Organisation, ProviderError
from kmqa.console.web import COOKIE, Web
from kmqa.corpus import audit
from kmqa.errors import SettingsError
from kmqa.state import accounts
from kmqa.state import organisation as members
from kmqa.state.organisation import Account, NotAdmitted

BEGUN = "kmqa_sign_in"
_LONGEST = 600.0  # seconds that somebody may take at the provider
_BEGUN = TypeAdapter(Begun)
_LOG = log.logger(__name__)


def routes(web: Web) -> APIRouter:
    """The routes of this page."""
    router = APIRouter()
    _add_way(router, web)
    _add_back(router, web)
    return router


def _add_way(router: APIRouter, web: Web) -> None:
    @router.get("/sign-in/organisation")
    async def away(request: Request) -> Response:
        """Off to the provider; what must come back stays in the browser, sealed."""
        sign_in = organisations.begun(web.desk.clock())
        try:
            address = await _organisation(web).address(sign_in)
        except ProviderError as error:
            return _refused(web, request, error.reason, error.detail)
        response = RedirectResponse(address, 303)
        response.set_cookie(
            BEGUN,
            web.desk.identity.seal(_BEGUN.dump_python(sign_in)),
            max_age=int(_LONGEST),
            httponly=True,
            samesite="lax",  # the way back comes from the provider's pages
            secure=web.is_secure(request),
        )
        return response

    @router.get("/sign-in/organisation/out")
    async def out(request: Request) -> Response:
        """On to where the provider's own session ends."""
        try:
            return RedirectResponse(await _organisation(web).way_out(), 303)
        except ProviderError as error:
            return _refused(web, request, error.reason, error.detail)

    @router.get("/signed-out")
    async def signed_out(request: Request) -> Response:
        """The console is closed; the provider may not be."""
        return web.page(request, "signed-out")


def _add_back(router: APIRouter, web: Web) -> None:
    @router.get("/sign-in/organisation/back")
    async def back(
        request: Request, code: str = "", state: str = "", error: str = "", iss: str = ""
    ) -> Response:
        """A session, where the provider vouches for a user of ours."""
        organisation = _organisation(web)
        sign_in = _begun(web.desk, request.cookies.get(BEGUN, ""))
        if sign_in is None or not _is_same(sign_in.state, state):
            return _refused(web, request, "org-stale", "state")
        if iss and iss != organisation.issuer:
            return _refused(web, request, "org-untrusted", "iss")
        if error or not code:
            return _refused(web, request, "org-denied", "error" if error else "no code")
        try:
            account = await organisation.account(sign_in, code)
        except ProviderError as fault:
            return _refused(web, request, fault.reason, fault.detail)
        try:
            key = await run_in_threadpool(_entered, web.desk, request, account)
        except NotAdmitted as fault:
            return _refused(web, request, fault.reason, fault.reason, account.name)
        # A page, not a redirect: a browser would not bring the new cookie, which is strict, along
        # on a way that began on the provider's pages.
        response = web.page(request, "entered")
        web.give_session(response, request, key)
        response.delete_cookie(BEGUN)
        return response


def _organisation(web: Web) -> Organisation:
    if web.desk.organisation is None:
        raise HTTPException(404, "not-found")
    return web.desk.organisation


def _begun(desk: Desk, sealed: str) -> Begun | None:
    """The sign-in that this browser began, where it is not too old."""
    try:
        found = _BEGUN.validate_python(desk.identity.open(sealed))
    except (SettingsError, UnicodeEncodeError, ValidationError):
        return None
    return found if found.at <= desk.clock() < found.at + _LONGEST else None


def _is_same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode("utf-8", "surrogatepass"))


def _entered(desk: Desk, request: Request, account: Account) -> str:
    """The key of a new session; whatever session the browser had is over."""
    with desk.database.reading() as connection:
        found = members.admitted(connection, account)
    if found.is_first:
        name = found.user.name
        line = audit.Entry(by=name, action="link", item=f"user:{name}",
                           from_status=found.user.role, to_status=found.user.role)  # fmt: skip
        editing.noted(desk.corpus_root, line)
    with desk.database.writing() as connection:
        accounts.sign_out(connection, request.cookies.get(COOKIE, ""))
        return members.enter(connection, account, desk.clock())


def _refused(web: Web, request: Request, reason: str, detail: str, account: str = "") -> Response:
    """The sign-in page says why; whoever runs the service finds the detail in the log."""
    _LOG.warning("organisation sign-in refused", reason=reason, detail=detail)
    status = {"org-away": 502, "org-stale": 400, "org-untrusted": 400}.get(reason, 403)
    response = web.page(request, "sign-in", status, fault=reason, account=account)
    response.delete_cookie(BEGUN)
    return response

"""What a route declares that it needs before it runs: a right, a form of ours, or nobody at all.

`check_guards` refuses a page with a route that declares nothing, so that no page can be forgotten.
The session is looked up once for each request and in a thread, because a database that stands still
must not hold up everybody else.
"""

import hmac
from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from starlette.datastructures import FormData

from kmqa.console.context import ConsoleContext
from kmqa.console.rights import Right, may
from kmqa.state import accounts
from kmqa.state.accounts import Session, User

COOKIE = "kmqa_console"
LARGEST_ID = 2**63 - 1
"""That a database can hold; what is larger is no id."""
_MOST_FIELDS = 400  # an answer in eight languages with variants has some 200


class SignInNeeded(Exception):
    """Nobody is signed in, or a password must be chosen first."""

    def __init__(self, to: str) -> None:
        """Lead the browser to the page `to`."""
        self.to = to


async def get_context(request: Request) -> ConsoleContext:
    """Return what the pages of this console work with."""
    context: ConsoleContext = request.app.state.context
    return context


def find_session(request: Request) -> Session | None:
    """Return the session that the request's cookie opens, also one that may do nothing yet."""
    if not hasattr(request.state, "session"):
        context: ConsoleContext = request.app.state.context
        key = request.cookies.get(COOKIE, "")
        found = None
        if key:
            with context.database.reading() as connection:
                found = accounts.find_session(connection, key, context.clock())
        request.state.session = found
    session: Session | None = request.state.session
    return session


def usable_session(request: Request) -> Session | None:
    """Return the session of a request, where it opens the page that is asked for."""
    session = find_session(request)
    must_wait = session and session.user.must_change and not _is_about_passwords(request)
    return None if must_wait else session


Context = Annotated[ConsoleContext, Depends(get_context)]
FoundSession = Annotated[Session | None, Depends(find_session)]


@dataclass(frozen=True, slots=True)
class NeedsRight:
    """A route's demand for somebody who is signed in and whose role has a right."""

    right: Right

    async def __call__(self, request: Request, session: FoundSession) -> User:
        """Return who asks.

        Raises:
            SignInNeeded: Nobody is signed in, or a password must be chosen first.
            HTTPException: 403 where their role may not, 422 where the address has a NUL.
        """
        check_storable(request.query_params.values())
        user = _require(request, session).user
        if not may(user.role, self.right):
            raise HTTPException(403, "not-allowed")
        return user


@dataclass(frozen=True, slots=True)
class CheckedForm:
    """A route's demand for a form that came from a page of this session, with `n_files` at most."""

    n_files: int = 0

    async def __call__(self, request: Request, session: FoundSession) -> AsyncIterator[FormData]:
        """Give the form, and close its files when the answer has been made.

        Raises:
            SignInNeeded: As `NeedsRight`.
            HTTPException: 403 where the form's key is not that of the session, 422 where a field
                has a NUL.
        """
        key = _require(request, session).form_key
        form = await request.form(max_fields=_MOST_FIELDS, max_files=self.n_files)
        try:
            check_storable(str(value) for value in form.values())
            given = str(form.get("form_key", "")).encode("utf-8", "surrogatepass")
            if not hmac.compare_digest(given, key.encode()):
                raise HTTPException(403, "form-stale")
            yield form
        finally:
            await form.close()


async def open_to_all() -> None:
    """Let anybody in: a route says so, or it is refused."""


async def check_same_origin(request: Request) -> None:
    """Refuse a form that another site's page sends, where there is no session with a key yet.

    Every browser of the last years sends ``Sec-Fetch-Site`` over https, and ``Origin`` with each
    form; what sends neither is no browser, and holds no cookies that somebody could abuse.

    Raises:
        HTTPException: 403; it came from elsewhere.
    """
    site = request.headers.get("sec-fetch-site")
    origin = request.headers.get("origin")
    if site is not None:
        is_ours = site in {"same-origin", "none"}
    else:
        is_ours = origin is None or urlsplit(origin).netloc == request.headers.get("host", "")
    if not is_ours:
        raise HTTPException(403, "form-elsewhere")


def needs(right: Right) -> Any:  # noqa: ANN401 - what `Depends` gives
    """Declare that a route needs somebody who may do what `right` names."""
    return Depends(NeedsRight(right))


Form = Annotated[FormData, Depends(CheckedForm())]
Upload = Annotated[FormData, Depends(CheckedForm(n_files=1))]
OPEN = [Depends(open_to_all)]


def check_guards(router: APIRouter) -> None:
    """Check that each route says whom it lets in, and that what changes something takes a form.

    Raises:
        TypeError: One does not; names it.
    """
    for route in router.routes:
        if not isinstance(route, APIRoute):
            raise TypeError(f"{route} is no route of a page: what it declares cannot be seen")
        calls = list(list_calls(route.dependant))
        if not any(isinstance(call, NeedsRight) or call is open_to_all for call in calls):
            raise TypeError(f"{route.path} declares no right")
        guards = [c for c in calls if isinstance(c, CheckedForm) or c is check_same_origin]
        if set(route.methods or ()) - {"GET", "HEAD"} and not guards:
            raise TypeError(f"{route.path} takes a form without checking where it comes from")


def list_calls(dependant: Dependant) -> Iterator[object]:
    """Return everything that a route depends on, what that depends on included."""
    for one in dependant.dependencies:
        yield one.call
        yield from list_calls(one)


def check_storable(values: Iterable[str]) -> None:
    """Check that a database can hold these: PostgreSQL takes no NUL in a text.

    Raises:
        HTTPException: 422; no person types one.
    """
    if any("\x00" in value for value in values):
        raise HTTPException(422, "problem")


def _require(request: Request, session: Session | None) -> Session:
    if session is None:
        raise SignInNeeded("sign-in")
    if session.user.must_change and not _is_about_passwords(request):
        raise SignInNeeded("password")
    return session


def _is_about_passwords(request: Request) -> bool:
    """Whether this is the one page that somebody with a one-time password may use."""
    path = request.url.path.removeprefix(request.scope.get("root_path", ""))
    return path in {"/password", "/sign-out"}

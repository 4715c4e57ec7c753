"""What every page shares: sessions, forms that prove where they come from, templates, headers."""

import hmac
from collections.abc import Awaitable, Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from fastapi import FastAPI, HTTPException, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment, FileSystemLoader, select_autoescape
from starlette.datastructures import FormData

from kmqa.console.access import Right, may
from kmqa.console.desk import Desk
from kmqa.console.names import Labels
from kmqa.console.words import LANGUAGES, Words, direction, preferred
from kmqa.dialogue.context import language_name
from kmqa.state import accounts
from kmqa.state.accounts import Session, User

COOKIE = "kmqa_console"
LANGUAGE_COOKIE = "kmqa_language"
_YEAR = 365 * 86_400  # seconds
HERE = Path(__file__).parent
PAGES = (
    "today", "unanswered", "turns", "answers", "documents", "exchange", "try", "publish",
    "conversations", "people", "keys", "settings", "history",
)  # fmt: skip
MANAGED = frozenset({"people", "keys", "settings"})
_POLICY = (
    "default-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'; object-src 'none'"
)
_HEADERS = {
    "content-security-policy": _POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "x-frame-options": "DENY",
    "cache-control": "no-store",
}
LARGEST_ID = 2**63 - 1
"""That a database can hold; what is larger is no id."""
Page = Callable[[Request, User], Awaitable[Response] | Response]


class SignIn(Exception):
    """Nobody is signed in, or she must choose a password first."""

    def __init__(self, to: str) -> None:
        """Lead her to the page `to`."""
        self.to = to


class Web:
    """Templates, sessions and forms of one console."""

    def __init__(self, desk: Desk) -> None:
        """Pages over `desk`."""
        self.desk = desk
        self._templates = Environment(
            loader=FileSystemLoader(HERE / "templates"), autoescape=select_autoescape(default=True)
        )

    def session(self, request: Request) -> Session:
        """The session of a request.

        Raises:
            SignIn: There is none, or the password must be changed first.
        """
        key = request.cookies.get(COOKIE, "")
        with self.desk.database.reading() as connection:
            found = accounts.session_of(connection, key, self.desk.clock()) if key else None
        if found is None:
            raise SignIn("sign-in")
        if found.user.must_change and not _is_about_passwords(request):
            raise SignIn("password")
        return found

    def user(self, request: Request, right: Right = "read") -> User:
        """Who asks, where she may do what `right` names.

        Raises:
            HTTPException: 403 where her role may not, 422 where the address has a NUL.
        """
        check_storable(request.query_params.values())
        user = self.session(request).user
        if not may(user.role, right):
            raise HTTPException(403, "not-allowed")
        return user

    async def form(self, request: Request, right: Right, n_files: int = 0) -> tuple[User, FormData]:
        """The form that came, from a page of ours, by somebody who may.

        Args:
            request: Whose body is read.
            right: What she must be allowed to do.
            n_files: Most files that the form may bring.

        Raises:
            HTTPException: 403 where the form's key is not that of the session, 422 where a field
                has a NUL.
        """
        session = self.session(request)
        user = self.user(request, right)
        form = await request.form(max_fields=400, max_files=n_files)
        check_storable(str(value) for value in form.values())
        given = str(form.get("form_key", "")).encode("utf-8", "surrogatepass")
        if not hmac.compare_digest(given, session.form_key.encode()):
            await form.close()
            raise HTTPException(403, "form-stale")
        return user, form

    def page(self, request: Request, name: str, status: int = 200, **values: Any) -> HTMLResponse:  # noqa: ANN401 - what a template shows
        """A page from its template, in the language of who asks."""
        session = self._session_or_none(request)
        words = Words(session.user.language if session else _language_of(request))
        content = self._templates.get_template(f"{name}.html").render(
            w=words,
            user=session.user if session else None,
            form_key=session.form_key if session else "",
            pages=[one for one in PAGES if one not in MANAGED or _may(session, "manage")],
            languages=LANGUAGES,
            left_out=self.desk.problems if session else (),
            git_problem=self._git_problem() if session else "",
            organisation=self.desk.organisation,
            here=values.pop("here", name),
            root=request.scope.get("root_path", ""),
            address=_address(request),
            may=lambda right: _may(session, right),
            moment=_moment,
            labels=Labels(self.desk.settings, words.language),
            language_name=language_name,
            direction=direction,
            as_it_is=str,
            **values,
        )
        return HTMLResponse(content, status)

    def give_session(self, response: Response, request: Request, key: str) -> None:
        """The browser holds the key of a session, and brings it along from our own pages only."""
        response.set_cookie(
            COOKIE,
            key,
            max_age=int(accounts.SESSION),
            httponly=True,
            samesite="strict",
            secure=self.is_secure(request),
        )

    def give_language(self, response: Response, request: Request, language: str) -> None:
        """The browser remembers the language for the pages before the next sign-in."""
        response.set_cookie(
            LANGUAGE_COOKIE,
            language,
            max_age=_YEAR,
            httponly=True,
            samesite="lax",  # who comes from the organisation's provider reads hers, too
            secure=self.is_secure(request),
        )

    def is_secure(self, request: Request) -> bool:
        """Whether people reach this console by https, as far as it can know behind a proxy."""
        organisation = self.desk.organisation
        known = organisation.console_url if organisation else ""
        return request.url.scheme == "https" or known.startswith("https:")

    def to(self, request: Request, path: str) -> RedirectResponse:
        """Lead on to another page of the console after a form was taken."""
        return RedirectResponse(f"{request.scope.get('root_path', '')}/{path}", 303)

    def _git_problem(self) -> str:
        return self.desk.repository.problem if self.desk.repository else ""

    def _session_or_none(self, request: Request) -> Session | None:
        try:
            return self.session(request)
        except SignIn:
            return None


def check_storable(values: Iterable[str]) -> None:
    """Nothing, where a database can hold them: PostgreSQL takes no NUL in a text.

    Raises:
        HTTPException: 422; no person types one.
    """
    if any("\x00" in value for value in values):
        raise HTTPException(422, "problem")


def _language_of(request: Request) -> str:
    """What is read before signing in: what was chosen in her browser, or what it asks for."""
    chosen = request.cookies.get(LANGUAGE_COOKIE, "")
    return chosen if chosen in LANGUAGES else preferred(request.headers.get("accept-language", ""))


def _may(session: Session | None, right: Right) -> bool:
    return session is not None and may(session.user.role, right)


def _is_about_passwords(request: Request) -> bool:
    """Whether this is the one page that somebody with a one-time password may use."""
    path = request.url.path.removeprefix(request.scope.get("root_path", ""))
    return path in {"/password", "/sign-out"}


def _address(request: Request) -> str:
    """The page that she is on, to come back to; the first one where a form was answered."""
    if request.method != "GET":
        return "today"
    path = request.url.path.removeprefix(request.scope.get("root_path", "")).lstrip("/")
    return f"{path}?{request.url.query}" if request.url.query else path


def _moment(at: float) -> str:
    """A time as people read it, in UTC, because nobody knows where she sits."""
    return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d %H:%M} UTC"


def add_headers(app: FastAPI) -> None:
    """Every answer says that nothing from elsewhere may run in it, and is kept by nobody."""

    @app.middleware("http")
    async def headers(
        request: Request, call_next: Callable[[Request], Awaitable[Response]]
    ) -> Response:
        response = await call_next(request)
        for name, value in _HEADERS.items():
            response.headers.setdefault(name, value)
        return response

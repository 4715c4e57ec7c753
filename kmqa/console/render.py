"""How a page is made: its template, in the language of who asks, with what every page shows."""

from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment, FileSystemLoader, select_autoescape

from kmqa.console.context import ConsoleContext
from kmqa.console.cookies import LANGUAGE_COOKIE
from kmqa.console.guards import usable_session
from kmqa.console.messages import Message
from kmqa.console.names import Labels
from kmqa.console.page import Page
from kmqa.console.rights import Right, may
from kmqa.console.words import LANGUAGES, Words, choose_language, direction, read_translations
from kmqa.dialogue.context import language_name
from kmqa.state.accounts import Session

HERE = Path(__file__).parent


def render_page(request: Request, name: str, status: int = 200, **values: Any) -> HTMLResponse:  # noqa: ANN401 - what a template shows
    """Return a page from its template, in the language of who asks.

    Args:
        request: What is answered.
        name: Of the template, and of the page that the navigation marks unless `here` names it.
        status: Of the answer.
        values: What the template shows.
    """
    return _render(request, usable_session(request), name, status, values)


def render_without_database(request: Request, status: int, what: str) -> HTMLResponse:
    """Return the page that says what went wrong, and ask no database who is signed in."""
    return _render(request, None, "error", status, {"what": what, "detail": ""})


def _render(
    request: Request, session: Session | None, name: str, status: int, values: dict[str, Any]
) -> HTMLResponse:
    context: ConsoleContext = request.app.state.context
    words = Words(session.user.language if session else _language_of(request))
    here = values.pop("here", name)
    content = (
        _templates(words.language)
        .get_template(f"{name}.html")
        .render(
            w=words,
            user=session.user if session else None,
            form_key=session.form_key if session else "",
            pages=_navigation(request, session),
            languages=LANGUAGES,
            left_out=context.problems if session else (),
            git_problem=_git_problem(context) if session else "",
            organisation=context.organisation,
            here=here,
            here_label=_label_of(request, here),
            root=request.scope.get("root_path", ""),
            address=_address(request),
            may=lambda right: _may(session, right),
            moment=_moment,
            labels=Labels(context.settings, words.language),
            language_name=language_name,
            direction=direction,
            as_it_is=str,
            **values,
        )
    )
    return HTMLResponse(content, status)


def redirect(request: Request, path: str) -> RedirectResponse:
    """Lead on to another page of the console, as after a form was taken."""
    return RedirectResponse(f"{request.scope.get('root_path', '')}/{path}", 303)


@lru_cache(maxsize=len(LANGUAGES))
def _templates(language: str) -> Environment:
    """Return the templates with ``_()`` for one language."""
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"), autoescape=select_autoescape(default=True)
    )
    environment.globals["_"] = read_translations(language).gettext
    return environment


def _navigation(request: Request, session: Session | None) -> list[Page]:
    pages: tuple[Page, ...] = request.app.state.pages
    return [page for page in pages if page.label and _may(session, page.right)]


def _label_of(request: Request, here: str) -> Message | None:
    return next((page.label for page in request.app.state.pages if page.name == here), None)


def _git_problem(context: ConsoleContext) -> str:
    return context.repository.problem if context.repository else ""


def _language_of(request: Request) -> str:
    """Return the language before signing in: as chosen in this browser, or as it asks for."""
    chosen = request.cookies.get(LANGUAGE_COOKIE, "")
    return (
        chosen
        if chosen in LANGUAGES
        else choose_language(request.headers.get("accept-language", ""))
    )


def _may(session: Session | None, right: Right) -> bool:
    return session is not None and may(session.user.role, right)


def _address(request: Request) -> str:
    """Return the page to come back to; the first one where a form was answered."""
    if request.method != "GET":
        return "today"
    path = request.url.path.removeprefix(request.scope.get("root_path", "")).lstrip("/")
    return f"{path}?{request.url.query}" if request.url.query else path


def _moment(at: float) -> str:
    """Return a time as people read it, in UTC, because nobody knows where they are."""
    return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d %H:%M} UTC"

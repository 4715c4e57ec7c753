"""What the console leaves in a browser: the key of a session, and the language of its pages."""

from fastapi import Request, Response

from kmqa.console.context import ConsoleContext
from kmqa.console.guards import COOKIE
from kmqa.state import accounts

LANGUAGE_COOKIE = "kmqa_language"
_YEAR = 365 * 86_400  # seconds


def set_session_cookie(response: Response, request: Request, key: str) -> None:
    """Let the browser hold the key of a session, and bring it along from our own pages only."""
    response.set_cookie(
        COOKIE,
        key,
        max_age=int(accounts.SESSION),
        httponly=True,
        samesite="strict",
        secure=is_secure(request),
    )


def set_language_cookie(response: Response, request: Request, language: str) -> None:
    """Let the browser remember the language for the pages before the next sign-in."""
    response.set_cookie(
        LANGUAGE_COOKIE,
        language,
        max_age=_YEAR,
        httponly=True,
        samesite="lax",  # whoever comes from the organisation's provider reads theirs, too
        secure=is_secure(request),
    )


def is_secure(request: Request) -> bool:
    """Return whether people reach this console by https, as far as it can know behind a proxy."""
    context: ConsoleContext = request.app.state.context
    known = context.organisation.console_url if context.organisation else ""
    return request.url.scheme == "https" or known.startswith("https:")

"""What a browser gets where a route raised: the way to the sign-in page, or a page that says why.

Plain functions, so that they run in a thread: a page looks up who asks.
"""

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse
from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException

from kmqa import log
from kmqa.console.faults import name_of_error, name_of_refusal
from kmqa.console.guards import SignInNeeded
from kmqa.console.render import render_page, render_without_database
from kmqa.errors import CorpusInvalid, KmqaError
from kmqa.state import database_errors

_LOG = log.logger(__name__)
_MOST_PROBLEMS = 20  # shown; their true number stands beside them


def on_sign_in_needed(request: Request, error: Exception) -> Response:
    """Lead to where somebody signs in or chooses a password."""
    assert isinstance(error, SignInNeeded)  # noqa: S101 - registered for these alone
    path = f"{request.scope.get('root_path', '')}/{error.to}"
    if "hx-request" in request.headers:  # a part of a page: the whole page must go there
        return Response(headers={"hx-redirect": path})
    return RedirectResponse(path, 303)


def on_http(request: Request, error: Exception) -> Response:
    """Show what was refused."""
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for these alone
    what = name_of_refusal(error.status_code, error.detail)
    return _show(request, error.status_code, what)


def on_database(request: Request, error: Exception) -> Response:
    """Show that the database takes nothing just now; who asks cannot be looked up either."""
    assert isinstance(error, SQLAlchemyError)  # noqa: S101 - registered for these alone
    is_full = database_errors.is_full(error)
    _LOG.error("database", error=type(error).__name__, is_full=is_full)
    what = "disk-full" if is_full else "database-away"
    return render_without_database(request, 503, what)


def on_ours(request: Request, error: Exception) -> Response:
    """Show an error of ours with its own message."""
    assert isinstance(error, KmqaError)  # noqa: S101 - registered for these alone
    detail = error.message
    if isinstance(error, CorpusInvalid):
        lines = [str(problem) for problem in error.problems[:_MOST_PROBLEMS]]
        n_more = len(error.problems) - len(lines)
        detail = "\n".join([*lines, *([f"... and {n_more} more"] if n_more else [])])
    status = getattr(error, "http_status", 500)
    status = status if 400 <= status < 500 else 422
    return _show(request, status, name_of_error(error), detail)


def on_invalid(request: Request, error: Exception) -> Response:
    """Show that an address or a form has a part that is none."""
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for these alone
    return _show(request, 422, "problem")


def _show(request: Request, status: int, what: str, detail: str = "") -> Response:
    """Show an error to whoever is signed in, if that can be found out."""
    try:
        return render_page(request, "error", status, what=what, detail=detail)
    except SQLAlchemyError as error:
        return on_database(request, error)

"""Single questions without who asked them: what was decided, and how sure it was."""

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool

from kmqa.console.desk import Desk
from kmqa.console.web import LARGEST_ID, Web
from kmqa.state import turns
from kmqa.state.turns import Entry

MOST = 100


def routes(web: Web) -> APIRouter:
    """The routes of this page."""
    router = APIRouter()

    @router.get("/turns")
    async def listed(
        request: Request, outcome: str = "", language: str = "", before: int = 0
    ) -> Response:
        """The newest questions, of one outcome or language if asked so."""
        web.user(request)
        before = min(before, LARGEST_ID)
        found = await run_in_threadpool(_found, web.desk, outcome, language, before)
        after = found[-1].id if len(found) == MOST else 0
        return web.page(
            request, "turns", entries=found, outcome=outcome, language=language, after=after
        )

    return router


def _found(desk: Desk, outcome: str, language: str, before: int) -> list[Entry]:
    choice = turns.Choice(outcome=outcome, language=language, before=before)
    with desk.database.reading() as connection:
        return turns.list_newest(connection, desk.identity, choice, MOST)

"""Single questions without who asked them: what was decided, and how sure it was."""

from fastapi import APIRouter, Request, Response

from kmqa.console.context import ConsoleContext
from kmqa.console.guards import LARGEST_ID, Context, needs
from kmqa.console.messages import message
from kmqa.console.page import Page
from kmqa.console.render import render_page
from kmqa.state import turns
from kmqa.state.turns import Entry

router = APIRouter()
PAGE = Page(name="turns", label=message("Questions"), order=30, router=router)
MOST = 100


@router.get("/turns", dependencies=[needs("read")])
def show_turns(
    request: Request, context: Context, outcome: str = "", language: str = "", before: int = 0
) -> Response:
    """Show the newest questions, of one outcome or language if asked so."""
    found = _find_turns(context, outcome, language, min(before, LARGEST_ID))
    after = found[-1].id if len(found) == MOST else 0
    return render_page(
        request, "turns", entries=found, outcome=outcome, language=language, after=after
    )


def _find_turns(context: ConsoleContext, outcome: str, language: str, before: int) -> list[Entry]:
    choice = turns.Choice(outcome=outcome, language=language, before=before)
    with context.database.reading() as connection:
        return turns.list_newest(connection, context.identity, choice, MOST)

"""The console's page for notices, as a kind of content outside kmqa names it."""

from fastapi import APIRouter, Response

from kmqa.console.guards import needs
from kmqa.console.messages import message
from kmqa.console.page import Page

router = APIRouter()
PAGE = Page(name="notices", label=message("Notices"), order=45, router=router)


@router.get("/notices", dependencies=[needs("read")])
def show_notices() -> Response:
    """Show that the page is there."""
    return Response("the board")

"""The audit log: who changed what and when, found by each of these, and whether it is whole."""

from dataclasses import asdict, dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from kmqa.console.guards import Context, needs
from kmqa.console.messages import message
from kmqa.console.page import Page
from kmqa.console.paging import Paging
from kmqa.console.render import render_page
from kmqa.corpus import audit, audit_proof
from kmqa.corpus.audit import Entry

router = APIRouter()
PAGE = Page(name="history", label=message("History"), order=130, router=router)
ON_A_PAGE = 100
_MOST_PROBLEMS = 20  # shown; their true number stands beside them


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What is looked for; what is empty holds for every line.

    Attributes:
        words: Each stands somewhere in the line.
        thing: What the name of the thing begins with, such as ``answer:`` or all of it.
        since: First day, ISO 8601.
        until: Last day.
    """

    words: Annotated[str, Query(alias="q")] = ""
    who: str = ""
    thing: str = ""
    action: str = ""
    since: str = ""
    until: str = ""

    def fits(self, entry: Entry) -> bool:
        """Return whether this line is one of those that are looked for."""
        held = f"{entry.by} {entry.item} {entry.action} {entry.from_status} {entry.to_status}"
        day = entry.at[:10]
        return (
            all(word in held.casefold() for word in self.words.casefold().split())
            and self.who in {"", entry.by}
            and self.action in {"", entry.action}
            and entry.item.startswith(self.thing.strip())
            and self.since <= day
            and (not self.until or day <= self.until)
        )


@router.get("/history", dependencies=[needs("read")])
def show_history(
    request: Request, context: Context, search: Annotated[Search, Depends()], page: int = 1
) -> Response:
    """Show the lines that fit, newest first, a hundred on a page."""
    entries = audit.read(context.corpus_root)
    found = [entry for entry in reversed(entries) if search.fits(entry)]
    paging = Paging(len(found), ON_A_PAGE, page)
    problems = audit_proof.verify(context.corpus_root, entries)
    asked = asdict(search)
    return render_page(
        request,
        "history",
        entries=paging.cut(found),
        paging=paging,
        asked={"q": asked.pop("words"), **asked},
        people=sorted({entry.by for entry in entries}, key=str.casefold),
        actions=sorted({entry.action for entry in entries}),
        problems=problems[:_MOST_PROBLEMS],
        n_more_problems=max(0, len(problems) - _MOST_PROBLEMS),
    )

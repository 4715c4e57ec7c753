"""The audit log: who changed what and when, found by each of these, and whether it is whole."""

from dataclasses import dataclass

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool

from kmqa.console.web import Web
from kmqa.corpus import audit
from kmqa.corpus.audit import Entry

ON_A_PAGE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What is looked for; what is empty holds for every line.

    Attributes:
        words: Each stands somewhere in the line.
        thing: What the name of the thing begins with, such as ``answer:`` or all of it.
        since: First day, ISO 8601.
        until: Last day.
    """

    words: str = ""
    who: str = ""
    thing: str = ""
    action: str = ""
    since: str = ""
    until: str = ""

    def fits(self, entry: Entry) -> bool:
        """Whether this line is one of those that are looked for."""
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


def routes(web: Web) -> APIRouter:
    """The routes of this page."""
    router = APIRouter()

    @router.get("/history")
    async def listed(  # noqa: PLR0913 - one argument a field of the form
        request: Request,
        q: str = "",
        who: str = "",
        thing: str = "",
        action: str = "",
        since: str = "",
        until: str = "",
        page: int = 1,
    ) -> Response:
        """The lines that fit, newest first, a hundred on a page."""
        web.user(request)
        search = Search(words=q, who=who, thing=thing, action=action, since=since, until=until)
        return await run_in_threadpool(_page, web, request, search, page)

    return router


def _page(web: Web, request: Request, search: Search, page: int) -> Response:
    root = web.desk.corpus_root
    entries = audit.read(root)
    found = [entry for entry in reversed(entries) if search.fits(entry)]
    n_pages = max(1, -(-len(found) // ON_A_PAGE))
    page = min(max(page, 1), n_pages)
    return web.page(
        request,
        "history",
        entries=found[(page - 1) * ON_A_PAGE : page * ON_A_PAGE],
        n_found=len(found),
        number=page,
        n_pages=n_pages,
        asked=search,
        people=sorted({entry.by for entry in entries}, key=str.casefold),
        actions=sorted({entry.action for entry in entries}),
        problems=audit.verify(root, entries),
    )

"""The audit log: who changed what in the corpus, and whether the log is whole."""

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool

from kmqa.console.web import Web
from kmqa.corpus import audit

MOST = 200


def routes(web: Web) -> APIRouter:
    """The routes of this page."""
    router = APIRouter()

    @router.get("/history")
    async def listed(request: Request, q: str = "") -> Response:
        """The newest lines that hold every word that is searched for."""
        web.user(request)
        root = web.desk.corpus_root
        entries = await run_in_threadpool(audit.read, root)
        problems = await run_in_threadpool(audit.verify, root)
        words = q.casefold().split()
        found = [
            entry
            for entry in reversed(entries)
            if all(word in f"{entry.by} {entry.item} {entry.action}".casefold() for word in words)
        ]
        return web.page(
            request, "history", entries=found[:MOST], n_found=len(found), q=q, problems=problems
        )

    return router

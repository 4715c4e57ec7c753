"""Build a bundle with its progress, look at what it would change, publish it, roll back."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.concurrency import run_in_threadpool

from kmqa.console.desk import Desk
from kmqa.console.jobs import Job, Work
from kmqa.console.web import Web
from kmqa.index import preview, store
from kmqa.state import turns

_SHOWN = 100  # questions that would change answer


@dataclass(frozen=True, slots=True)
class Change:
    """A past question and what it gets now and would get; empty words where they were forgotten."""

    question: str
    before: str
    after: str


def routes(web: Web) -> APIRouter:
    """The routes of this page."""
    router = APIRouter()
    desk = web.desk

    @router.get("/publish")
    async def listed(request: Request) -> Response:
        """Bundles, verdicts and what is going on."""
        web.user(request)
        index = desk.index
        bundles = await run_in_threadpool(_list_bundles, index)
        looked = preview.read_against_live(index)
        return web.page(
            request,
            "publish",
            bundles=bundles,
            verdicts=store.read_verdicts(index) if index.is_dir() else {},
            looks=looked,
            changes={one: await run_in_threadpool(_changes, desk, looked[one]) for one in looked},
            history=store.read_history(index)[::-1][:20],
            job=desk.jobs.last,
        )

    @router.get("/publish/job")
    async def job(request: Request) -> Response:
        """What is going on, for a page that asks every second."""
        web.user(request)
        return web.page(request, "job", here="publish", job=desk.jobs.last)

    @router.post("/publish")
    async def started(request: Request) -> Response:
        """A build, a look, a publication or a rollback begins."""
        user, form = await web.form(request, "publish")
        work = next((one for one in get_args(Work) if one == form.get("action")), None)
        if work is None:
            raise HTTPException(422, "problem")
        bundle_id = str(form.get("bundle", ""))
        force = str(form.get("force", "")).strip()[:200]
        arguments = _arguments(desk, work, bundle_id)
        if work == "publish":
            # One word, so that no reason is taken for an option.
            arguments += [f"--by={user.name}", *([f"--force={force}"] if force else [])]
        if not desk.jobs.start(Job(work, bundle_id, user.name), arguments):
            raise HTTPException(409, "busy")
        return web.to(request, "publish")

    return router


def _arguments(desk: Desk, work: Work, bundle_id: str) -> list[str]:
    """What `kmqa` is called with.

    Raises:
        HTTPException: 422 where there is no such bundle, or nobody has looked yet at
            what publishing the bundle would change.
    """
    place = ["--corpus", str(desk.corpus_root), "--index", str(desk.index)]
    if work == "build":
        return ["build", *place]
    if work == "rollback":
        return ["rollback", "--index", str(desk.index)]
    if not _is_bundle(desk, bundle_id):
        raise HTTPException(422, "problem")
    if work == "look":
        return ["publish", bundle_id, *place, "--look"]
    if bundle_id not in preview.read_against_live(desk.index):
        raise HTTPException(422, "needs-look")
    return ["publish", bundle_id, *place]


def _list_bundles(index: Path) -> Sequence[store.ListedBundle]:
    return store.list_bundles(index, verify=False) if index.is_dir() else ()


def _is_bundle(desk: Desk, bundle_id: str) -> bool:
    return any(item.bundle_id == bundle_id for item in _list_bundles(desk.index))


def _changes(desk: Desk, look: preview.PublishPreview) -> Sequence[Change]:
    """The first of the questions that would change answer, in the words that the log still has."""
    shown = look.changes[:_SHOWN]
    with desk.database.reading() as connection:
        entries = turns.by_id(connection, desk.identity, [turn for turn, _, _ in shown])
    words = {entry.id: entry.question for entry in entries}
    return [Change(words.get(turn, ""), before, after) for turn, before, after in shown]

"""Build a bundle with its progress, publish it through the gate, roll back."""

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.concurrency import run_in_threadpool

from kmqa.console.web import Web
from kmqa.index import store


def routes(web: Web) -> APIRouter:
    """The routes of this page."""
    router = APIRouter()
    desk = web.desk

    @router.get("/publish")
    async def listed(request: Request) -> Response:
        """Bundles, verdicts and what is going on."""
        web.user(request)
        index = desk.index
        bundles = await run_in_threadpool(store.glanced, index) if index.is_dir() else ()
        return web.page(
            request,
            "publish",
            bundles=bundles,
            verdicts=store.verdicts(index) if index.is_dir() else {},
            history=store.history(index)[::-1][:20],
            job=desk.jobs.last,
        )

    @router.get("/publish/job")
    async def job(request: Request) -> Response:
        """What is going on, for a page that asks every second."""
        web.user(request)
        return web.page(request, "job", here="publish", job=desk.jobs.last)

    @router.post("/publish")
    async def started(request: Request) -> Response:
        """A build, a publication or a rollback begins."""
        user, form = await web.form(request, "publish")
        action = str(form.get("action", ""))
        place = ["--corpus", str(desk.corpus_root), "--index", str(desk.index)]
        bundle_id = str(form.get("bundle", ""))
        force = str(form.get("force", "")).strip()[:200]
        if action == "build":
            arguments = ["build", *place]
        elif action == "publish" and _is_bundle(web, bundle_id):
            arguments = ["publish", bundle_id, *place, "--by", user.name]
            arguments += ["--force", force] if force else []
        elif action == "rollback":
            arguments = ["rollback", "--index", str(desk.index)]
        else:
            raise HTTPException(422, "problem")
        desk.jobs.start(f"{action} {bundle_id}".strip(), user.name, arguments)
        return web.to(request, "publish")

    return router


def _is_bundle(web: Web, bundle_id: str) -> bool:
    return any(item.bundle_id == bundle_id for item in store.glanced(web.desk.index))

"""The demo: a phone in the browser, the stand-in for Meta and the real service on one port."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI, HTTPException, Response
from fastapi.concurrency import run_in_threadpool
from starlette.types import ASGIApp

from kmqa.channels import page
from kmqa.simulator.app import stand_in
from kmqa.simulator.webhooks import Deliverer
from kmqa.simulator.world import World

Why = Callable[[str], Mapping[str, Any] | None]
Json = dict[str, Any]


def demo(
    world: World, deliverer: Deliverer, name: str, why: Why, mounted: Mapping[str, ASGIApp]
) -> FastAPI:
    """Return the page at ``/``, the stand-in at ``/meta``, and what is `mounted` at its paths.

    Args:
        world: Of the stand-in.
        deliverer: Delivers its webhooks.
        name: Of the business that the phone writes to.
        why: What the bot decided last for somebody with a phone number, or None.
        mounted: Apps by path; the one at ``""`` takes what nothing else takes.
    """

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        delivering = asyncio.create_task(deliverer.run())
        yield
        delivering.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await delivering

    app = FastAPI(title="kmqa demo", lifespan=lifespan, docs_url=None, openapi_url=None)
    page.add(app, "/", "demo", name)
    _add_phone(app, world, why)
    app.mount("/meta", stand_in(world, deliverer))
    for path, other in sorted(mounted.items(), reverse=True):
        app.mount(path, other)
    return app


def _add_phone(app: FastAPI, world: World, why: Why) -> None:
    @app.get("/phone/state")
    async def state(phone: str) -> Json:
        """All that the phone shows, and what stands beside it."""
        return {
            "messages": _conversation(world, phone),
            "read": sorted(world.read),
            "costs": world.costs(),
            "why": await run_in_threadpool(why, phone),
        }

    @app.get("/phone/media/{media_id}")
    async def media(media_id: str) -> Response:
        """Return a file that the business uploaded."""
        file = world.files.get(media_id, world.clock.now())
        if file is None:
            raise HTTPException(404, "there is no such file")
        is_pdf = file.mime_type == "application/pdf"
        kind = file.mime_type if is_pdf else "application/octet-stream"
        return Response(
            file.content, media_type=kind, headers={"x-content-type-options": "nosniff"}
        )


def _conversation(world: World, phone: str) -> list[Json]:
    """Return what was written in both directions, in the order of its time."""
    heard = [
        {"id": one.message["id"], "mine": True, "at": one.at, "payload": one.message}
        for one in world.heard
        if one.phone == phone
    ]
    sent = [
        {"id": one.id, "mine": False, "at": one.at, "payload": one.payload}
        for one in world.sent
        if one.phone == phone
    ]
    return sorted([*heard, *sent], key=lambda one: one["at"])

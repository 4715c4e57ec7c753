"""The stand-in as a web app: Meta's routes, and routes to play people and to look behind."""

import asyncio
import contextlib
import hashlib
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import fields, replace
from typing import Annotated, Any

from fastapi import Body, FastAPI, File, Form, Header, Request, Response, UploadFile
from fastapi.responses import JSONResponse

from kmqa.simulator.rules import Fault, fault_of
from kmqa.simulator.webhooks import Deliverer, message_change, status_change
from kmqa.simulator.world import MEDIA_LIFE, Behaviour, HeardMessage, SentMessage, World

_NO_TOKEN = Fault(190, "Invalid OAuth access token", http_status=401)
_NO_NUMBER = Fault(33, "Unsupported post request. The number does not exist")
_NEVER = 3600.0  # seconds for which an answer that shall get lost is held back
Json = dict[str, Any]


def stand_in(world: World, deliverer: Deliverer) -> FastAPI:
    """The app over `world`, which delivers its webhooks through `deliverer`."""

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        delivering = asyncio.create_task(deliverer.run())
        yield
        delivering.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await delivering

    app = FastAPI(title="kmqa stand-in for Meta", lifespan=lifespan)
    _add_media(app, world)
    _add_people(app, world, deliverer)
    _add_looks(app, world, deliverer)
    _add_messages(app, world, deliverer)
    return app


def _refused(fault: Fault) -> JSONResponse:
    return JSONResponse(fault.body(), status_code=fault.http_status)


def _may_send(world: World, number_id: str, authorization: str) -> Fault | None:
    if not secrets.compare_digest(authorization.encode(), f"Bearer {world.token}".encode()):
        return _NO_TOKEN
    return None if number_id in world.numbers else _NO_NUMBER


def _add_messages(app: FastAPI, world: World, deliverer: Deliverer) -> None:
    @app.post("/{version}/{number_id}/messages")
    async def send(
        version: str,  # noqa: ARG001 - any version is fine
        number_id: str,
        request: Request,
        authorization: Annotated[str, Header()] = "",
    ) -> Response:
        """Take a message or a read receipt."""
        await asyncio.sleep(world.behaviour.latency)
        try:
            payload = await request.json()
        except ValueError:
            return _refused(Fault(100, "The body is not JSON"))
        fault = _may_send(world, number_id, authorization) or fault_of(payload)
        if fault:
            return _refused(fault)
        if payload.get("status") == "read":
            world.read.add(payload["message_id"])
            return JSONResponse({"success": True})
        message = world.accept(number_id, payload)
        if isinstance(message, Fault):
            return _refused(message)
        _tell(world, deliverer, message)
        if world.random.random() < world.behaviour.lost_answers:
            await asyncio.sleep(_NEVER)
        return JSONResponse(_accepted(message))


def _accepted(message: SentMessage) -> Json:
    to = message.payload.get("to") or message.payload.get("recipient")
    contact = {"input": to, "wa_id": message.phone, "user_id": message.user_id}
    return {
        "messaging_product": "whatsapp",
        "contacts": [contact],
        "messages": [{"id": message.id}],
    }


def _tell(world: World, deliverer: Deliverer, message: SentMessage) -> None:
    step = world.behaviour.status_delay
    for place, status in enumerate(world.statuses(message), start=1):
        delay = world.random.uniform(0, 4 * step) if world.behaviour.shuffled else place * step
        deliverer.put(status_change(message.number_id, status), delay)


def _add_media(app: FastAPI, world: World) -> None:
    @app.post("/{version}/{number_id}/media")
    async def upload(
        version: str,  # noqa: ARG001 - any version is fine
        number_id: str,
        file: Annotated[UploadFile, File()],
        messaging_product: Annotated[str, Form()] = "",
        authorization: Annotated[str, Header()] = "",
    ) -> Response:
        """Keep a file and name it."""
        fault = _may_send(world, number_id, authorization)
        if fault is None and messaging_product != "whatsapp":
            fault = Fault(100, "The parameter messaging_product is required")
        if fault:
            return _refused(fault)
        content = await file.read()
        world.uploads += 1
        media_id = str(int(hashlib.sha256(content).hexdigest()[:12], 16))
        expires = world.clock.now() + MEDIA_LIFE
        world.media[media_id] = (content, file.content_type or "", expires)
        return JSONResponse({"id": media_id})


def _add_people(app: FastAPI, world: World, deliverer: Deliverer) -> None:
    @app.post("/simulate/messages")
    async def write(message: Annotated[Json, Body()]) -> Json:
        """Somebody writes: ``{"from": phone, "text": ...}``, or any message of Meta's shapes."""
        phone = str(message.pop("from", "254700000001")).removeprefix("+")
        number_id = str(message.pop("number_id", world.numbers[0]))
        contact = world.wrote(phone)
        world.carry(number_id)
        body: Json = {"id": world.new_id(), "timestamp": str(int(world.clock.now()))}
        typed = message.pop("text", None)
        body |= {"type": "text", "text": {"body": typed}} if isinstance(typed, str) else message
        world.heard.append(HeardMessage(phone=phone, at=world.clock.now(), message=body))
        deliverer.put(message_change(world, number_id, contact, body))
        return {"id": body["id"]}


def _add_looks(app: FastAPI, world: World, deliverer: Deliverer) -> None:
    @app.get("/simulate/sent")
    async def sent(since: int = 0, phone: str = "") -> list[Json]:
        """What the business sent, first to last."""
        return [
            {"id": m.id, "to": m.phone, "at": m.at, "payload": m.payload}
            for m in world.sent[since:]
            if not phone or m.phone == phone
        ]

    @app.get("/simulate/costs")
    async def costs() -> Json:
        """The meter, and what became of the webhooks."""
        calls = {name: getattr(deliverer, name) for name in ("delivered", "failed", "lost")}
        return world.costs() | {"webhooks": calls}

    @app.post("/simulate/behaviour")
    async def behave(changes: Annotated[Json, Body()]) -> Response:
        """Change how well-behaved the stand-in is; unknown names are refused."""
        known = {field.name for field in fields(Behaviour)}
        if not set(changes) <= known:
            unknown = ", ".join(sorted(set(changes) - known))
            return JSONResponse({"error": {"message": f"unknown: {unknown}"}}, status_code=422)
        world.behaviour = replace(world.behaviour, **changes)
        return Response(status_code=204)

    @app.post("/simulate/clock")
    async def move(ahead: Annotated[float, Body(embed=True)]) -> Json:
        """Move the clock so many seconds ahead of the real one."""
        world.clock.ahead = ahead
        return {"now": world.clock.now()}

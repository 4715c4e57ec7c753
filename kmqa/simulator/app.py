"""The stand-in as a web app: Meta's routes, and routes to play people and to look behind."""

import asyncio
import contextlib
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict, fields, replace
from typing import Annotated, Any

from fastapi import Body, FastAPI, File, Form, Header, Request, Response, UploadFile
from fastapi.responses import JSONResponse

from kmqa.simulator.rules import Fault, fault_of
from kmqa.simulator.webhooks import Deliverer, message_change, status_change
from kmqa.simulator.world import Behaviour, HeardMessage, SentMessage, World

_NO_TOKEN = Fault(190, "Invalid OAuth access token", http_status=401)
_NO_NUMBER = Fault(33, "Unsupported post request. The number does not exist")
_NO_FILE = Fault(100, "Unsupported get request. The file does not exist or has expired")
_NEVER = 3600.0  # seconds for which an answer that shall get lost is held back
Json = dict[str, Any]


def stand_in(world: World, deliverer: Deliverer) -> FastAPI:
    """Return the app over `world`, which delivers its webhooks through `deliverer`."""

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
    _add_recording(app, deliverer)
    _add_messages(app, world, deliverer)
    _add_files(app, world)
    return app


def _error_response(fault: Fault) -> JSONResponse:
    return JSONResponse(fault.body(), status_code=fault.http_status)


def _may_send(world: World, number_id: str, authorization: str) -> Fault | None:
    if not _has_token(world, authorization):
        return _NO_TOKEN
    return None if number_id in world.numbers else _NO_NUMBER


def _has_token(world: World, authorization: str) -> bool:
    return secrets.compare_digest(authorization.encode(), f"Bearer {world.token}".encode())


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
        if world.behaviour.http_status:
            return Response("<html>broken</html>", world.behaviour.http_status)
        try:
            payload = await request.json()
        except (ValueError, RecursionError):
            return _error_response(Fault(100, "The body is not JSON"))
        fault = _may_send(world, number_id, authorization) or fault_of(payload)
        if fault:
            return _error_response(fault)
        if payload.get("status") == "read":
            world.read.add(payload["message_id"])
            return JSONResponse({"success": True})
        message = world.accept(number_id, payload)
        if isinstance(message, Fault):
            return _error_response(message)
        _tell(world, deliverer, message)
        if world.random.random() < world.behaviour.lost_answers:
            await asyncio.sleep(_NEVER)
        return JSONResponse(_accept_body(message))


def _accept_body(message: SentMessage) -> Json:
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
            return _error_response(fault)
        content, kind = await file.read(), file.content_type or ""
        kept = world.files.keep(content, kind, world.clock.now())
        return _error_response(kept) if isinstance(kept, Fault) else JSONResponse({"id": kept})

    @app.get("/files/{media_id}")
    async def fetch(
        media_id: str, until: int, seal: str, authorization: Annotated[str, Header()] = ""
    ) -> Response:
        """Return the bytes of a file, for who has a fresh link and the token."""
        now = world.clock.now()
        file = world.files.get(media_id, now)
        if not _has_token(world, authorization):
            return _error_response(_NO_TOKEN)
        if file is None or not world.files.is_open(media_id, until, seal, now):
            return Response(status_code=404)
        return Response(file.content, media_type=file.mime_type)


def _add_files(app: FastAPI, world: World) -> None:
    """Add what names a file by its id alone; last, as these paths fit much else."""

    @app.get("/{version}/{media_id}")
    async def describe(
        version: str,  # noqa: ARG001 - any version is fine
        media_id: str,
        request: Request,
        authorization: Annotated[str, Header()] = "",
    ) -> Response:
        """Return what a file is, and where it can be fetched for five minutes."""
        file = world.files.get(media_id, world.clock.now())
        if not _has_token(world, authorization):
            return _error_response(_NO_TOKEN)
        if file is None:
            return _error_response(_NO_FILE)
        url = str(request.base_url).rstrip("/") + world.files.link(media_id, world.clock.now())
        size = len(file.content)
        told: Json = {"messaging_product": "whatsapp", "url": url, "id": media_id}
        told |= {"mime_type": file.mime_type, "sha256": file.sha256, "file_size": size}
        return JSONResponse(told)

    @app.delete("/{version}/{media_id}")
    async def drop(
        version: str,  # noqa: ARG001 - any version is fine
        media_id: str,
        authorization: Annotated[str, Header()] = "",
    ) -> Response:
        """Delete a file."""
        if not _has_token(world, authorization):
            return _error_response(_NO_TOKEN)
        return (
            JSONResponse({"success": True})
            if world.files.drop(media_id)
            else _error_response(_NO_FILE)
        )


def _add_people(app: FastAPI, world: World, deliverer: Deliverer) -> None:
    @app.post("/simulate/messages")
    async def write(message: Annotated[Json, Body()]) -> Json:
        """Somebody writes: ``{"from": phone, "text": ...}``, or any message of Meta's shapes."""
        phone = str(message.pop("from", "254700000001")).removeprefix("+")
        number_id = str(message.pop("number_id", world.numbers[0]))
        contact = world.wrote(phone)
        world.carry(number_id)
        body: Json = {"id": world.new_id(), "timestamp": str(int(world.clock.now()))}
        if isinstance(message.get("text"), str):
            message |= {"type": "text", "text": {"body": message["text"]}}
        body |= message
        world.heard.append(HeardMessage(phone=phone, at=world.clock.now(), message=body))
        deliverer.put(message_change(world, number_id, contact, body))
        return {"id": body["id"]}


def _add_looks(app: FastAPI, world: World, deliverer: Deliverer) -> None:
    @app.get("/simulate/sent")
    async def list_sent(since: int = 0, phone: str = "") -> list[Json]:
        """Return what the business sent, first to last."""
        return [
            {"id": m.id, "to": m.phone, "at": m.at, "payload": m.payload}
            for m in world.sent[since:]
            if not phone or m.phone == phone
        ]

    @app.get("/simulate/read")
    async def read() -> list[str]:
        """Ids of the messages that the business marked as read."""
        return sorted(world.read)

    @app.get("/simulate/costs")
    async def costs() -> Json:
        """Return the meter, and what became of the webhooks."""
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


def _add_recording(app: FastAPI, deliverer: Deliverer) -> None:
    @app.get("/simulate/recording")
    async def recording() -> list[Json]:
        """Return the last calls of the webhook, first to last: body, when, and what came back."""
        return [asdict(call) for call in deliverer.calls]

    @app.post("/simulate/replay")
    async def replay(request: Request) -> Response:
        """Deliver a body once more as it is, signed anew: one of a recording, or any other."""
        deliverer.replay(await request.body())
        return Response(status_code=202)

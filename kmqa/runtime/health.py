"""Whether the service lives, whether it is ready, and its metrics."""

import asyncio
import contextlib
from dataclasses import dataclass
from datetime import UTC, datetime

from fastapi import APIRouter, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from kmqa.index import signature
from kmqa.runtime import metrics
from kmqa.runtime.body import database_error, error_response
from kmqa.runtime.service import Service
from kmqa.state import figures, leases, marks

OLDEST = 300.0  # seconds that a message may wait before the service says that it is not ready
_PATIENCE = 8.0  # seconds for the database; whoever asks waits for ten or so
_MARK = "ready"
_ROOM = "." * 2**16  # more than a message takes
_LEAST_FREE = 32 * 2**20  # bytes; below, SQLite may take a small row and refuse a large one
_META_HINT = (
    "Nothing is lost: each is tried again until 24 hours after the person wrote. Look at the log "
    '("not sent"), the network and the account.'
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Queue:
    """What waits.

    Attributes:
        age: Of the oldest message without a reply, seconds.
        refused_age: Of the oldest reply that Meta does not take just now, seconds.
        workers: How many live.
        n_unconfirmed: Replies that Meta took and never reported on.
    """

    age: float
    refused_age: float
    workers: int
    replies: figures.UnsentReplies
    n_unconfirmed: int


def routes(service: Service) -> APIRouter:
    """Build the routes that operators and load balancers ask."""
    router = APIRouter(tags=["Operations"])

    @router.get("/healthz")
    async def healthz() -> dict[str, str]:
        """Say that the process answers."""
        return {"status": "alive"}

    @router.get("/readyz")
    async def readyz() -> Response:
        """Say whether a bundle is open, the database takes messages, and nobody waits for long."""
        try:
            async with asyncio.timeout(_PATIENCE):
                await _write_mark(service)
                queue = await run_in_threadpool(_read_queue, service)
        except SQLAlchemyError as error:
            return database_error(error)
        except TimeoutError:
            message = f"it has not answered for {_PATIENCE:.0f} s"
            return error_response(503, "database", message, "Check the database.")
        _show(queue)
        live = await service.responder()
        if fault := _find_fault(service, queue):
            return fault
        content = {
            "status": "ready",
            "bundle_id": live.bundle.manifest.bundle_id,
            "bundle_signature": signature.describe(
                live.bundle.folder, service.settings.bundle_key_list
            ),
            "workers": queue.workers,
            "replies_refused": queue.replies.n_refused,
            "replies_refused_since": _format_time(queue.replies.since),
            "replies_parked": queue.replies.n_parked,
            "replies_unconfirmed": queue.n_unconfirmed,
        }
        return JSONResponse(content)

    if service.settings.public_metrics:
        _add_metrics(router, service)
    return router


def _find_fault(service: Service, queue: _Queue) -> Response | None:
    """Return what says why the service is not ready; None where it is."""
    free = service.database.free_bytes()
    if free is not None and free < _LEAST_FREE:
        message = f"the disk of the database has {free // 2**20} MB left"
        return error_response(503, "disk", message, "Free space there.")
    if service.live.problem:
        return error_response(503, "bundle", service.live.problem, "Publish or roll back.")
    if queue.refused_age > OLDEST:
        return error_response(503, "meta", _describe_refused(queue), _META_HINT)
    if queue.age > OLDEST:
        hint = "Workers are too few." if queue.workers else "Start a worker."
        return error_response(503, "queue", f"a message has waited {queue.age:.0f} s", hint)
    return None


def _add_metrics(router: APIRouter, service: Service) -> None:
    @router.get("/metrics")
    async def show_metrics() -> Response:
        """Show counts for Prometheus, and the age of the queue at this moment."""
        with contextlib.suppress(SQLAlchemyError, TimeoutError):
            async with asyncio.timeout(_PATIENCE):
                _show(await run_in_threadpool(_read_queue, service))
        content = await run_in_threadpool(metrics.exposition)
        return Response(content, media_type="text/plain; version=0.0.4")


async def _write_mark(service: Service) -> None:
    """Write a row, on the way that messages go: where that fails, none can be taken in.

    Into SQLite's file a short row may still fit, and no message: it must have room for a longer one
    for a moment.

    Raises:
        SQLAlchemyError: The database takes nothing, as on a full disk.
    """

    def write(connection: Connection) -> None:
        if not service.database.is_postgresql:
            marks.write_mark(connection, _MARK, _ROOM)
        marks.write_mark(connection, _MARK, f"{service.clock():.0f}")

    await service.writer.write(write)


def _read_queue(service: Service) -> _Queue:
    now = service.clock()
    with service.database.reading() as connection:
        replies = figures.count_unsent(connection)
        return _Queue(
            age=_age(figures.find_oldest_unanswered(connection), now),
            refused_age=_age(replies.since, now),
            workers=leases.count_workers(connection, now),
            replies=replies,
            n_unconfirmed=figures.count_unconfirmed(connection, now),
        )


def _age(since: float | None, now: float) -> float:
    return 0.0 if since is None else max(0.0, now - since)


def _show(queue: _Queue) -> None:
    """Set the metrics to what waits at this moment."""
    metrics.queue_age.set(queue.age)
    metrics.refused_replies.set(queue.replies.n_refused)
    metrics.refused_age.set(queue.refused_age)
    metrics.parked_replies.set(queue.replies.n_parked)
    metrics.unconfirmed_replies.set(queue.n_unconfirmed)


def _describe_refused(queue: _Queue) -> str:
    since = _format_time(queue.replies.since)
    n_refused, n_parked = queue.replies.n_refused, queue.replies.n_parked
    return f"Meta does not take {n_refused} replies, the oldest of {since}; {n_parked} are parked"


def _format_time(at: float | None) -> str | None:
    return None if at is None else datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

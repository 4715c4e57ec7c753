"""Whether the service lives, whether it is ready, and its metrics."""

import contextlib
from dataclasses import dataclass
from datetime import UTC, datetime

from fastapi import APIRouter, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse
from sqlalchemy.exc import SQLAlchemyError

from kmqa.runtime import metrics
from kmqa.runtime.body import error_response
from kmqa.runtime.service import Service
from kmqa.state import figures, leases

OLDEST = 300.0  # seconds that a message may wait before the service says that it is not ready
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
    """

    age: float
    refused_age: float
    workers: int
    replies: figures.UnsentReplies


def routes(service: Service) -> APIRouter:
    """Build the routes that operators and load balancers ask."""
    router = APIRouter(tags=["Operations"])

    @router.get("/healthz")
    async def healthz() -> dict[str, str]:
        """Say that the process answers."""
        return {"status": "alive"}

    @router.get("/readyz")
    async def readyz() -> Response:
        """Say whether a bundle is open, the database answers, and nobody waits for long."""
        try:
            queue = await run_in_threadpool(_read_queue, service)
        except SQLAlchemyError as error:
            return error_response(503, "database", type(error).__name__, "Check the database.")
        _show(queue)
        live = await service.responder()
        if service.live.problem:
            return error_response(503, "bundle", service.live.problem, "Publish or roll back.")
        if queue.refused_age > OLDEST:
            return error_response(503, "meta", _describe_refused(queue), _META_HINT)
        if queue.age > OLDEST:
            hint = "Workers are too few." if queue.workers else "Start a worker."
            return error_response(503, "queue", f"a message has waited {queue.age:.0f} s", hint)
        content = {
            "status": "ready",
            "bundle_id": live.bundle.manifest.bundle_id,
            "workers": queue.workers,
            "replies_refused": queue.replies.n_refused,
            "replies_refused_since": _format_time(queue.replies.since),
            "replies_parked": queue.replies.n_parked,
        }
        return JSONResponse(content)

    @router.get("/metrics")
    async def show_metrics() -> Response:
        """Show counts for Prometheus, and the age of the queue at this moment."""
        with contextlib.suppress(SQLAlchemyError):
            _show(await run_in_threadpool(_read_queue, service))
        content = await run_in_threadpool(metrics.exposition)
        return Response(content, media_type="text/plain; version=0.0.4")

    return router


def _read_queue(service: Service) -> _Queue:
    now = service.clock()
    with service.database.reading() as connection:
        replies = figures.count_unsent(connection)
        return _Queue(
            age=_age(figures.find_oldest_unanswered(connection), now),
            refused_age=_age(replies.since, now),
            workers=leases.count_workers(connection, now),
            replies=replies,
        )


def _age(since: float | None, now: float) -> float:
    return 0.0 if since is None else max(0.0, now - since)


def _show(queue: _Queue) -> None:
    """Set the metrics to what waits at this moment."""
    metrics.queue_age.set(queue.age)
    metrics.refused_replies.set(queue.replies.n_refused)
    metrics.refused_age.set(queue.refused_age)
    metrics.parked_replies.set(queue.replies.n_parked)


def _describe_refused(queue: _Queue) -> str:
    since = _format_time(queue.replies.since)
    n_refused, n_parked = queue.replies.n_refused, queue.replies.n_parked
    return f"Meta does not take {n_refused} replies, the oldest of {since}; {n_parked} are parked"


def _format_time(at: float | None) -> str | None:
    return None if at is None else datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

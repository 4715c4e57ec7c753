"""Whether the service lives, whether it is ready, and its metrics."""

import contextlib

from fastapi import APIRouter, Response
from fastapi.concurrency import run_in_threadpool
from sqlalchemy.exc import SQLAlchemyError

from kmqa.runtime import metrics
from kmqa.runtime.body import error_response
from kmqa.runtime.service import Service
from kmqa.state import figures, leases

OLDEST = 300.0  # seconds that a message may wait before the service says that it is not ready


def routes(service: Service) -> APIRouter:
    """The routes that operators and load balancers ask."""
    router = APIRouter(tags=["Operations"])

    @router.get("/healthz")
    async def healthz() -> dict[str, str]:
        """The process answers."""
        return {"status": "alive"}

    @router.get("/readyz")
    async def readyz() -> Response:
        """A verified bundle is open, the database answers, and nobody waits for long."""
        try:
            age, workers = await run_in_threadpool(_queue, service)
        except SQLAlchemyError as error:
            return error_response(503, "database", type(error).__name__, "Check the database.")
        metrics.queue_age.set(age)
        live = await service.responder()
        if service.live.problem:
            return error_response(503, "bundle", service.live.problem, "Publish or roll back.")
        if age > OLDEST:
            hint = "Start a worker." if not workers else "Workers are too few, or Meta is down."
            return error_response(503, "queue", f"a message has waited {age:.0f} s", hint)
        bundle_id = live.bundle.manifest.bundle_id
        return Response(
            content=f'{{"status":"ready","bundle_id":"{bundle_id}","workers":{workers}}}',
            media_type="application/json",
        )

    @router.get("/metrics")
    async def show_metrics() -> Response:
        """Counts for Prometheus, and the age of the queue at this moment."""
        with contextlib.suppress(SQLAlchemyError):
            age, _ = await run_in_threadpool(_queue, service)
            metrics.queue_age.set(age)
        content = await run_in_threadpool(metrics.exposition)
        return Response(content, media_type="text/plain; version=0.0.4")

    return router


def _queue(service: Service) -> tuple[float, int]:
    """Return the age of the oldest message without a reply, seconds, and the living workers."""
    now = service.clock()
    with service.database.reading() as connection:
        oldest = figures.find_oldest_unanswered(connection)
        age = 0.0 if oldest is None else max(0.0, now - oldest)
        return age, leases.count_workers(connection, now)

"""Whether the service lives, whether it is ready, and its metrics."""

from fastapi import APIRouter, Response
from fastapi.concurrency import run_in_threadpool
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from kmqa.runtime import metrics
from kmqa.runtime.body import error_response
from kmqa.runtime.service import Service
from kmqa.state import leases, tables

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
        if service.live.problem:
            return error_response(503, "bundle", service.live.problem, "Publish or roll back.")
        if age > OLDEST:
            hint = "Start a worker." if not workers else "Workers are too few, or Meta is down."
            return error_response(503, "queue", f"a message has waited {age:.0f} s", hint)
        bundle_id = service.live.current().bundle.manifest.bundle_id
        return Response(
            content=f'{{"status":"ready","bundle_id":"{bundle_id}","workers":{workers}}}',
            media_type="application/json",
        )

    @router.get("/metrics")
    async def exposed() -> Response:
        """Counts for Prometheus."""
        content = await run_in_threadpool(metrics.exposition)
        return Response(content, media_type="text/plain; version=0.0.4")

    return router


def _queue(service: Service) -> tuple[float, int]:
    """Age of the oldest waiting message in seconds, and the number of living workers."""
    now = service.clock()
    with service.database.reading() as connection:
        oldest = connection.execute(
            select(func.min(tables.inbox.c.stored_at)).where(tables.inbox.c.state == "waiting")
        ).scalar()
        return (now - oldest if oldest else 0.0), leases.living(connection, now)

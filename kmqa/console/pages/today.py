"""What happened lately, each number leading to its list."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse
from sqlalchemy import BigInteger, Connection, cast, func, select

from kmqa.console.desk import Desk
from kmqa.console.web import Web
from kmqa.corpus.files import Corpus
from kmqa.state import handovers, tables

DAYS = 14
OUTCOMES = ("answer", "choose", "resources", "refuse", "urgent", "chat")
_DAY = 86_400
_SOON = timedelta(days=60)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Counts of the last days.

    Attributes:
        by_day: For each day, oldest first, its ISO date and the questions by outcome.
        unanswered: Questions of any day that wait for a curator.
        waiting: Conversations of any day that wait for a person.
    """

    by_outcome: Mapping[str, int]
    by_language: Mapping[str, int]
    by_day: tuple[tuple[str, Mapping[str, int]], ...]
    helpful: int
    not_helpful: int
    billed: int
    unanswered: int
    waiting: int


def routes(web: Web) -> APIRouter:
    """The routes of this page."""
    router = APIRouter()

    @router.get("/")
    async def home(request: Request) -> Response:
        """Lead to the page of today."""
        return RedirectResponse(f"{request.scope.get('root_path', '')}/today", 303)

    @router.get("/today")
    async def today(request: Request) -> Response:
        """The page."""
        web.user(request)
        figures = await run_in_threadpool(_figures, web.desk)
        corpus = web.desk.corpus()
        soon = web.desk.today() + _SOON
        approved = (a for a in corpus.answers if a.status == "approved")
        expiring = [a for a in approved if a.review_by and a.review_by <= soon]
        return web.page(
            request,
            "today",
            figures=figures,
            days=DAYS,
            outcomes=OUTCOMES,
            expiring=expiring,
            in_review=_in_review(corpus),
            most=max((sum(counts.values()) for _, counts in figures.by_day), default=0) or 1,
        )

    return router


def _in_review(corpus: Corpus) -> list[str]:
    return [answer.id for answer in corpus.answers if answer.status == "in_review"]


def _figures(desk: Desk) -> Figures:
    now = desk.clock()
    first = (int(now) // _DAY - DAYS + 1) * _DAY
    with desk.database.reading() as connection:
        by_outcome: Counter[str] = Counter()
        by_language: Counter[str] = Counter()
        days: dict[int, Counter[str]] = {first // _DAY + n: Counter() for n in range(DAYS)}
        for day, outcome, language, n in _counts(connection, first):
            by_outcome[outcome] += n
            by_language[language] += n
            days.setdefault(day, Counter())[outcome] += n
        return Figures(
            by_outcome=by_outcome,
            by_language=dict(by_language.most_common()),
            by_day=tuple((_date(day), counts) for day, counts in sorted(days.items())),
            helpful=_feedback(connection, first, is_helpful=True),
            not_helpful=_feedback(connection, first, is_helpful=False),
            billed=_billed(connection, first),
            unanswered=_unanswered(connection),
            waiting=handovers.count(connection, is_open=True),
        )


def _counts(connection: Connection, since: float) -> list[tuple[int, str, str, int]]:
    turns = tables.turns.c
    # A whole number first: made of a fraction, SQLite cuts it off and PostgreSQL rounds it.
    day = cast(turns.at, BigInteger) // _DAY
    query = (
        select(day, turns.outcome, turns.language, func.count())
        .where(turns.at >= since)
        .group_by(day, turns.outcome, turns.language)
    )
    return [tuple(row) for row in connection.execute(query)]


def _feedback(connection: Connection, since: float, *, is_helpful: bool) -> int:
    told = tables.feedback.c
    query = select(func.count()).where(told.at >= since, told.is_helpful.is_(is_helpful))
    return connection.execute(query).scalar_one()


def _unanswered(connection: Connection) -> int:
    query = select(func.count()).select_from(tables.turns).where(tables.UNANSWERED)
    return connection.execute(query).scalar_one()


def _billed(connection: Connection, since: float) -> int:
    status = tables.statuses.c
    query = select(func.count()).where(status.at >= since, status.is_billed, status.state == "sent")
    return connection.execute(query).scalar_one()


def _date(day: int) -> str:
    return datetime.fromtimestamp(day * _DAY, UTC).date().isoformat()

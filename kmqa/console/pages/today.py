"""What happened lately, each number leading to its list."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse

from kmqa.console.desk import Desk
from kmqa.console.web import Web
from kmqa.corpus.files import Corpus
from kmqa.state import feedback, figures, handovers

DAYS = 14
OUTCOMES = ("answer", "choose", "resources", "refuse", "urgent", "chat")
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
        counted = await run_in_threadpool(_figures, web.desk)
        corpus = web.desk.corpus()
        soon = web.desk.today() + _SOON
        approved = (a for a in corpus.answers if a.status == "approved")
        expiring = [a for a in approved if a.review_by and a.review_by <= soon]
        return web.page(
            request,
            "today",
            figures=counted,
            days=DAYS,
            outcomes=OUTCOMES,
            expiring=expiring,
            in_review=_in_review(corpus),
            most=max((sum(counts.values()) for _, counts in counted.by_day), default=0) or 1,
        )

    return router


def _in_review(corpus: Corpus) -> list[str]:
    return [answer.id for answer in corpus.answers if answer.status == "in_review"]


def _figures(desk: Desk) -> Figures:
    now = desk.clock()
    first = (int(now) // figures.DAY - DAYS + 1) * figures.DAY
    with desk.database.reading() as connection:
        by_outcome: Counter[str] = Counter()
        by_language: Counter[str] = Counter()
        days: dict[int, Counter[str]] = {first // figures.DAY + n: Counter() for n in range(DAYS)}
        for count in figures.count_turns(connection, first):
            by_outcome[count.outcome] += count.n
            by_language[count.language] += count.n
            days.setdefault(count.day, Counter())[count.outcome] += count.n
        return Figures(
            by_outcome=by_outcome,
            by_language=dict(by_language.most_common()),
            by_day=tuple((_date(day), counts) for day, counts in sorted(days.items())),
            helpful=feedback.count_feedback(connection, first, is_helpful=True),
            not_helpful=feedback.count_feedback(connection, first, is_helpful=False),
            billed=figures.count_billed(connection, first),
            unanswered=figures.count_unanswered(connection),
            waiting=handovers.count(connection, is_open=True),
        )


def _date(day: int) -> str:
    return datetime.fromtimestamp(day * figures.DAY, UTC).date().isoformat()

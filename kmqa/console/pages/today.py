"""What happened lately, each number leading to its list."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from fastapi import APIRouter, Request, Response

from kmqa.console.context import ConsoleContext
from kmqa.console.guards import OPEN, Context, needs
from kmqa.console.messages import message
from kmqa.console.page import Page
from kmqa.console.render import redirect, render_page
from kmqa.content.corpus import Corpus
from kmqa.state import feedback, figures, handovers, parked, usage

router = APIRouter()
PAGE = Page(name="today", label=message("Today"), order=10, router=router)
DAYS = 14
OUTCOMES = ("answer", "choose", "resources", "refuse", "urgent", "chat")
_SOON = timedelta(days=60)
_MOST_EXPIRING = 20  # shown; a link leads to all of them


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Counts of the last days.

    Attributes:
        by_day: For each day, oldest first, its ISO date and the questions by outcome.
        unanswered: Questions of any day that wait for a curator.
        waiting: Conversations of any day that wait for a person.
        held: Messages of any day that may not leave, by the reason.
        sent: Messages of this calendar month (UTC), by what they were sent for.
    """

    by_outcome: Mapping[str, int]
    by_language: Mapping[str, int]
    by_day: tuple[tuple[str, Mapping[str, int]], ...]
    helpful: int
    not_helpful: int
    billed: int
    unanswered: int
    waiting: int
    held: Mapping[str, int]
    sent: Mapping[str, int]


@router.get("/", dependencies=OPEN)
def lead_to_today(request: Request) -> Response:
    """Lead to the page of today."""
    return redirect(request, "today")


@router.get("/today", dependencies=[needs("read")])
def show_today(request: Request, context: Context) -> Response:
    """Show figures of the last days, and what waits."""
    counted = _figures(context)
    corpus = context.read_corpus()
    soon = context.today() + _SOON
    approved = (a for a in corpus.answers if a.status == "approved")
    expiring = [a for a in approved if a.review_by and a.review_by <= soon]
    return render_page(
        request,
        "today",
        figures=counted,
        days=DAYS,
        outcomes=OUTCOMES,
        expiring=sorted(expiring, key=lambda a: (str(a.review_by), a.id))[:_MOST_EXPIRING],
        n_expiring=len(expiring),
        soon=soon.isoformat(),
        in_review=_in_review(corpus),
        caps=corpus.settings.caps,
        most=max((sum(counts.values()) for _, counts in counted.by_day), default=0) or 1,
    )


def _in_review(corpus: Corpus) -> list[str]:
    return [answer.id for answer in corpus.answers if answer.status == "in_review"]


def _figures(context: ConsoleContext) -> Figures:
    now = context.clock()
    first = (int(now) // figures.DAY - DAYS + 1) * figures.DAY
    with context.database.reading() as connection:
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
            held=parked.count_held(connection),
            sent=usage.count_month(connection, now),
        )


def _date(day: int) -> str:
    return datetime.fromtimestamp(day * figures.DAY, UTC).date().isoformat()

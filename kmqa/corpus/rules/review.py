"""Who wrote, who approved, and until when: the same for every kind of reviewed content."""

from collections.abc import Iterator
from datetime import date, timedelta

from kmqa import look_alikes
from kmqa.content import registry
from kmqa.content.corpus import Corpus
from kmqa.errors import Problem
from kmqa.records import Reviewed

SOON = timedelta(days=60)
"""An item that expires within this time is pointed out, so that a review can be planned."""


def problems_of(corpus: Corpus, today: date) -> Iterator[Problem]:
    """Problems with the review of every item that has a status."""
    for item in corpus.all_items():
        yield from _problems_of_people(corpus, item)
        yield from _problems_of_dates(corpus, item, today)
        if item.status == "approved":
            yield from _problems_of_approval(corpus, item)
            yield from _problems_of_term(corpus, item, today)


def _problems_of_people(corpus: Corpus, item: Reviewed) -> Iterator[Problem]:
    author = getattr(item, "authored_by", "")
    if author and any(look_alikes.is_one_name(author, name) for name in item.reviewed_by):
        message = f'"{author}" is both author and reviewer. Let a second person review it.'
        yield Problem(*_place(corpus, item, "reviewed_by"), "reviewer-is-author", message)


def _problems_of_dates(corpus: Corpus, item: Reviewed, today: date) -> Iterator[Problem]:
    key, day = _approval_day(item)
    if day and day > today:
        message = f'"{key}" lies in the future ({day}). Write the day of the review.'
        yield Problem(*_place(corpus, item, key), "date-in-future", message)
    if day and item.review_by and item.review_by < day:
        message = (
            f'"review_by" ({item.review_by}) lies before "{key}" ({day}). Correct one of them.'
        )
        yield Problem(*_place(corpus, item, "review_by"), "dates-reversed", message)


def _problems_of_approval(corpus: Corpus, item: Reviewed) -> Iterator[Problem]:
    key, day = _approval_day(item)
    given = {"reviewed_by": item.reviewed_by, key: day, "review_by": item.review_by}
    missing = [name for name, value in given.items() if not value]
    if missing:
        message = f"it is approved without {' and '.join(missing)}. Add what is missing."
        yield Problem(*_place(corpus, item, "status"), "approval-incomplete", message)


def _problems_of_term(corpus: Corpus, item: Reviewed, today: date) -> Iterator[Problem]:
    if item.review_by is None:
        return
    place = _place(corpus, item, "review_by")
    if item.review_by < today:
        message = f"it expired on {item.review_by} and is left out. Review it again."
        yield Problem(*place, "expired", message, "warning")
    elif item.review_by - today <= SOON:
        n_days = (item.review_by - today).days
        message = f"it expires on {item.review_by}, in {n_days} days. Plan its review."
        yield Problem(*place, "expires-soon", message, "warning")


def _approval_day(item: Reviewed) -> tuple[str, date | None]:
    key = registry.kind_of(item).approval_day
    return key, getattr(item, key)


def _place(corpus: Corpus, item: Reviewed, key: str) -> tuple[str, int]:
    return corpus.place(registry.kind_of(item).name, item.id, key)

"""What was decided about each question, for curators: blacked out, sealed, and kept for a time."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection, Row, Select, func, insert, or_, select, update

from kmqa.records import Reply
from kmqa.state import tables
from kmqa.state.identity import Identity


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A decided question as it is looked at later.

    Attributes:
        at: Unix seconds.
        question: Blacked out where it names somebody; empty after its time.
        candidates: Answer ids with their scores, best first.
        picked: Answer that was taken out of those offered; may be empty.
        wish: ``none_fits``, ``not_helpful`` or empty.
        was_helpful: Whether the person said that the answer helped.
        handled: What a curator did about it, a `Step`; may be empty.
        handled_with: The answer or the group of refusals that it was given to; may be empty.
        handled_by: The curator; empty before somebody did something.
        handled_at: Unix seconds; 0 before.
    """

    id: int
    at: float
    channel: str
    language: str
    question: str
    outcome: str
    reason: str
    answer_id: str
    score: float
    candidates: tuple[tuple[str, float], ...]
    bundle_id: str
    took_ms: float
    picked: str
    wish: str
    was_helpful: bool
    handled: str
    handled_with: str
    handled_by: str
    handled_at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """Who asked, and where.

    Attributes:
        person: None for a channel that knows nobody.
    """

    person: int | None
    channel: str


_WRITTEN = insert(tables.turns)  # put together once: that takes longer than the row


def record_turn(  # noqa: PLR0913 - one argument for each part of the row
    connection: Connection,
    identity: Identity,
    asker: Asker,
    question: str,
    reply: Reply,
    now: float,
) -> None:
    """Store what was decided about a `question`, which is masked already."""
    candidates = [[one.answer_id, round(one.confidence, 4)] for one in reply.candidates[:5]]
    connection.execute(
        _WRITTEN,
        {
            "person": asker.person,
            "at": now,
            "channel": asker.channel,
            "language": reply.language,
            "question": identity.seal(question),
            "outcome": reply.outcome,
            "reason": reply.reason[:40],
            "answer_id": (reply.answer_id or "")[:100],
            "score": reply.confidence,
            "candidates": json.dumps(candidates),
            "bundle_id": reply.bundle_id,
            "took_ms": reply.took_ms,
        },
    )


def mark_rejected(connection: Connection, person: int, wish: str) -> None:
    """Store that the reply to the person's last question is not what they meant."""
    _mark_last(connection, person, wish=wish)


def mark_picked(connection: Connection, person: int, answer_id: str) -> None:
    """Store which answer the person took out of those offered for their last question."""
    _mark_last(connection, person, picked=answer_id[:100])


def _mark_last(connection: Connection, person: int, **values: str) -> None:
    table = tables.turns
    last = select(func.max(table.c.id)).where(table.c.person == person).scalar_subquery()
    connection.execute(update(table).where(table.c.id == last).values(**values))


def record_helpful(connection: Connection, person: int, answer_id: str) -> None:
    """Store that the person found this answer helpful for the last question that got it."""
    table = tables.turns
    is_hers = or_(table.c.answer_id == answer_id, table.c.picked == answer_id)
    last = select(func.max(table.c.id)).where(table.c.person == person, is_hers)
    praised = update(table).where(table.c.id == last.scalar_subquery())
    connection.execute(praised.values(was_helpful=True))


Step = Literal["wording", "refusal", "new", "ignored", "declined"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What a curator did about some questions.

    Attributes:
        thing: The answer or the group of refusals that they were given to; may be empty.
        at: Unix seconds.
    """

    what: Step
    thing: str
    by: str
    at: float


def handle(connection: Connection, ids: Sequence[int], done: Done) -> int:
    """Store what was done about questions; return how many nobody had handled before."""
    table = tables.turns
    values = {
        "handled": done.what[:20],
        "handled_with": done.thing[:100],
        "handled_by": done.by[:100],
        "handled_at": done.at,
    }
    waiting = update(table).where(table.c.id.in_(ids), table.c.handled == "")
    return connection.execute(waiting.values(**values)).rowcount


def is_any_waiting(connection: Connection, ids: Sequence[int]) -> bool:
    """Tell whether nothing was done yet about at least one of these questions."""
    table = tables.turns
    query = select(table.c.id).where(table.c.id.in_(ids), table.c.handled == "").limit(1)
    return connection.execute(query).first() is not None


def reopen(connection: Connection, ids: Sequence[int]) -> None:
    """Let these questions wait for a curator again."""
    nothing = {"handled": "", "handled_with": "", "handled_by": "", "handled_at": 0.0}
    connection.execute(update(tables.turns).where(tables.turns.c.id.in_(ids)).values(**nothing))


def list_unanswered_ids(connection: Connection, most: int) -> list[int]:
    """Return ids of the newest questions that wait for a curator, newest first."""
    table = tables.turns
    query = select(table.c.id).where(tables.UNANSWERED).order_by(table.c.id.desc()).limit(most)
    return list(connection.execute(query).scalars())


def read_by_id(connection: Connection, identity: Identity, ids: Sequence[int]) -> list[Entry]:
    """Return those of these questions that are still there, oldest first."""
    table = tables.turns
    query = select(table).where(table.c.id.in_(ids)).order_by(table.c.id)
    return list(_entries(connection, identity, query))


def list_confirmed(connection: Connection, identity: Identity, most: int) -> list[Entry]:
    """Return the newest questions of which somebody said which answer fits, newest first."""
    table = tables.turns
    query = select(table).where(tables.CONFIRMED).order_by(table.c.id.desc()).limit(most)
    return list(_entries(connection, identity, query))


def count_steps(connection: Connection) -> int:
    """Return in how many steps curators did something about questions."""
    steps = select(*_STEP).where(tables.turns.c.handled_at > 0).group_by(*_STEP).subquery()
    return connection.execute(select(func.count()).select_from(steps)).scalar_one()


def read_steps(
    connection: Connection, identity: Identity, *, most: int, skip: int = 0
) -> list[list[Entry]]:
    """Return the questions of each step, newest step first.

    Args:
        connection: Where to read.
        identity: Opens what is sealed.
        most: Steps that are returned at most.
        skip: Newer steps that are left out.
    """
    table = tables.turns
    done = table.c.handled_at > 0
    order = (table.c.handled_at.desc(), *_STEP[1:])
    page = select(*_STEP).where(done).group_by(*_STEP).order_by(*order).limit(most).offset(skip)
    steps: dict[tuple[object, ...], list[Entry]] = {
        tuple(row): [] for row in connection.execute(page)
    }
    if steps:
        times = [row[0] for row in steps]
        last, first = times[0], times[-1]
        of_page = select(table).where(table.c.handled_at.between(first, last)).order_by(table.c.id)
        for one in _entries(connection, identity, of_page):
            key = (one.handled_at, one.handled_by, one.handled, one.handled_with)
            if key in steps:
                steps[key].append(one)
    return list(steps.values())


_STEP = tuple(tables.turns.c[name] for name in
              ("handled_at", "handled_by", "handled", "handled_with"))  # fmt: skip
"""What questions have in common about which something was done in one step."""


def find_last(connection: Connection, identity: Identity, person: int) -> Entry | None:
    """Return the person's last question and what was decided about it, or None."""
    table = tables.turns
    query = select(table).where(table.c.person == person).order_by(table.c.id.desc()).limit(1)
    return next(_entries(connection, identity, query), None)


def read_stored(
    connection: Connection, identity: Identity, newest: int | None = None
) -> Iterator[Entry]:
    """Yield questions whose text is still there, oldest first; the `newest` where given."""
    table = tables.turns
    query = select(table).where(table.c.question != "").order_by(table.c.id)
    if newest is not None:
        last = select(table.c.id).where(table.c.question != "").order_by(table.c.id.desc())
        query = query.where(table.c.id.in_(last.limit(newest)))
    return _entries(connection, identity, query)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Which questions are wanted; empty fields and 0 leave none out.

    Attributes:
        before: Id below which the questions are.
    """

    outcome: str = ""
    language: str = ""
    before: int = 0


def list_newest(
    connection: Connection, identity: Identity, choice: Choice, most: int
) -> list[Entry]:
    """Return the newest questions of this choice, newest first."""
    table = tables.turns
    query = select(table).order_by(table.c.id.desc()).limit(most)
    if choice.outcome:
        query = query.where(table.c.outcome == choice.outcome)
    if choice.language:
        query = query.where(table.c.language == choice.language)
    if choice.before > 0:
        query = query.where(table.c.id < choice.before)
    return list(_entries(connection, identity, query))


def _entries(
    connection: Connection, identity: Identity, query: Select[tuple[object, ...]]
) -> Iterator[Entry]:
    """Yield the entries that `query` selects, which must select whole rows."""
    for row in connection.execute(query):
        yield _entry(identity, row)


def _entry(identity: Identity, row: Row[tuple[object, ...]]) -> Entry:
    values = dict(row._mapping)
    values.pop("person")
    values["question"] = identity.open(values["question"]) if values["question"] else ""
    values["candidates"] = tuple((name, score) for name, score in json.loads(values["candidates"]))
    return Entry(**values)

"""What was decided about each question, for curators: blacked out, sealed, and kept for a time."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Row, Select, func, insert, select, update

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
        handled: What a curator did about it; may be empty.
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
    handled: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """Who asked, and where.

    Attributes:
        person: None for a channel that knows nobody.
    """

    person: int | None
    channel: str


def write(  # noqa: PLR0913 - one argument for each part of the row
    connection: Connection,
    identity: Identity,
    asker: Asker,
    question: str,
    reply: Reply,
    now: float,
) -> None:
    """A `question`, blacked out already, was decided."""
    candidates = [[one.answer_id, round(one.score, 4)] for one in reply.candidates[:5]]
    connection.execute(
        insert(tables.turns).values(
            person=asker.person,
            at=now,
            channel=asker.channel,
            language=reply.language,
            question=identity.seal(question),
            outcome=reply.outcome,
            reason=reply.reason[:40],
            answer_id=(reply.answer_id or "")[:100],
            score=reply.score,
            candidates=json.dumps(candidates),
            bundle_id=reply.bundle_id,
            took_ms=reply.took_ms,
        )
    )


def mark(connection: Connection, person: int, *, wish: str = "", picked: str = "") -> None:
    """What the person did with the reply to her last question."""
    table = tables.turns
    last = select(func.max(table.c.id)).where(table.c.person == person).scalar_subquery()
    values = {"picked": picked[:100]} if picked else {"wish": wish}
    connection.execute(update(table).where(table.c.id == last).values(**values))


def handle(connection: Connection, ids: Sequence[int], what: str) -> int:
    """A curator did something about these questions; the number that were there."""
    table = tables.turns
    changed = connection.execute(update(table).where(table.c.id.in_(ids)).values(handled=what[:20]))
    return changed.rowcount


def questions_of(connection: Connection, identity: Identity, person: int) -> list[str]:
    """The person's stored questions, newest first."""
    table = tables.turns
    rows = connection.execute(
        select(table.c.question)
        .where(table.c.person == person, table.c.question != "")
        .order_by(table.c.id.desc())
    ).scalars()
    return [identity.open(row) for row in rows]


def last_of(connection: Connection, identity: Identity, person: int) -> Entry | None:
    """The person's last question and what was decided about it, or None."""
    table = tables.turns
    query = select(table).where(table.c.person == person).order_by(table.c.id.desc()).limit(1)
    return next(entries(connection, identity, query), None)


def kept(connection: Connection, identity: Identity) -> Iterator[Entry]:
    """Every question whose text is still there, oldest first."""
    table = tables.turns
    query = select(table).where(table.c.question != "").order_by(table.c.id)
    return entries(connection, identity, query)


def entries(
    connection: Connection, identity: Identity, query: Select[tuple[object, ...]]
) -> Iterator[Entry]:
    """The entries that `query` selects, which must select whole rows."""
    for row in connection.execute(query):
        yield _entry(identity, row)


def _entry(identity: Identity, row: Row[tuple[object, ...]]) -> Entry:
    values = dict(row._mapping)
    values.pop("person")
    values["question"] = identity.open(values["question"]) if values["question"] else ""
    values["candidates"] = tuple((name, score) for name, score in json.loads(values["candidates"]))
    return Entry(**values)

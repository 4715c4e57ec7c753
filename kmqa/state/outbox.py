"""What shall go out: queued with what decided it, sealed, and sent at most once on purpose.

::

    queued ──claim──► sending ──accepted──► sent
      ▲                 │ ├──may not leave──► held
      │                 │ └──refused for good──► parked
      └──retry later────┘
    sending, and its worker died or the net broke: in flight. A status that names the row says that
    it was sent; where none comes in time, it is queued once more.

What is temporary is tried again until the person may no longer be written to, so attempts whose
end is known and harmless do not count: `Attempt.number` grows with those that ended without a word
and with refusals that are borne a few times only. How long was waited before an attempt is the
time from the attempt before it to when it was due.

A row is one message that is sent by one call: what a channel must divide is divided before it is
queued (`kmqa.channels.channel.Channel.divide`), so that no half of it can be sent twice. The
content is sealed; what it is for, where it comes from and which reviewed items it carries are
columns. Rendering happens when it is sent.

A worker may stand still for minutes and go on as if nothing had been. What it then says about a
message counts only for the attempt that it began itself, with one exception: a message that the
channel took is sent, whoever sent it.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, String, bindparam, case, cast, delete, func, select, update

from kmqa.messages import (
    AFTER_STOP,
    NEVER_CAPPED,
    ContentRef,
    Option,
    Origin,
    OutboundMessage,
    Outgoing,
    Recipient,
)
from kmqa.state import tables
from kmqa.state.identity import Identity
from kmqa.state.inbox import insert_new

IN_FLIGHT = 90.0  # seconds in which a status is expected, before a second attempt
DAY = 24 * 3600.0  # seconds
HOLDS_BACK = 3600.0  # seconds in which a refused message keeps those after it waiting
_UNSETTLED = ("queued", "sending", "held", "parked")

# Put together once: SQLAlchemy takes longer for that than the database for the work.
_box, _people = tables.outbox, tables.people
_OPEN = (
    select(_box, _people.c.opted_out, _people.c.wrote_at)
    .join(_people, _people.c.id == _box.c.person)
    .where(_box.c.person == bindparam("whose"), _box.c.state.in_(("queued", "sending")))
    .order_by(_box.c.purpose != "danger", _box.c.id)
)
_SENT_LATELY = select(func.count()).where(
    _box.c.person == bindparam("whose"),
    _box.c.state == "sent",
    _box.c.attempted_at > bindparam("since"),
    _box.c.purpose.not_in(NEVER_CAPPED),
)
_BEGUN = (
    update(_box)
    .where(_box.c.id.in_(bindparam("rows", expanding=True)))
    .values(state="sending", attempted_at=bindparam("now"), attempts=_box.c.attempts + 1)
)
_SENT = (
    update(_box)
    .where(_box.c.id == bindparam("row"), _box.c.state.in_(_UNSETTLED))
    .values(
        state="sent", message_id=bindparam("taken"), reason="", hold_reason="", content="",
        legacy_payload="",
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reachability:
    """Whether a person may be written to.

    Attributes:
        opted_out: Whether the person said *stop*.
        wrote_at: Unix seconds of the person's last message.
        n_sent: Messages that were sent to them within `DAY`, and those that are sent before in the
            same go; without what no cap holds back.
    """

    opted_out: bool
    wrote_at: float
    n_sent: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """A queued message that is being sent; the id of its row goes along as callback.

    Attributes:
        number: Of this attempt, from 1; names it.
        begun_at: Unix seconds of this attempt.
        created_at: Unix seconds when the message was queued.
        reachability: Whether the person might be written to when the attempt began.
        waited: Seconds between the last attempt and when this one was due; 0 for the first.
        reason: Why the last attempt did not succeed; empty for the first.
    """

    id: int
    message: OutboundMessage
    number: int
    begun_at: float
    created_at: float
    reachability: Reachability
    waited: float = 0.0
    reason: str = ""


def queue(
    connection: Connection,
    identity: Identity,
    messages: Sequence[OutboundMessage],
    now: float,
    hold_reason: str = "",
) -> int:
    """Queue `messages`, each once however often it is asked for; return how many were new.

    With a `hold_reason` (`kmqa.channels.may_leave`) they are held from the beginning.
    """
    held = {"state": "held", "hold_reason": hold_reason, "reason": hold_reason}
    changes = held if hold_reason else {}
    rows = (_values(identity, one, now) | changes for one in messages)
    return sum(insert_new(connection, _box, **row) for row in rows)


def _values(identity: Identity, message: OutboundMessage, now: float) -> dict[str, object]:
    content = message.content
    return {
        "person": message.to.person,
        "number_id": message.to.number_id,
        "origin_kind": message.origin.kind,
        "origin_id": message.origin.id,
        "place": message.place,
        "purpose": content.purpose,
        "content_refs": json.dumps([[ref.kind, ref.id] for ref in content.content_refs]),
        "content": identity.seal(plain_content(content)),
        "legacy_payload": "",
        "state": "queued",
        "hold_reason": "",
        "attempts": 0,
        "due_at": now,
        "attempted_at": 0.0,
        "created_at": now,
        "reason": "",
    }


def plain_content(content: Outgoing) -> dict[str, Any]:
    """Return what of `content` is sealed: all but what the columns say."""
    return {
        "text": content.text,
        "options": [[option.id, option.title, option.detail] for option in content.options],
        "list_label": content.list_label,
        "document": content.document,
        "template": content.template,
        "language": content.language,
    }


def _restore_message(identity: Identity, row: Row[Any]) -> OutboundMessage:
    sealed: Mapping[str, Any] = identity.open(row.content)
    content = Outgoing(
        text=sealed["text"],
        options=tuple(Option(*option) for option in sealed["options"]),
        list_label=sealed["list_label"],
        document=sealed["document"],
        template=sealed["template"],
        language=sealed["language"],
        purpose=row.purpose,
        content_refs=refs_in(row.content_refs),
    )
    return OutboundMessage(
        content=content,
        origin=Origin(row.origin_kind, row.origin_id),
        place=row.place,
        to=Recipient(row.person, row.number_id),
    )


def refs_in(column: str) -> tuple[ContentRef, ...]:
    """Return the references that the column `content_refs` of a row holds."""
    return tuple(ContentRef(kind, name) for kind, name in json.loads(column))


def claim_due(connection: Connection, identity: Identity, person: int, now: float) -> list[Attempt]:
    """Mark the person's due messages as being sent, and return them in their order.

    What is said to a danger sign goes first, and waits for no older message. Otherwise a message
    that is not due yet, or is in flight, holds back those after it, so that their order stays; but
    one that is refused again and again for an hour holds back only the rest of its own reply.
    """
    due = _select_due(connection.execute(_OPEN, {"whose": person}).all(), now)
    if not due:
        return []
    connection.execute(_BEGUN, {"rows": [row.id for row in due], "now": now})
    n_sent = _count_sent(connection, person, now)
    attempts = []
    for row in due:
        attempts.append(_begin_attempt(identity, row, now, n_sent))
        n_sent += row.purpose not in NEVER_CAPPED
    return attempts


def _begin_attempt(identity: Identity, row: Row[Any], now: float, n_sent: int) -> Attempt:
    return Attempt(
        id=row.id,
        message=_restore_message(identity, row),
        number=row.attempts + 1,
        begun_at=now,
        created_at=row.created_at,
        reachability=Reachability(row.opted_out, row.wrote_at, n_sent),
        waited=max(0.0, row.due_at - row.attempted_at) if row.reason else 0.0,
        reason=row.reason,
    )


def _count_sent(connection: Connection, person: int, now: float) -> int:
    """Return how many messages that a cap may hold back went to the person within a day."""
    since = {"whose": person, "since": now - DAY}
    return connection.execute(_SENT_LATELY, since).scalar_one()


def _select_due(rows: Sequence[Row[Any]], now: float) -> list[Row[Any]]:
    due: list[Row[Any]] = []
    passed: set[tuple[str, int]] = set()
    for row in rows:
        origin = (row.origin_kind, row.origin_id)
        if origin in passed:
            continue
        if row.state != "sending" and row.due_at <= now:
            due.append(row)
        elif row.reason and now - row.created_at > HOLDS_BACK:
            passed.add(origin)
        else:
            break
    return due


def record_sent(connection: Connection, row: int, message_id: str) -> None:
    """Store that the channel took this message, which it calls what `message_id` hashes.

    What was in it is not held any longer.
    """
    connection.execute(_SENT, {"row": row, "taken": message_id})


def leave_to_fetch(connection: Connection, attempt: Attempt) -> None:
    """Let the message wait for its reader to fetch it, as on a web page."""
    _settle(connection, attempt, state="sent", reason="", hold_reason="")


def hold(connection: Connection, attempt: Attempt, hold_reason: str, reason: str) -> None:
    """Keep the message back for a curator to read why; see `kmqa.channels.may_leave`."""
    _settle(connection, attempt, state="held", hold_reason=hold_reason, reason=reason[:200])


def park(connection: Connection, attempt: Attempt, reason: str) -> None:
    """Let the message wait for a person to look at it, because the channel refused it."""
    _settle(connection, attempt, state="parked", reason=reason[:200])


def schedule_retry(connection: Connection, attempt: Attempt, due_at: float, reason: str) -> None:
    """Queue the message, which was certainly not sent, for another attempt at `due_at`."""
    _settle(connection, attempt, state="queued", due_at=due_at, reason=reason[:200])


def postpone(connection: Connection, attempt: Attempt, due_at: float, reason: str) -> None:
    """As `schedule_retry`, for what is not the message's fault: it does not count as an attempt."""
    values = {"due_at": due_at, "reason": reason[:200], "attempts": attempt.number - 1}
    _settle(connection, attempt, state="queued", **values)


def await_status(connection: Connection, attempt: Attempt, due_at: float, reason: str) -> None:
    """Leave the message, which was perhaps sent, in flight; `reconcile` decides.

    Where no status comes it is due again at `due_at`, but not before `IN_FLIGHT` is over.
    """
    _settle(connection, attempt, due_at=due_at, reason=reason[:200])


def release(connection: Connection, attempts: Sequence[Attempt]) -> None:
    """Queue again what was claimed and not sent, because a message before it could not be."""
    for attempt in attempts:
        _settle(connection, attempt, state="queued", attempts=attempt.number - 1)


def cancel_unsent(connection: Connection, person: int) -> None:
    """Delete what was not sent to a person who said *stop*, but what may be sent all the same."""
    is_theirs = (_box.c.person == person) & _box.c.state.in_(_UNSETTLED)
    connection.execute(delete(_box).where(is_theirs, _box.c.purpose.not_in(AFTER_STOP)))


def _settle(connection: Connection, attempt: Attempt, **values: object) -> None:
    """End the attempt, unless another one has begun."""
    is_this_attempt = (_box.c.state == "sending") & (_box.c.attempts == attempt.number)
    settled = update(_box).where(_box.c.id == attempt.id, is_this_attempt)
    connection.execute(settled.values(**values))


def read_reachability(connection: Connection, person: int) -> Reachability:
    """Return whether a person, who must be there, may be written to just now."""
    query = select(_people.c.opted_out, _people.c.wrote_at).where(_people.c.id == person)
    return Reachability(*connection.execute(query).one())


@dataclass(frozen=True, slots=True)
class Fetchable:
    """A message that its reader fetches.

    Attributes:
        at: Unix seconds when it was queued.
    """

    id: int
    at: float
    content: Outgoing


def read_fetchable(
    connection: Connection, identity: Identity, recipient: Recipient
) -> list[Fetchable]:
    """Return what was left for the recipient to fetch, first to last."""
    rows = connection.execute(
        select(_box)
        .where(_box.c.person == recipient.person, _box.c.number_id == recipient.number_id)
        .where(_box.c.state == "sent", _box.c.content != "")
        .order_by(_box.c.id)
    )
    return [
        Fetchable(row.id, row.created_at, _restore_message(identity, row).content) for row in rows
    ]


def hold_fetchable(connection: Connection, row: int, hold_reason: str, reason: str) -> None:
    """Keep back what was left to be fetched, because it may not leave any longer."""
    values = {"state": "held", "hold_reason": hold_reason, "reason": reason[:200]}
    connection.execute(
        update(_box).where(_box.c.id == row, _box.c.state == "sent").values(**values)
    )


def reconcile(connection: Connection, now: float) -> tuple[int, int]:
    """Settle what was in flight; return how many had been sent, and how many are queued again.

    A message counts as sent when any status carries its id as callback, whatever it says, also
    where it was queued again, held or parked meanwhile. Only messages whose attempt is long past
    are queued again.
    """
    news = tables.statuses
    told = (
        select(_box.c.id, news.c.message_id)
        .join(news, news.c.callback == cast(_box.c.id, String))
        .where(_box.c.state.in_(_UNSETTLED), _box.c.attempts > 0)
        .distinct()
    )
    arrived = {row.id: row.message_id for row in connection.execute(told)}
    for row, message_id in arrived.items():
        record_sent(connection, row, message_id)
    # Only an attempt with a known end is due later than it began. It does not count any longer, but
    # one attempt stays counted, so that a late status still finds the message.
    is_known = (_box.c.due_at > _box.c.attempted_at) & (_box.c.attempts > 1)
    again = connection.execute(
        update(_box)
        .where(_box.c.state == "sending", _box.c.attempted_at < now - IN_FLIGHT)
        .values(
            state="queued",
            attempts=case((is_known, _box.c.attempts - 1), else_=_box.c.attempts),
            reason=case((_box.c.reason == "", "was in flight"), else_=_box.c.reason),
        )
    )
    return len(arrived), again.rowcount

"""What is held of one person: forgotten on their word or after long silence, and shown to them."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, delete, or_, select

from kmqa.state import people, personal_rows, tables
from kmqa.state.database import erase_after
from kmqa.state.identity import Identity
from kmqa.state.personal_rows import Owner

_FETCHED = 300.0  # seconds in which a web page that is open has fetched what was said to it
_DAY = 86_400.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SilentDays:
    """After how many days without a message nothing is held of somebody any longer.

    Attributes:
        known: For people with a number or a user id of a channel.
        anonymous: For readers of the web chat, whom nothing but their browser's session names.
    """

    known: int
    anonymous: int


def find_owner(connection: Connection, identity: Identity, person: int) -> Owner:
    """Return the person as the walks over tables need it."""
    known = people.read_person(connection, identity, person)
    names = [known.address.user_id, known.address.phone] if known else []
    return Owner(person, tuple(name for name in names if name))


def forget_person(connection: Connection, identity: Identity, person: int) -> None:
    """Blank or delete what is held of the person, as every table declares it.

    Who and where they are stays until they have been told so (`remove_forgotten`).
    """
    owner = find_owner(connection, identity, person)
    personal_rows.forget_rows(connection, identity, owner, tables.metadata)
    erase_after(connection)


def export_person(
    connection: Connection, identity: Identity, person: int
) -> Mapping[str, list[dict[str, object]]]:
    """Return what is held of the person, as every table declares it; see `export_rows`."""
    owner = find_owner(connection, identity, person)
    return personal_rows.export_rows(connection, identity, owner, tables.metadata)


def remove_silent(
    connection: Connection, identity: Identity, now: float, days: SilentDays, most: int = 500
) -> int:
    """Forget and remove people who have been silent for so long; how many, at most `most`."""
    table, inbox = tables.people.c, tables.inbox.c
    is_silent = [
        table.is_anonymous.is_(kind)
        & (table.wrote_at < now - n * _DAY)
        & (table.created_at < now - n * _DAY)
        for kind, n in ((False, days.known), (True, days.anonymous))
    ]
    waiting = select(inbox.person).where(inbox.state == "waiting", inbox.person.is_not(None))
    query = select(table.id).where(or_(*is_silent), table.id.not_in(waiting))
    silent = list(connection.execute(query.order_by(table.wrote_at).limit(most)).scalars())
    for person in silent:
        forget_person(connection, identity, person)
    connection.execute(delete(tables.people).where(table.id.in_(silent)))
    return len(silent)


def remove_forgotten(connection: Connection, now: float) -> int:
    """Remove the rows of people who have been told that they are forgotten; how many."""
    people, messages, box = tables.people, tables.outbox.c, tables.inbox.c
    # What is sent and still held lies on a web page's side until the page fetches it.
    is_fetched = (messages.content == "") | (messages.created_at < now - _FETCHED)
    telling = select(messages.person).where(
        messages.state.in_(("queued", "sending")) | ((messages.state == "sent") & ~is_fetched)
    )
    writing = select(box.person).where(box.state == "waiting", box.person.is_not(None))
    gone = delete(people).where(
        people.c.forgotten, people.c.id.not_in(telling), people.c.id.not_in(writing)
    )
    n = connection.execute(gone).rowcount
    if n:
        erase_after(connection)
    return n

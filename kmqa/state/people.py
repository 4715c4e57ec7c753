"""People: found by hashed names, merged when two names turn out to be one person's."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from kmqa.messages import Renaming, Sender
from kmqa.state import merging, personal_rows, tables
from kmqa.state.identity import Identity


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredProfile:
    """What a person can be selected by: codes of the corpus, never a text that was typed."""

    role: str | None = None
    country: str | None = None
    language: str | None = None
    age_group: str | None = None
    gender: str | None = None
    topic: str | None = None
    low_data: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """What is known of a person to whom something shall be sent.

    Attributes:
        conversation: What the bot remembers of it, as it was handed to `remember`; may be empty.
        wrote_at: Unix seconds of their last message, which opened the 24-hour window.
        profile: As it stands in columns, by which people can be selected.
        traffic: What came and went lately, as it was handed to `remember`; may be empty.
    """

    id: int
    address: Sender
    opted_out: bool
    conversation: object
    wrote_at: float
    profile: StoredProfile = StoredProfile()
    traffic: object = None


MOST_CODE = 100  # characters of a code of a profile

# Put together once: SQLAlchemy takes longer for that than the database for the work.
_one_person = update(tables.people).where(tables.people.c.id == bindparam("whose"))
# Who writes on after being forgotten is known anew.
_WROTE = _one_person.where(tables.people.c.wrote_at < bindparam("at")).values(
    wrote_at=bindparam("at"), forgotten=False
)
_PROFILE = (*tables.PROFILE, "low_data")
_REMEMBERED = _one_person.values(
    conversation=bindparam("content"),
    traffic=bindparam("new_traffic"),
    forgotten=False,
    **{name: bindparam(f"new_{name}") for name in _PROFILE},
)
_READDRESSED = _one_person.values(address=bindparam("sealed"))
_KNOWN = select(tables.people).where(tables.people.c.id.in_(bindparam("persons", expanding=True)))
_NAMED = select(tables.names.c.hash, tables.names.c.person).where(
    tables.names.c.hash.in_(bindparam("hashes", expanding=True))
)


def find_or_add_person(
    connection: Connection,
    identity: Identity,
    sender: Sender,
    now: float,
    said_at: float | None = None,
) -> int:
    """Return the id of the person whom `sender` names, added or merged where needed.

    A name that was not known before is learnt: a user id beside a known phone number, or the
    other way round. A number that comes with another user id has passed to somebody else, who
    takes it unless its holder wrote after `said_at`, which is `now` unless told.
    """
    hashes = identity.hash_names(sender)
    found = {row.hash: row.person for row in connection.execute(_NAMED, {"hashes": hashes})}
    before = _find_holder_before(connection, identity, sender, found)
    if before is not None:
        if (now if said_at is None else said_at) <= before.wrote_at:
            return find_or_add_person(connection, identity, Sender(sender.user_id), now)
        _release(connection, identity, before, number=hashes[-1])
        del found[hashes[-1]]
    known: list[int] = sorted(set(found.values()))
    if not known:
        return _add_person(connection, identity, sender, now)
    person = known[0]
    for other in known[1:]:
        _merge(connection, identity, person, other)
    new = [name for name in hashes if name not in found]
    if new:
        connection.execute(insert(tables.names), [{"hash": name, "person": person} for name in new])
        _complete_address(connection, identity, person, sender)
    return person


def find_person(connection: Connection, identity: Identity, sender: Sender) -> int | None:
    """Return the id of the person whom `sender` names, or None where nobody is known by it."""
    wanted = select(tables.names.c.person).where(
        tables.names.c.hash.in_(identity.hash_names(sender))
    )
    person: int | None = connection.execute(wanted.limit(1)).scalar()
    return person


def open_window(connection: Connection, person: int, at: float) -> None:
    """Open the person's window from `at`, unless it was opened later already."""
    connection.execute(_WROTE, {"whose": person, "at": at})


def rename_person(
    connection: Connection, identity: Identity, renaming: Renaming, now: float
) -> int:
    """Let both senders of `renaming` lead to one person, whose new address counts."""
    # The number that was left may have passed on already; nobody loses it to who left it.
    old = find_or_add_person(connection, identity, renaming.old, now, said_at=0.0)
    new = find_or_add_person(connection, identity, renaming.new, now)
    if new != old:
        _merge(connection, identity, old, new)
    sealed = identity.seal(asdict(renaming.new))
    connection.execute(_READDRESSED, {"whose": old, "sealed": sealed})
    return old


def read_person(connection: Connection, identity: Identity, person: int) -> Person | None:
    """Return the person with this id, or None after they were deleted."""
    return next(iter(read_people(connection, identity, [person])), None)


def read_people(connection: Connection, identity: Identity, persons: Sequence[int]) -> list[Person]:
    """Return the people with these ids in no order, without those who were deleted."""
    return [
        Person(
            id=row.id,
            address=Sender(**identity.open(row.address)),
            opted_out=row.opted_out,
            conversation=identity.open(row.conversation) if row.conversation else None,
            traffic=identity.open(row.traffic) if row.traffic else None,
            wrote_at=row.wrote_at,
            profile=StoredProfile(**{name: getattr(row, name) for name in _PROFILE}),
        )
        for row in connection.execute(_KNOWN, {"persons": list(persons)})
    ]


def set_opted_out(connection: Connection, person: int, *, opted_out: bool) -> None:
    """Store whether anything may be sent to the person."""
    table = tables.people
    connection.execute(update(table).where(table.c.id == person).values(opted_out=opted_out))


@dataclass(frozen=True, slots=True)
class Memory:
    """What the bot shall know of a person at their next message; both are JSON values."""

    conversation: object
    traffic: object = None


def remember(
    connection: Connection,
    identity: Identity,
    person: int,
    memory: Memory,
    profile: StoredProfile,
) -> None:
    """Store what the bot shall know at the next message, and the profile that stands in it."""
    values = {f"new_{name}": value for name, value in asdict(profile).items()}
    sealed = {
        "content": identity.seal(memory.conversation),
        "new_traffic": identity.seal(memory.traffic) if memory.traffic else "",
    }
    connection.execute(_REMEMBERED, {"whose": person} | sealed | values)


def revise(
    connection: Connection,
    identity: Identity,
    span: tuple[float, float],
    revised: Callable[[object], object],
) -> int:
    """Let the bot remember of people what `revised` makes of it; return how many changed.

    What came and went lately goes along.

    Args:
        connection: In a transaction that writes.
        identity: Opens and seals.
        span: Of those whose last message is from the first of these times, and before the second.
        revised: Gets and gives what `remember` was handed.
    """
    table = tables.people
    old = (table.c.wrote_at >= span[0]) & (table.c.wrote_at < span[1])
    columns = (table.c.id, table.c.conversation, table.c.traffic)
    query = select(*columns).where(old, table.c.conversation != "")
    n = 0
    for row in connection.execute(query).all():
        before = identity.open(row.conversation)
        after = revised(before)
        if after != before or row.traffic:
            values = {"conversation": identity.seal(after), "traffic": ""}
            changed = update(table).where(table.c.id == row.id).values(**values)
            n += connection.execute(changed).rowcount
    return n


def _find_holder_before(
    connection: Connection, identity: Identity, sender: Sender, found: Mapping[str, int]
) -> Person | None:
    """Return somebody else to whom the sender's number belonged, also until they left it.

    Meta gives the next owner of a number an id of their own.
    """
    if not sender.user_id or not sender.phone:
        return None
    by_id, by_number = (found.get(name) for name in identity.hash_names(sender))
    if by_number is None or by_number == by_id:
        return None
    holder = read_person(connection, identity, by_number)
    own = (Sender(phone=sender.phone), sender)
    return holder if holder is not None and holder.address not in own else None


def _release(connection: Connection, identity: Identity, holder: Person, number: str) -> None:
    """Take the number with this hash from `holder`; nothing is sent to them there any more."""
    connection.execute(delete(tables.names).where(tables.names.c.hash == number))
    if number in identity.hash_names(holder.address):
        sealed = identity.seal(asdict(replace(holder.address, phone=None)))
        connection.execute(_READDRESSED, {"whose": holder.id, "sealed": sealed})


def _add_person(connection: Connection, identity: Identity, sender: Sender, now: float) -> int:
    table = tables.people
    sealed = identity.seal(asdict(sender))
    person: int = connection.execute(
        insert(table)
        .values(address=sealed, wrote_at=0.0, created_at=now, is_anonymous=sender.is_anonymous)
        .returning(table.c.id)
    ).scalar_one()
    names = [{"hash": name, "person": person} for name in identity.hash_names(sender)]
    connection.execute(insert(tables.names), names)
    return person


def _complete_address(
    connection: Connection, identity: Identity, person: int, sender: Sender
) -> None:
    """Complete the address with what `sender` adds to it."""
    table = tables.people
    held = Sender(
        **identity.open(
            connection.execute(select(table.c.address).where(table.c.id == person)).scalar_one()
        )
    )
    whole = Sender(sender.user_id or held.user_id, sender.phone or held.phone)
    connection.execute(_READDRESSED, {"whose": person, "sealed": identity.seal(asdict(whole))})


def _merge(connection: Connection, identity: Identity, kept: int, gone: int) -> None:
    """Give everything of `gone` to `kept`; an opt-out of either holds for both."""
    table = tables.people
    rows = {row.id: row for row in connection.execute(_KNOWN, {"persons": [kept, gone]})}
    if gone not in rows or kept not in rows:
        return
    merged = merging.merge_columns(rows[kept], rows[gone])
    connection.execute(update(table).where(table.c.id == kept).values(**merged))
    personal_rows.merge_rows(connection, kept, gone, tables.metadata)
    connection.execute(delete(table).where(table.c.id == gone))
    _complete_address(connection, identity, kept, Sender(**identity.open(rows[gone].address)))

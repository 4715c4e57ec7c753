"""Keys with which other systems use the API: issued by name, stored as hashes, revoked for good."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, insert, select, update

from kmqa.errors import EditConflict, UserError
from kmqa.state import tables

MOST_PER_MINUTE = 6_000  # a hundred a second is what one machine answers
_MOST_NAME = 100  # characters
_FIELDS = ("id", "name", "per_minute", "issued_by", "issued_at", "used_at", "revoked_at")


class KeyRefused(UserError):
    """A key cannot be issued as asked, or there is none to revoke."""

    exit_code = 10
    http_status = 422


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """An issued key, without the key itself, which nobody but its holder knows.

    Attributes:
        per_minute: Most calls in a minute, for each process of the service.
        used_at: Of its last use, to the minute; None before the first.
        revoked_at: None while it is good.
    """

    id: int
    name: str
    per_minute: int
    issued_by: str
    issued_at: float
    used_at: float | None
    revoked_at: float | None


def hash_key(key: str) -> str:
    """Return what is stored of a key; keys are random and long, so that no salt is needed."""
    return hashlib.sha256(key.encode()).hexdigest()


def check_can_issue(connection: Connection, name: str, per_minute: int) -> None:
    """Check that a key may be issued under this name and limit.

    Raises:
        KeyRefused: The name is empty, too long or taken, or the limit is out of range.
    """
    if not name or len(name) > _MOST_NAME or "\x00" in name:
        raise KeyRefused("a key needs a name", expected=f"1 to {_MOST_NAME} characters")
    if not 1 <= per_minute <= MOST_PER_MINUTE:
        raise KeyRefused(
            "the limit is out of range",
            got=str(per_minute),
            expected=f"1 to {MOST_PER_MINUTE} a minute",
        )
    if connection.execute(select(tables.api_keys).where(tables.api_keys.c.name == name)).first():
        raise KeyRefused("there is a key with this name", which=name, remedy="Choose another.")


def issue(connection: Connection, name: str, per_minute: int, by: str, now: float) -> str:
    """Issue a new key, which cannot be read again later.

    Raises:
        KeyRefused: As `check_can_issue`.
    """
    check_can_issue(connection, name, per_minute)
    key = f"kmqa_{secrets.token_urlsafe(32)}"
    connection.execute(
        insert(tables.api_keys).values(
            hash=hash_key(key), name=name, per_minute=per_minute, issued_by=by, issued_at=now
        )
    )
    return key


def list_keys(connection: Connection) -> Sequence[ApiKey]:
    """Return every key, the newest first, with those that were revoked."""
    query = select(tables.api_keys).order_by(tables.api_keys.c.id.desc())
    return [
        ApiKey(**{name: getattr(row, name) for name in _FIELDS})
        for row in connection.execute(query)
    ]


def find_valid(connection: Connection, key_id: int) -> ApiKey:
    """Return the key of this id, which nobody has revoked.

    Raises:
        KeyRefused: There is no such key.
        EditConflict: It was revoked already.
    """
    found = next((key for key in list_keys(connection) if key.id == key_id), None)
    if found is None:
        raise KeyRefused("there is no such key", which=str(key_id))
    if found.revoked_at is not None:
        raise EditConflict("the key was revoked already", which=found.name)
    return found


def revoke(connection: Connection, key_id: int, now: float) -> None:
    """Revoke the key: it opens nothing any more.

    Raises:
        KeyRefused: As `find_valid`.
        EditConflict: As `find_valid`.
    """
    find_valid(connection, key_id)
    keys = tables.api_keys
    connection.execute(update(keys).where(keys.c.id == key_id).values(revoked_at=now))


def read_limits(connection: Connection) -> dict[str, int]:
    """Return the most calls a minute of each valid key, by its hash."""
    keys = tables.api_keys.c
    query = select(keys.hash, keys.per_minute).where(keys.revoked_at.is_(None))
    return {row.hash: row.per_minute for row in connection.execute(query)}


def record_use(connection: Connection, hashed: str, now: float) -> None:
    """Store that the key of this hash was used now."""
    keys = tables.api_keys
    connection.execute(update(keys).where(keys.c.hash == hashed).values(used_at=now))

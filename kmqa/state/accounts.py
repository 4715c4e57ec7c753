"""Who works in the console: users, their passwords as argon2 hashes, and their sessions."""

import hashlib
import secrets
import threading
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Connection, delete, func, insert, select, update

from kmqa import look_alikes
from kmqa.errors import UserError
from kmqa.state import tables

Role = Literal["author", "reviewer", "publisher", "evaluator", "administrator"]
ROLES: tuple[Role, ...] = get_args(Role)
LEAST_PASSWORD = 12  # characters
SESSION = 8 * 3600.0  # seconds; a working day
HASHER = PasswordHasher()
"""What hashes new passwords; a hash names its own parameters, so tests take cheaper ones."""
_UNSEEN = frozenset({"Cc", "Cf", "Cn", "Co", "Cs"})  # categories of Unicode
_JOINERS = frozenset("\u200c\u200d")  # which Hindi, Persian and Urdu write inside of names
# Each takes 64 MiB, and anybody can ask for them without an account.
_HASHING = threading.BoundedSemaphore(2)
# Of a password that was thrown away; checked where there is no such user, so that time does not
# tell whether there is. Written down, because making one takes a third of a second at each start.
_NOBODY = (
    "$argon2id$v=19$m=65536,t=3,p=4$vphJ0aWrgSxCWxCDUMZ6dA"
    "$/Y/hqWDSUFJUHZYWrTL2OOFrEBGCgaJmd073qvqFlZI"
)


class AccountError(UserError):
    """A user cannot be made or changed as asked."""

    exit_code = 10
    http_status = 422


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """Somebody who may sign in.

    Attributes:
        must_change: Whether the password was given by somebody else.
        is_linked: Whether they sign in with their organisation's account and have no password.
    """

    name: str
    role: Role
    language: str
    must_change: bool
    is_active: bool
    is_linked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A user who signed in; `form_key` must come along with every form."""

    user: User
    form_key: str


def check_can_add(connection: Connection, name: str) -> str:
    """Return the name as it will be stored, where a user can have it.

    Raises:
        AccountError: The name is empty, has characters that nobody can see or type, or is taken:
            by a user whose name looks the same, too.
    """
    name = " ".join(name.split())
    if not look_alikes.name_keys(name) or len(name) > 100:
        raise AccountError("a user needs a name", expected="1 to 100 characters")
    if any(unicodedata.category(letter) in _UNSEEN and letter not in _JOINERS for letter in name):
        raise AccountError("a user's name has a control character", remedy="Type it anew.")
    taken = find_name(connection, name)
    if taken == name:
        raise AccountError("there is a user with this name", which=name)
    if taken is not None:
        raise AccountError(
            "there is a user whose name looks the same",
            which=name,
            got=taken,
            remedy="Add something that tells the two apart, such as a family name.",
        )
    return name


def find_name(connection: Connection, written: str) -> str | None:
    """Return the name of the user whom `written` names to a reader, or None.

    Users of earlier versions may look alike: then the very name counts, or else the first.
    """
    names = connection.execute(select(tables.users.c.name).order_by(tables.users.c.name)).scalars()
    alike = [name for name in names if look_alikes.is_one_name(name, written)]
    return written if written in alike else next(iter(alike), None)


def add_user(connection: Connection, name: str, role: Role, now: float) -> str:
    """Add a user and return the one-time password that they must change.

    Raises:
        AccountError: As `check_can_add`.
    """
    name = check_can_add(connection, name)
    password = secrets.token_urlsafe(12)
    connection.execute(
        insert(tables.users).values(
            name=name,
            password=HASHER.hash(password),
            role=role,
            language="en",
            must_change=True,
            created_at=now,
        )
    )
    return password


def list_users(connection: Connection) -> Sequence[User]:
    """Return every user, by name."""
    rows = connection.execute(select(tables.users).order_by(tables.users.c.name))
    return [_to_user(row) for row in rows]


def find_user(connection: Connection, name: str) -> User:
    """Return the user of this name.

    Raises:
        AccountError: There is none.
    """
    row = connection.execute(select(tables.users).where(tables.users.c.name == name)).one_or_none()
    if row is None:
        raise AccountError("there is no such user", which=name)
    return _to_user(row)


def is_password_right(connection: Connection, name: str, password: str) -> bool:
    """Tell whether this is the password of an active user; as slow for a name that nobody has.

    Slow by design, so never to be called while a transaction holds the database's write lock.
    """
    table = tables.users
    named = find_name(connection, name)
    row = connection.execute(
        select(table.c.password).where(table.c.name == named, table.c.is_active)
    ).one_or_none()
    return (
        _is_hash_of(row.password if row and row.password else _NOBODY, password) and row is not None
    )


def sign_in(connection: Connection, name: str, now: float, *, is_right: bool) -> str | None:
    """Return the key of a new session, or None where the password was wrong.

    How often somebody may try is the caller's to limit: a lock of the name could be held by any
    stranger who knows it.

    Args:
        connection: Of a transaction that writes.
        name: As it was typed; one that looks like the user's counts as it.
        now: Unix seconds.
        is_right: What `is_password_right` said.
    """
    table = tables.users
    named = find_name(connection, name)
    row = connection.execute(
        select(table).where(table.c.name == named, table.c.is_active)
    ).one_or_none()
    if row is None or not is_right:
        return None
    return open_session(connection, row.name, now)


def open_session(connection: Connection, name: str, now: float) -> str:
    """Open a session of this user, who proved who they are, and return its key."""
    key = secrets.token_urlsafe(32)
    connection.execute(delete(tables.sessions).where(tables.sessions.c.until < now))
    connection.execute(
        insert(tables.sessions).values(
            hash=_hash(key), user=name, form_key=secrets.token_urlsafe(24), until=now + SESSION
        )
    )
    return key


def find_session(connection: Connection, key: str, now: float) -> Session | None:
    """Return the session that a cookie's key opens, or None where it is over."""
    users, sessions = tables.users, tables.sessions
    row = connection.execute(
        select(users, sessions.c.form_key)
        .join(sessions, sessions.c.user == users.c.name)
        .where(sessions.c.hash == _hash(key), sessions.c.until > now, users.c.is_active)
    ).one_or_none()
    return Session(user=_to_user(row), form_key=row.form_key) if row else None


def sign_out(connection: Connection, key: str) -> None:
    """End the session."""
    connection.execute(delete(tables.sessions).where(tables.sessions.c.hash == _hash(key)))


def set_password(connection: Connection, name: str, password: str) -> None:
    """Give the user a password of their own and end their other sessions.

    Raises:
        AccountError: It is too short.
    """
    if len(password) < LEAST_PASSWORD:
        raise AccountError(
            "the password is too short",
            got=f"{len(password)} characters",
            expected=f"at least {LEAST_PASSWORD}",
        )
    _update_user(connection, name, password=HASHER.hash(password), must_change=False)
    connection.execute(delete(tables.sessions).where(tables.sessions.c.user == name))


def reset_password(connection: Connection, name: str) -> str:
    """Return a one-time password for a user who lost theirs; end sessions and any lock-out.

    Their organisation's account is forgotten, too: this is the way back from it.

    Raises:
        AccountError: There is no such user.
    """
    find_user(connection, name)
    password = secrets.token_urlsafe(12)
    hashed = HASHER.hash(password)
    _update_user(
        connection, name, password=hashed, must_change=True, failures=0, locked_until=0.0,
        subject=None,
    )  # fmt: skip
    connection.execute(delete(tables.sessions).where(tables.sessions.c.user == name))
    return password


def check_can_change(
    connection: Connection, name: str, *, role: Role | None = None, is_active: bool | None = None
) -> None:
    """Check that somebody who can manage users is left after the change.

    Raises:
        AccountError: Nobody would be left, or there is no such user.
    """
    user = find_user(connection, name)
    if user.role != "administrator" or not user.is_active:
        return
    if is_active is not False and role in {None, "administrator"}:
        return
    users = tables.users
    query = select(func.count()).where(users.c.role == "administrator", users.c.is_active)
    if connection.execute(query).scalar_one() == 1:
        raise AccountError(
            "this is the only administrator", which=name, remedy="Make another one first."
        )


def change_user(
    connection: Connection, name: str, *, role: Role | None = None, is_active: bool | None = None,
    language: str | None = None,
) -> None:  # fmt: skip
    """Change what is given; sign out who is no longer active.

    Raises:
        AccountError: As `check_can_change`.
    """
    check_can_change(connection, name, role=role, is_active=is_active)
    given = {"role": role, "is_active": is_active, "language": language}
    changes = {key: value for key, value in given.items() if value is not None}
    if changes:
        _update_user(connection, name, **changes)
    if is_active is False:
        connection.execute(delete(tables.sessions).where(tables.sessions.c.user == name))


def _update_user(connection: Connection, name: str, **changes: object) -> None:
    connection.execute(update(tables.users).where(tables.users.c.name == name).values(**changes))


def _to_user(row: object) -> User:
    fields = ("name", "role", "language", "must_change", "is_active")
    is_linked = getattr(row, "subject", None) is not None
    return User(**{name: getattr(row, name) for name in fields}, is_linked=is_linked)


def _is_hash_of(hashed: str, password: str) -> bool:
    try:
        with _HASHING:
            return HASHER.verify(hashed, password)
    except (VerificationError, InvalidHashError):
        return False


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()

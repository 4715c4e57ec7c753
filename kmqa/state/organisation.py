"""Users who sign in with their organisation's account: whose it is, and that it stays theirs.

The first time, an account is known by the name that the provider vouches for, which must be that
of a user. From then on it is known by its subject, which the provider never gives to anybody else;
an e-mail address may pass on to the next person in a post.
"""

from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection, delete, select, update

from kmqa.state import accounts, tables
from kmqa.state.accounts import User


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """An account that a provider vouches for.

    Attributes:
        subject: Fingerprint of the provider and of its own id of the account.
        name: The user it is for; empty where the provider vouches for none.
    """

    subject: str
    name: str


class NotAdmitted(Exception):
    """The account is good, but nobody may come in with it.

    Args:
        reason: Which of the console's words say so.
    """

    def __init__(
        self, reason: Literal["org-nameless", "org-unknown", "org-disabled", "org-another"]
    ) -> None:
        self.reason = reason
        super().__init__(reason)


@dataclass(frozen=True, slots=True)
class Admission:
    """The user of an account; `is_first` where they never came in with it before."""

    user: User
    is_first: bool


def admit(connection: Connection, account: Account) -> Admission:
    """Return who comes in with `account`.

    Raises:
        NotAdmitted: Nobody.
    """
    subject = select(tables.users.c.name).where(tables.users.c.subject == account.subject)
    known = connection.execute(subject).scalar_one_or_none()
    if known is not None:
        return Admission(_require_active(accounts.find_user(connection, known)), is_first=False)
    if not account.name:
        raise NotAdmitted("org-nameless")
    found = [one for one in accounts.list_users(connection) if _is_same(one.name, account.name)]
    if len(found) != 1:
        raise NotAdmitted("org-unknown")
    user = _require_active(found[0])
    if user.is_linked:
        raise NotAdmitted("org-another")
    return Admission(user, is_first=True)


def enter(connection: Connection, account: Account, now: float) -> str:
    """Open a session for the user of `account`, which is theirs from now on; return its key.

    The first time their password and their other sessions end: whom the organisation shuts out must
    not come in by another door. Failed tries with a password lock nobody out here.

    Raises:
        NotAdmitted: As `admit`.
    """
    found = admit(connection, account)
    name = found.user.name
    if found.is_first:
        connection.execute(
            update(tables.users)
            .where(tables.users.c.name == name)
            .values(subject=account.subject, password="", must_change=False, failures=0)
        )
        connection.execute(delete(tables.sessions).where(tables.sessions.c.user == name))
    return accounts.open_session(connection, name, now)


def _require_active(user: User) -> User:
    if not user.is_active:
        raise NotAdmitted("org-disabled")
    return user


def _is_same(name: str, other: str) -> bool:
    # Only in ASCII: elsewhere two different addresses can have one lower case.
    return name == other or (name.isascii() and other.isascii() and name.lower() == other.lower())

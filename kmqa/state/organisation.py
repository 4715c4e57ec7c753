"""Users who sign in with their organisation's account: whose it is, and that it stays hers.

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
class Admitted:
    """The user of an account; `is_first` where she never came in with it before."""

    user: User
    is_first: bool


def admitted(connection: Connection, account: Account) -> Admitted:
    """Who comes in with `account`.

    Raises:
        NotAdmitted: Nobody.
    """
    subject = select(tables.users.c.name).where(tables.users.c.subject == account.subject)
    known = connection.execute(subject).scalar_one_or_none()
    if known is not None:
        return Admitted(_active(accounts.named(connection, known)), is_first=False)
    if not account.name:
        raise NotAdmitted("org-nameless")
    found = [one for one in accounts.listed(connection) if _is_same(one.name, account.name)]
    if len(found) != 1:
        raise NotAdmitted("org-unknown")
    user = _active(found[0])
    if user.is_linked:
        raise NotAdmitted("org-another")
    return Admitted(user, is_first=True)


def enter(connection: Connection, account: Account, now: float) -> str:
    """The key of a new session for the user of `account`, which is hers from now on.

    The first time her password and her other sessions end: whom the organisation shuts out must
    not come in by another door. Failed tries with a password do not lock her out here.

    Raises:
        NotAdmitted: As `admitted`.
    """
    found = admitted(connection, account)
    name = found.user.name
    if found.is_first:
        connection.execute(
            update(tables.users)
            .where(tables.users.c.name == name)
            .values(subject=account.subject, password="", must_change=False, failures=0)
        )
        connection.execute(delete(tables.sessions).where(tables.sessions.c.user == name))
    return accounts.open_session(connection, name, now)


def _active(user: User) -> User:
    if not user.is_active:
        raise NotAdmitted("org-disabled")
    return user


def _is_same(name: str, other: str) -> bool:
    # Only in ASCII: elsewhere two different addresses can have one lower case.
    return name == other or (name.isascii() and other.isascii() and name.lower() == other.lower())

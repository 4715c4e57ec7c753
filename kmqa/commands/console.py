"""`kmqa console` and `kmqa user`: the curators' pages and who may enter them."""

import time
from pathlib import Path

from rich.console import Console

from kmqa import log
from kmqa.commands import answering, audit_log
from kmqa.console import editing
from kmqa.console.app import console as console_app
from kmqa.console.context import ConsoleContext
from kmqa.console.jobs import Jobs
from kmqa.console.organisation import organisation_of
from kmqa.corpus import anchors, audit, commits
from kmqa.errors import BundleError
from kmqa.runtime import http_server
from kmqa.runtime.service import require_settings
from kmqa.settings import read_settings, today
from kmqa.state import accounts, legacy_outbox
from kmqa.state.accounts import AccountError
from kmqa.state.database import Database
from kmqa.state.marks import open_identity

FIRST = "administrator"
"""Name of the user whom the first start makes."""


def serve(*, corpus: Path, index: Path, host: str, port: int) -> None:
    """Serve the console until told to stop.

    Raises:
        SettingsError: A setting is missing.
    """
    log.set_up()
    context = open_context(corpus, index)
    print_first_password(context, Console())
    context.questions.look_often(context.question_source)  # also before anybody asks
    http_server.run(console_app(context), host, port, context.proxies)
    context.database.close()


def open_context(corpus: Path, index: Path) -> ConsoleContext:
    """Return what the pages work with; without a bundle the pages that ask show none.

    Raises:
        SettingsError: A setting is missing or malformed, or changes shall be committed but cannot
            be.
    """
    settings = read_settings()
    require_settings(settings, "pepper")
    try:
        live = answering.LiveResponder(index, n_threads=1)
    except BundleError:
        live = None
    database = Database(settings.database_url.get_secret_value())
    identity = open_identity(database, settings.pepper.get_secret_value())
    legacy_outbox.seal_legacy(database, identity)
    return ConsoleContext(
        corpus_root=corpus,
        index=index,
        database=database,
        identity=identity,
        live=live,
        jobs=Jobs(),
        today=today,
        clock=time.time,
        organisation=organisation_of(settings, time.time),
        proxies=settings.proxies,
        repository=commits.keep(corpus) if settings.git else None,
    )


def print_first_password(context: ConsoleContext, console: Console) -> None:
    """Make an administrator where there is nobody, and print their one-time password once."""
    with context.database.writing() as connection:
        if accounts.list_users(connection):
            return
        password = accounts.add_user(connection, FIRST, "administrator", time.time())
    console.print(
        f'Console: sign in as "{FIRST}" with the one-time password {password}', highlight=False
    )


def add_user(name: str, role: str) -> None:
    """Add a user, and print their one-time password once.

    Raises:
        AccountError: The name is taken or the role unknown.
    """
    known = next((one for one in accounts.ROLES if one == role), None)
    if known is None:
        raise AccountError("no such role", got=role, expected=", ".join(accounts.ROLES))
    database = _database()
    with database.reading() as connection:
        name = accounts.check_can_add(connection, name)
    _note("add", name, "", known)
    with database.writing() as connection:
        password = accounts.add_user(connection, name, known, time.time())
    _print_password(name, password)


def new_password(name: str) -> None:
    """Print a new one-time password once, and forget the account of the user's organisation.

    Raises:
        AccountError: There is no such user.
    """
    database = _database()
    with database.reading() as connection:
        role = accounts.find_user(connection, name).role
    _note("new-password", name, role, role)
    with database.writing() as connection:
        password = accounts.reset_password(connection, name)
    _print_password(name, password)


def list_users() -> None:
    """Print every user with their role."""
    with _database().reading() as connection:
        for user in accounts.list_users(connection):
            state = "" if user.is_active else " (disabled)"
            Console().print(f"{user.name}: {user.role}{state}", highlight=False, markup=False)


def disable_user(name: str) -> None:
    """Sign a user out, who cannot sign in any more.

    Raises:
        AccountError: There is no such user, or they are the only administrator.
    """
    database = _database()
    with database.reading() as connection:
        role = accounts.find_user(connection, name).role
        accounts.check_can_change(connection, name, is_active=False)
    _note("disable", name, role, role)
    with database.writing() as connection:
        accounts.change_user(connection, name, is_active=False)


def _print_password(name: str, password: str) -> None:
    Console().print(
        f'"{name}" signs in with the one-time password {password}', highlight=False, markup=False
    )


def _note(action: str, name: str, before: str, after: str) -> None:
    """Write the line that the console's page would leave, by whoever sits at this machine.

    Where there is no corpus yet there is no log either, and users may be made all the same.
    """
    root = read_settings().corpus
    if root.is_dir():
        anchors.keep(root, read_settings().index)
        line = audit.Entry(
            by=audit_log.current_user(),
            action=action,
            item=f"user:{name}",
            from_status=before,
            to_status=after,
        )
        editing.append_to_log(root, line)


def _database() -> Database:
    return Database(read_settings().database_url.get_secret_value())

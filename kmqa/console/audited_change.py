"""A change of the database that has its line in the corpus's audit log."""

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import Connection

from kmqa.console import editing
from kmqa.console.context import ConsoleContext
from kmqa.corpus.audit import Entry

Result = TypeVar("Result")


def make_audited_change(
    context: ConsoleContext,
    check: Callable[[Connection], Entry],
    apply: Callable[[Connection], Result],
) -> Result:
    """Return what `apply` gives, after the log has the line that `check` found right.

    The line is written ahead, as every line of the log, and apart from the transaction: waiting
    for the corpus there would hold up the service's messages.

    Args:
        context: Whose database and whose log.
        check: Raises where the change cannot be made; may only read. Asked once more when
            nobody else can change anything.
        apply: Makes the change; a transaction of its own.
    """
    with context.database.reading() as connection:
        line = check(connection)
    editing.append_to_log(context.corpus_root, line)
    with context.database.writing() as connection:
        check(connection)  # somebody may have been faster
        return apply(connection)

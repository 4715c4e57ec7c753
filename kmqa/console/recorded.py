"""A change of the database that has its line in the corpus's audit log."""

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import Connection

from kmqa.console import editing
from kmqa.console.desk import Desk
from kmqa.corpus.audit import Entry

Result = TypeVar("Result")


def changed(
    desk: Desk,
    checked: Callable[[Connection], Entry],
    done: Callable[[Connection], Result],
) -> Result:
    """What `done` gives, after the log has the line that `checked` found right.

    The line is written ahead, as every line of the log, and apart from the transaction: waiting
    for the corpus there would hold up the service's messages.

    Args:
        desk: Whose database and whose log.
        checked: Raises where the change cannot be made; may only read. Asked once more when
            nobody else can change anything.
        done: Makes the change; a transaction of its own.
    """
    with desk.database.reading() as connection:
        line = checked(connection)
    editing.noted(desk.corpus_root, line)
    with desk.database.writing() as connection:
        checked(connection)  # somebody may have been faster
        return done(connection)

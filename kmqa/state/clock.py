"""Tell whether the machine's clock may be believed before anything is deleted by it.

A clock that jumps ahead by a year would end the time of everything at once. A step that is longer
than the service usually rests is taken only when the database's own machine tells the same time,
or, with SQLite, whose time is the machine's, when a second reading an hour later fits the first.
"""

from sqlalchemy import Connection, text

from kmqa.state.marks import read_mark, write_mark

DAY = 86_400.0
STEP = 2 * DAY  # what may lie between two purges without a doubt
SECOND_READING = 3600.0  # seconds after the first
_CONFIRMED = "clock-confirmed"
_DOUBTED = "clock-doubted"


def is_confirmed(connection: Connection, now: float) -> bool:
    """Return whether rows may be deleted by `now`, Unix seconds, and remember the reading.

    Args:
        connection: In a transaction that writes.
        now: By the clock of this machine.
    """
    last = _read_time(connection, _CONFIRMED)
    is_usual = last is not None and now - last <= STEP
    if not is_usual and not _is_confirmed_otherwise(connection, now):
        return False
    write_mark(connection, _CONFIRMED, repr(now))
    return True


def _is_confirmed_otherwise(connection: Connection, now: float) -> bool:
    if connection.dialect.name == "postgresql":
        told = connection.execute(text("SELECT extract(epoch FROM clock_timestamp())"))
        return abs(float(told.scalar_one()) - now) <= STEP
    doubted = _read_time(connection, _DOUBTED)
    since = None if doubted is None else now - doubted
    if since is not None and SECOND_READING <= since <= STEP:
        return True
    if since is None or not 0 <= since < SECOND_READING:
        write_mark(connection, _DOUBTED, repr(now))
    return False


def _read_time(connection: Connection, name: str) -> float | None:
    value = read_mark(connection, name)
    return None if value is None else float(value)

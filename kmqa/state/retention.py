"""What is kept for a time only, and removed when the time is over, as the tables declare it."""

from sqlalchemy import Connection, MetaData, Table, delete, update

from kmqa.state import tables
from kmqa.state.row_policy import Delete, Expiry, Leave, differs, is_in_states, policy_of

DAY = 86_400.0


def purge(
    connection: Connection, now: float, keep_days: int, metadata: MetaData = tables.metadata
) -> None:
    """Delete or blank every row whose time is over.

    Args:
        connection: In a transaction that writes.
        now: Unix seconds.
        keep_days: Days after which texts go, for tables that leave the number to the setting.
        metadata: Tables to go over.
    """
    for table in reversed(metadata.sorted_tables):
        expiries = policy_of(table).keep
        for expiry in () if isinstance(expiries, Leave) else expiries:
            days = keep_days if expiry.days == "keep_days" else float(expiry.days)
            _expire(connection, table, expiry, before=now - days * DAY)


def _expire(connection: Connection, table: Table, expiry: Expiry, before: float) -> None:
    action = expiry.then
    rows = (table.c[expiry.since] < before) & is_in_states(table, action.states)
    if isinstance(action, Delete):
        connection.execute(delete(table).where(rows))
    else:
        is_held = differs(table, action.values)  # else every old row is written again each time
        connection.execute(update(table).where(rows, is_held).values(**action.values))

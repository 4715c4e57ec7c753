"""What SQLite alone needs: its pragmas, its one writer, and no copy of what was deleted."""

import sqlite3
import time
from pathlib import Path

from sqlalchemy import Connection, Engine

from kmqa.state.database_errors import DatabaseError

PATIENCE = 30  # seconds to wait for SQLite's one writer
_LOOK = 0.001  # seconds between two tries to become it


def make_folder(folder: Path) -> None:
    """Make the folder of a database where there is none.

    Raises:
        DatabaseError: It cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DatabaseError(
            "the folder of the database cannot be made",
            which=str(folder),
            got=error.strerror or type(error).__name__,
            remedy="Set KMQA_DATABASE_URL to a file in a folder that can be written to.",
        ) from error


def prepare(connection: sqlite3.Connection, _record: object) -> None:
    """Set what holds for every connection."""
    # The driver must not begin transactions by itself: `writing` takes the write lock at once,
    # because a read that turns into a write fails when somebody wrote in between.
    connection.isolation_level = None
    # What is deleted is overwritten, so that nobody finds it in the file.
    pragmas = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON")
    for pragma in pragmas:
        connection.execute(f"PRAGMA {pragma}")


def begin_writing(connection: Connection) -> None:
    """Become SQLite's one writer.

    SQLite's own wait sleeps up to 100 ms between tries, so that whoever writes seldom starves
    beside whoever writes all the time: a median of 79 ms and a 99th percentile of 1.3 s, where
    looking every millisecond gave 9 and 25 ms (two processes with transactions of 2 and 8 ms,
    2026-11-27).
    """
    driver = connection.connection.driver_connection
    if driver is None:
        message = "the connection is closed"
        raise RuntimeError(message)
    deadline = time.monotonic() + PATIENCE
    driver.execute("PRAGMA busy_timeout = 0")
    try:
        while _is_busy(driver) and time.monotonic() < deadline:
            time.sleep(_LOOK)
        if not driver.in_transaction:
            connection.exec_driver_sql("BEGIN IMMEDIATE")  # raises what callers know
    finally:
        driver.execute(f"PRAGMA busy_timeout = {PATIENCE * 1000}")


def _is_busy(driver: sqlite3.Connection) -> bool:
    """Tell whether somebody else writes; where nobody does, the transaction has begun."""
    try:
        driver.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError as error:
        return error.sqlite_errorcode == sqlite3.SQLITE_BUSY
    return False


def empty_log(engine: Engine) -> bool:
    """Move the log of changes (WAL) into the database and cut it to nothing; whether that was done.

    A page in the log holds what was deleted as it was before. Somebody who reads at the moment is
    in the way; it is tried again after the next change.
    """
    with engine.connect() as connection:
        driver = connection.connection.driver_connection
        if driver is None:
            return False
        driver.execute("PRAGMA busy_timeout = 0")
        try:
            is_busy = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        except sqlite3.OperationalError:
            return False
        finally:
            driver.execute(f"PRAGMA busy_timeout = {PATIENCE * 1000}")
        return not is_busy

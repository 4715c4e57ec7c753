"""Many small changes in few transactions: whoever writes at the same time is committed together.

Where another process wrote the same rows at the same moment, the change is made once more.

A commit waits for the disk; the work before it is microseconds. One thread takes all changes that
have gathered, makes them in one transaction, and tells each caller when it is safely stored.
"""

import asyncio
import queue
import sqlite3
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from kmqa.state.database import Database

Result = TypeVar("Result")
WriteAction = Callable[[Connection], Any]

_MOST_TRIES = 5  # of a change that others are in the way of
_PAUSE = 0.02  # seconds before the second try; later ones wait longer
_RESTARTED = frozenset({"40001", "40P01"})  # PostgreSQL: serialisation failure, deadlock
_MOST_TOGETHER = 200  # changes in one transaction, so that no caller waits long for the others


class Writer:
    """Makes changes to one database, one transaction after another, in a thread of its own."""

    def __init__(self, database: Database) -> None:
        """Begin to take changes; see `close`."""
        self._database = database
        self._waiting: queue.SimpleQueue[tuple[WriteAction, Future[Any]] | None] = (
            queue.SimpleQueue()
        )
        self._thread = threading.Thread(target=self._run, name="kmqa-writer", daemon=True)
        self._thread.start()

    async def write(self, change: Callable[[Connection], Result]) -> Result:
        """Return what `change` returns, once it is committed; raise what it raises, if undone.

        A caller that is cancelled before the change began undoes it; later it is made all the same.
        """
        future: Future[Result] = Future()
        self._waiting.put((change, future))
        return await asyncio.wrap_future(future)

    def close(self) -> None:
        """Commit everything that was asked for, and take nothing more."""
        self._waiting.put(None)
        self._thread.join()

    def _run(self) -> None:
        while True:
            first = self._waiting.get()
            if first is None:
                return
            together, is_last = self._gather(first)
            # A future that says it runs can no longer be cancelled, so each takes its result.
            wanted = [one for one in together if one[1].set_running_or_notify_cancel()]
            if wanted:
                self._commit(wanted)
            if is_last:
                return

    def _gather(
        self, first: tuple[WriteAction, Future[Any]]
    ) -> tuple[list[tuple[WriteAction, Future[Any]]], bool]:
        together = [first]
        while len(together) < _MOST_TOGETHER:
            try:
                item = self._waiting.get_nowait()
            except queue.Empty:
                break
            if item is None:
                return together, True
            together.append(item)
        return together, False

    def _commit(self, together: list[tuple[WriteAction, Future[Any]]], n_tried: int = 0) -> None:
        try:
            with self._database.writing() as connection:
                results = [change(connection) for change, _ in together]
        except Exception as error:
            self._retry(together, error, n_tried + 1)
            return
        for (_, future), result in zip(together, results, strict=True):
            future.set_result(result)

    def _retry(
        self, together: list[tuple[WriteAction, Future[Any]]], error: Exception, n_tried: int
    ) -> None:
        """All were undone: make each alone, so that one alone fails, unless others were in its way.

        Two deliveries from somebody new add them twice, and the database lets one of them win; for
        whoever comes second everything is there the next time.
        """
        if len(together) > 1 and _is_away(error):
            for _, future in together:  # one after the other, each would wait as long
                future.set_exception(error)
        elif len(together) > 1:
            for one in together:
                self._commit([one])
        elif _is_conflict(error) and n_tried < _MOST_TRIES:
            time.sleep(n_tried * _PAUSE)
            self._commit(together, n_tried)
        else:
            together[0][1].set_exception(error)


def _is_away(error: Exception) -> bool:
    """Tell whether the fault is that of no change: nobody answers, or somebody else writes."""
    if isinstance(error, PoolTimeout):
        return True
    if not isinstance(error, DBAPIError):
        return False
    is_unsaid = error.statement is None  # it failed before the first word, as where it connects
    return is_unsaid or error.connection_invalidated or _is_locked(error)


def _is_locked(error: DBAPIError) -> bool:
    code = getattr(error.orig, "sqlite_errorcode", None)
    return code is not None and code & 0xFF == sqlite3.SQLITE_BUSY


def _is_conflict(error: Exception) -> bool:
    """Tell whether the same change can succeed once another process has ended its own."""
    if isinstance(error, OperationalError):
        return getattr(error.orig, "sqlstate", None) in _RESTARTED
    return isinstance(error, IntegrityError)

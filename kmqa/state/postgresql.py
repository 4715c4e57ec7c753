"""What PostgreSQL alone needs: limits that hold while the server does not even answer.

A server that is overloaded ends a statement by itself (`STATEMENT`). One that stands still ends
nothing, and the machine below it goes on to acknowledge what comes, so no limit of the network
helps: the driver itself must stop waiting.
"""

from typing import Any

import psycopg
from psycopg.abc import RV, PQGen
from psycopg.pq import TransactionStatus
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL

STATEMENT = 30  # seconds in which the server ends a statement; migrations have no limit
ANSWER = STATEMENT + 5.0  # seconds in which the driver wants an answer to one
PING = 5.0  # seconds in which it wants one to a connection's first word
CONNECT = 5  # seconds
_SILENCE = 15_000  # milliseconds after which a net that answers nothing counts as broken
_FREE = 10.0  # seconds to wait for a connection of the pool
_LIMITS = {
    "connect_timeout": CONNECT,
    "tcp_user_timeout": _SILENCE,
    "options": f"-c statement_timeout={STATEMENT}s",
    "client_encoding": "utf8",
}


class PatientConnection(psycopg.Connection[Any]):
    """A connection that waits for the server no longer than `patience`.

    Attributes:
        patience: Seconds for one statement; None for no limit.
    """

    patience: float | None = PING

    def wait(self, gen: PQGen[RV], interval: float = 0.1, timeout: float | None = None) -> RV:
        """Return what `gen` comes to; close the connection where the server gives no answer."""
        try:
            return super().wait(gen, interval, self.patience if timeout is None else timeout)
        except psycopg.OperationalError:
            # Nobody knows what the server still does for it.
            if self.pgconn.transaction_status == TransactionStatus.ACTIVE:
                self.close()
            raise


def make_engine(url: URL) -> Engine:
    """Return an engine whose every step is bounded: connecting, a free connection, a statement."""
    engine = create_engine(
        url.set(drivername="postgresql+psycopg"),
        pool_size=16,
        pool_pre_ping=True,
        pool_timeout=_FREE,
        connect_args=_LIMITS,
        hide_parameters=True,  # errors reach the log, and values are no business of logs
    )
    event.listen(engine, "do_connect", _connect)
    event.listen(engine, "checkout", _be_patient)
    event.listen(engine, "checkin", _be_brief)
    return engine


def wait_for_ever(connection: Any) -> None:  # noqa: ANN401 - SQLAlchemy's, of any dialect
    """Let the statements of this connection take as long as they need, as migrations may."""
    connection.connection.driver_connection.patience = None


def _connect(_dialect: Any, _record: Any, args: Any, named: dict[str, Any]) -> PatientConnection:  # noqa: ANN401 - SQLAlchemy's
    return PatientConnection.connect(*args, **named)


def _be_patient(driver: PatientConnection, _record: Any, _proxy: Any) -> None:  # noqa: ANN401 - SQLAlchemy's
    """Expect an answer to any statement, now that the first word was answered."""
    driver.patience = ANSWER


def _be_brief(driver: PatientConnection | None, _record: Any) -> None:  # noqa: ANN401 - SQLAlchemy's
    """Find out soon whether the server answers, when the connection is needed again."""
    if driver is not None:
        driver.patience = PING

"""Which keys open the API just now: those of the environment, and those of the database."""

import time
from collections.abc import Callable, Mapping

from fastapi.concurrency import run_in_threadpool
from sqlalchemy.exc import SQLAlchemyError

from kmqa.state import api_keys
from kmqa.state.database import Database
from kmqa.state.database_errors import DatabaseError
from kmqa.state.writer import Writer

PER_MINUTE = 600  # calls of a key of the environment; more than a flow builder's users type
FRESH = 2.0  # seconds for which the database is not asked again, so how long a revoked key lives
_NOTED = 60.0  # seconds between two notes of when a key was used


class Keyring:
    """Knows good keys by their hashes; each process has one."""

    def __init__(
        self,
        fixed: tuple[str, ...],
        database: Database,
        writer: Writer,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Know the hashes `fixed` of the environment and what stands in `database`.

        Args:
            fixed: Never change while the process lives.
            database: With the keys that administrators issue and revoke.
            writer: Notes when a key was used.
            clock: Seconds that never go back.
        """
        self._fixed = {one.lower(): PER_MINUTE for one in fixed}
        self._database = database
        self._writer = writer
        self._clock = clock
        self._issued: Mapping[str, int] = {}
        self._read_at = float("-inf")
        self._noted: dict[str, float] = {}

    async def limit(self, hashed: str) -> int | None:
        """Most calls a minute of the key with this hash; None where it opens nothing.

        Raises:
            DatabaseError: It cannot be found out.
        """
        if hashed in self._fixed:
            return self._fixed[hashed]
        if self._clock() - self._read_at > FRESH:
            began = self._clock()
            self._issued = await run_in_threadpool(self._from_database)
            self._read_at = began
        return self._issued.get(hashed)

    async def note(self, hashed: str, now: float) -> None:
        """Record that the key was used at `now`, Unix seconds; at most once a minute."""
        is_new = self._clock() - self._noted.get(hashed, float("-inf")) > _NOTED
        if hashed in self._fixed or not is_new:
            return
        self._noted[hashed] = self._clock()
        await self._writer.write(lambda connection: api_keys.record_use(connection, hashed, now))

    def _from_database(self) -> Mapping[str, int]:
        try:
            with self._database.reading() as connection:
                return api_keys.read_limits(connection)
        except SQLAlchemyError as error:
            raise DatabaseError(
                "nobody can tell whether the key is good", remedy="Try again in a minute."
            ) from error

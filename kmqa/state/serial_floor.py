"""How new the bundle was that was served last: in the database, out of reach of who writes them."""

from contextlib import suppress

from sqlalchemy.exc import SQLAlchemyError

from kmqa.state import marks
from kmqa.state.database import Database

_MARK = "bundle-serial"


class SerialFloor:
    """The least serial of a bundle that may be served; see `kmqa.commands.answering`.

    While the database does not answer, what this process knows already counts.
    """

    def __init__(self, database: Database) -> None:
        """Remember in `database`."""
        self._database = database
        self._known = 0

    def read(self) -> int:
        """Return it; 0 where no signed bundle was ever served."""
        try:
            with self._database.reading() as connection:
                self._known = int(marks.read_mark(connection, _MARK) or 0)
        except SQLAlchemyError:
            return self._known
        return self._known

    def raise_to(self, serial: int) -> None:
        """Store a higher one; another process may have stored a higher one still."""
        self._known = max(self._known, serial)
        if self.read() >= serial:
            return
        with suppress(SQLAlchemyError), self._database.writing() as connection:
            if int(marks.read_mark(connection, _MARK) or 0) < serial:
                marks.write_mark(connection, _MARK, str(serial))

    def lower_to(self, serial: int) -> None:
        """Store a lower one, because somebody went back on purpose."""
        with self._database.writing() as connection:
            marks.write_mark(connection, _MARK, str(serial))

"""`kmqa parked`: what waits for a person to look at it, and another try for it."""

from datetime import UTC, datetime

from rich.console import Console
from rich.table import Table

from kmqa.runtime.service import require_settings
from kmqa.settings import read_settings
from kmqa.state import parked
from kmqa.state.database import Database


def list_parked(*, retry: bool) -> None:
    """Print what is parked, without what people wrote; with `retry` all of it is tried again."""
    settings = read_settings()
    require_settings(settings, "database_url")
    database = Database(settings.database_url.get_secret_value())
    console = Console()
    try:
        if retry:
            with database.writing() as connection:
                n = parked.retry(connection, datetime.now(UTC).timestamp())
            console.print(f"{n} tried again")
            return
        with database.reading() as connection:
            items = parked.list_items(connection)
        _print(items, console)
    finally:
        database.close()


def _print(items: list[parked.Item], console: Console) -> None:
    if not items:
        console.print("nothing is parked")
        return
    table = Table("what", "row", "since", "reason", box=None)
    for item in items:
        since = datetime.fromtimestamp(item.since, UTC).strftime("%Y-%m-%d %H:%M")
        table.add_row(item.what, str(item.row), since, item.reason)
    console.print(table)

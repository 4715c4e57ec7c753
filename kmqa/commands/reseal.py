"""`kmqa reseal`: another pepper for a database whose former one has leaked."""

import time
from pathlib import Path

from rich.console import Console

from kmqa.commands import progress
from kmqa.errors import SettingsError
from kmqa.runtime.service import require_settings
from kmqa.settings import read_settings
from kmqa.state import resealing
from kmqa.state.database import Database


def reseal(former: Path) -> int:
    """Seal the service's database under ``KMQA_PEPPER``, and print what was done; return 0.

    Args:
        former: File with the pepper before.

    Raises:
        SettingsError: The file cannot be read, or the pepper cannot be changed now.
        DatabaseError: The database cannot be reached.
    """
    settings = read_settings()
    require_settings(settings, "database_url")
    require_settings(settings, "pepper")
    secret = _read_secret(former)
    database = Database(settings.database_url.get_secret_value())
    try:
        with progress.bar("sealing anew", resealing.count_rows(database)) as advance:
            done = resealing.reseal(
                database, secret, settings.pepper.get_secret_value(), time.time(), advance
            )
    finally:
        database.close()
    _print(done, Console())
    return 0


def _read_secret(file: Path) -> str:
    try:
        return file.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            "the former pepper cannot be read",
            which=str(file),
            expected="a file with the secret that KMQA_PEPPER was before",
        ) from error


def _print(done: resealing.Resealed, console: Console) -> None:
    for table, n in sorted(done.rows.items()):
        console.print(f"{table}: {n:,} rows sealed anew", highlight=False)
    if done.names_lost:
        console.print(
            f"{done.names_lost:,} former numbers or ids of people went: only their hashes were "
            "kept. Whoever writes from one of them is greeted as new.",
            highlight=False,
        )
    for row in done.unreadable:
        console.print(f"neither pepper opens {row}; it was left as it is", highlight=False)
    console.print(
        "done; start the service with the new pepper. Destroy copies of the database that the "
        "former one opens.",
        highlight=False,
    )

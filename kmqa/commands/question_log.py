"""Open the questions that people asked: the service's own, or a file that was exported."""

from pathlib import Path

from kmqa.eval.logged import Export, QuestionLog, ServiceLog
from kmqa.runtime.service import require_settings
from kmqa.settings import read_settings
from kmqa.state.database import Database
from kmqa.state.marks import open_identity


def open_log(export: Path | None) -> QuestionLog:
    """Return the questions in `export`, or those of the service where there is no file.

    Raises:
        SettingsError: The service's database or pepper is not set.
    """
    if export is not None:
        return Export(export)
    return of_service()


def of_service(newest: int | None = None) -> ServiceLog:
    """Return the service's own questions; only the `newest` ones where given.

    Raises:
        SettingsError: The service's database or pepper is not set.
    """
    settings = read_settings()
    require_settings(settings, "pepper")
    database = Database(settings.database_url.get_secret_value())
    return ServiceLog(database, open_identity(database, settings.pepper.get_secret_value()), newest)

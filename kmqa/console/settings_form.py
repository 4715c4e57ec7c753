"""From the fields of the settings' form to the settings that they describe; pure.

Fields: ``name``, ``owner``, ``languages``; ``hours-N-place``, ``-opens``, ``-closes``, ``-zone``
and, for each day on which somebody is there, ``-day-1`` to ``-day-7``. A line without a place is
left out. What the form has no field for stays as it is.
"""

import re
from collections.abc import Mapping
from typing import Any

from kmqa.console.answer_form import FormInvalid
from kmqa.corpus import layout, schema
from kmqa.records import CorpusSettings

DAYS = range(1, 8)
_LISTED = re.compile(r"[\s,;]+")
_LINE = re.compile(r"hours-(\d{1,3})-place")


def settings_of(before: CorpusSettings, given: Mapping[str, str]) -> CorpusSettings:
    """`before` with what the form `given` says.

    Raises:
        FormInvalid: A field has the wrong form; names each.
    """
    lines = sorted(int(match[1]) for key in given if (match := _LINE.fullmatch(key)))
    places = [given[f"hours-{line}-place"] for line in lines]
    data = schema.plain(before) | {
        "name": " ".join(given.get("name", "").split()),
        "owner": " ".join(given.get("owner", "").split()),
        "languages": [code for code in _LISTED.split(given.get("languages", "")) if code],
        "office_hours": {
            place: _hours(given, line) for line, place in zip(lines, places, strict=True) if place
        },
    }
    after, problems = schema.record_of(CorpusSettings, data, layout.SETTINGS, lambda *_place: 0)
    faults = [problem.message for problem in problems]
    faults += _find_repeated("languages", data["languages"])
    faults += _find_repeated("office_hours", [place for place in places if place])
    if after:
        faults += _faults(after)
    if after is None or faults:
        raise FormInvalid(
            "the form cannot be saved", which=layout.SETTINGS, remedy=" ".join(faults)
        )
    return after


def _hours(given: Mapping[str, str], line: int) -> dict[str, Any]:
    return {
        "days": [day for day in DAYS if f"hours-{line}-day-{day}" in given],
        "opens": given.get(f"hours-{line}-opens", ""),
        "closes": given.get(f"hours-{line}-closes", ""),
        "zone": given.get(f"hours-{line}-zone", "").strip(),
    }


def _find_repeated(field: str, values: list[str]) -> list[str]:
    return [f'"{field}" has {one} twice. Keep one.' for one in sorted(set(values))
            if values.count(one) > 1]  # fmt: skip


def _faults(settings: CorpusSettings) -> list[str]:
    found = [
        f'"office_hours.{place}" closes at {hours.closes}, before it opens at {hours.opens}.'
        for place, hours in settings.office_hours.items()
        if hours.closes <= hours.opens
    ]
    known = {"default", *settings.countries}
    return found + [
        f'"office_hours.{place}" is no country of the corpus.'
        for place in settings.office_hours
        if place not in known
    ]

"""From the plain data of a YAML file to a record, with every fault named in plain words."""

import dataclasses
import typing
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, TypeVar, cast

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from kmqa.content.rules import names
from kmqa.corpus import yaml_file
from kmqa.errors import Problem

Record = TypeVar("Record")

_PATTERNS = {
    r"^[A-Za-z0-9][A-Za-z0-9._?!+-]{0,99}$": "1 to 100 letters, digits or any of . _ - ? ! +",
    r"^[a-z]{2,3}$": "a language code of two or three small letters, such as en",
    r"^[A-Z]{2}$": "a country code of two capital letters, such as KE",
    r"^[0-9a-f]{64}$": "64 hexadecimal digits",
    r"^([01]\d|2[0-3]):[0-5]\d$": "a time such as 08:30",
    r"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}\.jsonl$": "the name of a .jsonl file in tests/",
    r"^urgent-": 'an id that begins with "urgent-"',
}
_SHAPES = {
    "string_type": "text",
    "tuple_type": "a list, such as [one, two]",
    "dict_type": "keys with values below them",
    "mapping_type": "keys with values below them",
    "dataclass_type": "keys with values below them",
    "string_too_short": "text that is not empty",
    "too_short": "at least one entry",
}


def record_of(
    kind: type[Record], data: Mapping[str, object], path: str, line: Callable[..., int]
) -> tuple[Record | None, tuple[Problem, ...]]:
    """Return the record that `data` describes, or None and every reason why it does not.

    Args:
        kind: A dataclass of `kmqa.records`, or a mapping type.
        data: Plain data, as `yaml_file.read` gives it.
        path: How problems name the file.
        line: Gives the line of a place in the file, such as ``line("text", "en")``.
    """
    try:
        return _adapter(cast(Any, kind)).validate_python(data), ()
    except ValidationError as error:
        faults = error.errors(include_url=False)
        return None, tuple(_problem(kind, path, line, fault) for fault in faults)


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:  # noqa: ANN401 - a type form such as dict[str, str]
    return TypeAdapter(kind)


def plain(record: object) -> dict[str, Any]:
    """`record` as the plain data of a YAML file: dates as text, nothing that is empty or unset."""
    data: dict[str, Any] = _adapter(cast(Any, type(record))).dump_python(record, mode="json")
    return _without_empty(data)


def _without_empty(data: Mapping[str, Any]) -> dict[str, Any]:
    full = {key: _drop_empty(value) for key, value in data.items()}
    return {key: value for key, value in full.items() if value not in (None, "", [], {})}


def _drop_empty(value: Any) -> Any:  # noqa: ANN401 - any plain value of a YAML file
    if isinstance(value, Mapping):
        return _without_empty(value)
    return [_drop_empty(item) for item in value] if isinstance(value, list) else value


def _problem(
    kind: Any,  # noqa: ANN401 - as above
    path: str,
    line: Callable[..., int],
    fault: ErrorDetails,
) -> Problem:
    place = tuple(part for part in fault["loc"] if part != "[key]")
    return Problem(path, line(*place), _code(fault), _message(kind, place, fault))


def _code(fault: ErrorDetails) -> str:
    codes = {"missing": "key-missing", "unexpected_keyword_argument": "key-unknown"}
    return codes.get(fault["type"], "value-invalid")


def _message(kind: Any, place: yaml_file.Place, fault: ErrorDetails) -> str:  # noqa: ANN401 - as above
    name = _spell_path(place)
    if fault["type"] == "missing":
        return f'the key "{name}" is missing. Add it.'
    if fault["type"] == "unexpected_keyword_argument":
        return f'unknown key "{name}". {names.did_you_mean(str(place[-1]), _keys(kind, place))}'
    return f'"{name}" should be {_describe_expected(fault)}; got {_show_value(fault["input"])}.'


def _spell_path(place: yaml_file.Place) -> str:
    return ".".join(str(part + 1) if isinstance(part, int) else part for part in place)


def _keys(kind: Any, place: yaml_file.Place) -> tuple[str, ...]:  # noqa: ANN401 - as above
    """Return the keys that may stand where `place` leads, which begins in a record of `kind`."""
    holder = kind
    for part in place[:-1]:
        if isinstance(part, str) and dataclasses.is_dataclass(holder):
            holder = _inner_record(typing.get_type_hints(holder).get(part)) or holder
    return tuple(field.name for field in dataclasses.fields(holder))


def _inner_record(hint: Any) -> Any:  # noqa: ANN401 - a type form
    """Return the record that a type such as ``tuple[Source, ...]`` holds, or None."""
    if dataclasses.is_dataclass(hint):
        return hint
    return next(filter(None, map(_inner_record, typing.get_args(hint))), None)


def _describe_expected(fault: ErrorDetails) -> str:
    context = fault.get("ctx", {})
    if fault["type"] in _SHAPES:
        return _SHAPES[fault["type"]]
    if fault["type"] == "string_pattern_mismatch":
        return _PATTERNS.get(context["pattern"], f"text that fits {context['pattern']}")
    if fault["type"] == "literal_error":
        return f"one of {context['expected']}"
    if fault["type"].startswith("date"):
        return "a date such as 2026-11-01"
    if fault["type"] == "value_error":
        return str(context["error"])
    return fault["msg"].removeprefix("Input should be ")


def _show_value(value: object) -> str:
    if isinstance(value, str):
        return f'"{value[:40]}…"' if len(value) > 40 else f'"{value}"'
    if isinstance(value, Mapping):
        return "keys with values" if value else "nothing"
    if value is None or value in ([], ()):
        return "nothing"
    return "a list" if isinstance(value, list | tuple) else str(value)

"""Write YAML: a new file in a readable form, or an old one with a few values changed.

New files are written by hand-made rules, because libyaml's own writer escapes emoji and
ruamel.yaml takes about twenty times as long; ruamel.yaml changes old files, because
it keeps comments and key order.
"""

import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.scalarstring import DoubleQuotedScalarString, LiteralScalarString

from kmqa.corpus import yaml_file
from kmqa.errors import CorpusFileError

_PLAIN = re.compile(r"[A-Za-z]\w*(?:[ .,;/()'!?&+-]+\w+)*[.)!?]*")
_WORDS_WITH_A_MEANING = frozenset({"null", "true", "false", "yes", "no", "on", "off", "y", "n"})
# What YAML does not take as it is, or takes for a line break.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_INDENTED_LIST = re.compile(r"^( *)[^\s#-][^\n]*:[ ]*\n\1 +- ", re.MULTILINE)


def dump(data: Mapping[str, object]) -> str:
    """Write `data` as new YAML: text, numbers, Booleans, lists and mappings, in their order.

    Text of several lines becomes a block where YAML can hold it unchanged; emoji and every
    script stay readable.
    """
    return "".join(f"{line}\n" for line in _mapping_lines(data, 0))


def _mapping_lines(data: Mapping[str, object], indent: int) -> Iterator[str]:
    for key, value in data.items():
        yield from _entry_lines(f"{' ' * indent}{_scalar(key)}:", value, indent)


def _entry_lines(head: str, value: object, indent: int) -> Iterator[str]:
    if isinstance(value, Mapping) and value:
        yield head
        yield from _mapping_lines(value, indent + 2)
    elif isinstance(value, Sequence) and not isinstance(value, str) and value:
        yield head
        for item in value:
            yield from _item_lines(item, indent + 2)
    elif isinstance(value, str) and _fits_block(value):
        yield f"{head} |-"
        yield from (f"{' ' * (indent + 2)}{line}" if line else "" for line in value.split("\n"))
    else:
        yield f"{head} {_scalar(value)}"


def _item_lines(item: object, indent: int) -> Iterator[str]:
    if not isinstance(item, Mapping):
        yield f"{' ' * indent}- {_scalar(item)}"
        return
    first, *rest = _mapping_lines(item, indent + 2)
    yield f"{' ' * indent}- {first.lstrip()}"
    yield from rest


def _fits_block(text: str) -> bool:
    lines = text.split("\n")
    clean = not _UNPRINTABLE.search(text)
    starts = lines[0][:1].strip()  # a first line that is indented would set the indentation
    return len(lines) > 1 and clean and bool(starts) and bool(lines[-1].strip())


def _scalar(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if not isinstance(value, str):
        return (
            "[]"
            if isinstance(value, Sequence)
            else "{}"
            if isinstance(value, Mapping)
            else str(value)
        )
    if _day(value) or (_PLAIN.fullmatch(value) and value.lower() not in _WORDS_WITH_A_MEANING):
        return value
    quoted = json.dumps(value, ensure_ascii=False)
    return _UNPRINTABLE.sub(lambda match: f"\\u{ord(match[0]):04x}", quoted)


def apply_changes(path: Path, old: Mapping[str, object], new: Mapping[str, object]) -> str:
    """Return the text of `path`, which says `old`, made to say `new`; write nothing.

    Only values that differ are touched, at any depth of keys; comments, key order and quotes
    stay. New keys are added at the end of their mapping.

    Raises:
        CorpusFileError: ruamel.yaml, which is stricter about dates, cannot read the file.
    """
    text = yaml_file.text_of(path)
    try:
        return _round_trip(text, old, new)
    except (YAMLError, ValueError) as error:
        raise CorpusFileError(
            "the file cannot be edited by kmqa",
            path=path,
            remedy="Edit it by hand, and put text that looks like a date in quotation marks.",
        ) from error


def _round_trip(text: str, old: Mapping[str, object], new: Mapping[str, object]) -> str:
    round_trip = YAML()
    round_trip.preserve_quotes = True
    round_trip.width = 1 << 20  # no folding: a text must stay as it was typed
    round_trip.allow_unicode = True
    if _INDENTED_LIST.search(text):
        round_trip.indent(mapping=2, sequence=4, offset=2)
    data = round_trip.load(text)
    _merge(data, old, new)
    stream = io.StringIO()
    round_trip.dump(data, stream)
    return stream.getvalue()


def _merge(data: Any, old: Mapping[str, object], new: Mapping[str, object]) -> None:  # noqa: ANN401 - ruamel's mapping has no useful type
    """Change ruamel's mapping `data` in place by what differs between `old` and `new`."""
    for key in old.keys() - new.keys():
        data.pop(key, None)
    for key, value in new.items():
        before = old.get(key)
        if isinstance(before, Mapping) and isinstance(value, Mapping):
            _merge(data[key], before, value)
        elif before != value:
            data[_as_scalar(key)] = _with_blocks(value)


def _with_blocks(value: object) -> object:
    if isinstance(value, Mapping):
        return {_as_scalar(key): _with_blocks(item) for key, item in value.items()}
    if isinstance(value, str):
        return _as_scalar(value)
    if isinstance(value, Sequence):
        return [_with_blocks(item) for item in value]
    return value


def _as_scalar(text: str) -> object:
    """`text` in the style in which ruamel.yaml writes it unchanged."""
    day = _day(text)
    if day:
        return day
    if _UNPRINTABLE.search(text):
        return DoubleQuotedScalarString(text)
    return LiteralScalarString(text) if _fits_block(text) else text


def _day(text: str) -> date | None:
    """Return the day that `text` names in ISO 8601, if there is such a day."""
    if not _DATE.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None

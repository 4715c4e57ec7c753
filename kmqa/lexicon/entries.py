"""What is wrong with the entries of a language's file; `kmqa.lexicon.languages` reads the file.

Checked by hand and not by pydantic, whose schema takes longer to build than all files to read.
"""

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import fields

from kmqa.lexicon.language import (
    DIRECTIONS,
    MAY_BE_EMPTY,
    N_NUMBERS,
    TABLES,
    TEXTS,
    Language,
)

_NAMES = tuple(field.name for field in fields(Language))


def find_faults(entries: Mapping[str, object]) -> Iterator[str]:
    """Yield each fault with the name of its entry, such as ``commands.stop is missing``."""
    yield from _name_faults(entries, _NAMES, "")
    for name in _NAMES:
        if name in entries:
            yield from _entry_faults(name, entries[name])
    if isinstance(entries.get("endonym"), str) and isinstance(entries.get("scripts"), list):
        yield from _script_faults(str(entries["endonym"]), entries["scripts"])


def _name_faults(
    entries: Mapping[str, object], wanted: tuple[str, ...], table: str
) -> Iterator[str]:
    yield from (f"{table}{name} is missing" for name in wanted if name not in entries)
    yield from (f"no entry is called {table}{name}" for name in entries if name not in wanted)


def _entry_faults(name: str, value: object) -> Iterator[str]:
    if name in TEXTS:
        yield from _text_faults(name, value)
    elif name not in TABLES:
        yield from _forms_faults(name, value)
    elif not isinstance(value, dict):
        yield f"{name} must be a table"
    else:
        yield from _name_faults(value, TABLES[name], f"{name}.")
        for entry, forms in value.items():
            yield from _table_entry_faults(name, entry, forms)


def _table_entry_faults(table: str, entry: str, value: object) -> Iterator[str]:
    name = f"{table}.{entry}"
    if table == "commands":
        yield from _forms_faults(name, value)
    elif not isinstance(value, str):
        yield f"{name} must be a text with commas between its forms"
    else:
        forms = split_forms(value)
        yield from _forms_faults(name, list(forms))
        if entry in {"numbers", "ordinals"} and len(forms) != N_NUMBERS:
            yield f"{name} has {len(forms)} forms and must have {N_NUMBERS}"


def split_forms(text: str) -> tuple[str, ...]:
    """Return the forms that an entry of *talk*, *replies* or *sentences* holds."""
    return tuple(form.strip() for form in text.split(",") if form.strip())


def _text_faults(name: str, value: object) -> Iterator[str]:
    if not isinstance(value, str):
        yield f"{name} must be a text"
    elif name not in MAY_BE_EMPTY and not value.strip():
        yield f"{name} is empty"
    elif name == "direction" and value not in DIRECTIONS:
        yield f"direction must be {' or '.join(DIRECTIONS)}"


def _forms_faults(name: str, value: object) -> Iterator[str]:
    if not isinstance(value, list):
        yield f"{name} must be a list"
        return
    if not value and name not in MAY_BE_EMPTY:
        yield f"{name} is empty"
    for place, form in enumerate(value):
        if not isinstance(form, str) or not any(char.isalnum() for char in form):
            yield f"{name}.{place} must be a text with a letter or digit"


def _script_faults(endonym: str, scripts: object) -> Iterator[str]:
    named = set(scripts) if isinstance(scripts, list) and all(map(_is_text, scripts)) else set()
    written = {unicodedata.name(char, "").partition(" ")[0] for char in endonym if char.isalpha()}
    for script in sorted(written - named):
        yield f"scripts lack {script}, in which endonym is written"


def _is_text(value: object) -> bool:
    return isinstance(value, str)

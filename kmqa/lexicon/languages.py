"""The languages that the bot knows, read from the files beside this module.

The files are TOML and not YAML as a corpus is: its reader belongs to Python and takes a third of
the time of importing PyYAML and reading the same words, which every `kmqa ask` would wait for.
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from kmqa.errors import LexiconError
from kmqa.lexicon import entries
from kmqa.lexicon.language import TABLES, Direction, Language

FOLDER = Path(__file__).parent


@cache
def load() -> Mapping[str, Language]:
    """Return the languages of this package by their code, in the order of the codes."""
    return read(FOLDER)


def read(folder: Path) -> Mapping[str, Language]:
    """Return each language that has a file in `folder`, by its code, in the order of the codes.

    Args:
        folder: Holds files such as ``sw.toml``, each named after the ISO 639-1 code.

    Raises:
        LexiconError: A file cannot be read, or lacks, misspells or repeats an entry.
    """
    paths = sorted(folder.glob("*.toml"))
    return MappingProxyType({path.stem: _read_file(path) for path in paths})


def endonym(code: str) -> str:
    """Return how a language calls itself; one without a file is called by its code."""
    language = load().get(code)
    return language.endonym if language else code


def direction(code: str) -> Direction:
    """Return the direction of a line in a language; one without a file runs to the right."""
    language = load().get(code)
    return language.direction if language else "ltr"


def _read_file(path: Path) -> Language:
    try:
        found = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise LexiconError("a language's file cannot be read", path=path, got=str(error)) from error
    faults = "; ".join(entries.find_faults(found))
    if faults:
        raise LexiconError("a language's file does not hold what it must", path=path, got=faults)
    return Language(**_freeze(found))


def _freeze(found: Mapping[str, Any]) -> dict[str, Any]:
    """Return the same entries with tuples in place of lists and of texts that hold forms."""
    plain = {
        name: tuple(value) if isinstance(value, list) else value for name, value in found.items()
    }
    tables = {
        table: MappingProxyType({name: _forms(forms) for name, forms in found[table].items()})
        for table in TABLES
    }
    return plain | tables


def _forms(value: str | list[str]) -> tuple[str, ...]:
    return entries.split_forms(value) if isinstance(value, str) else tuple(value)

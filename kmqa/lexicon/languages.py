"""The languages that the bot knows, read from the files beside this module.

The files are TOML and not YAML as a corpus is: its reader belongs to Python and takes a third of
the time of importing PyYAML and reading the same words, which every `kmqa ask` would wait for.
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from pydantic import TypeAdapter, ValidationError

from kmqa.errors import LexiconError
from kmqa.lexicon.language import Direction, Language

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
    reader = TypeAdapter(Language)
    paths = sorted(folder.glob("*.toml"))
    return MappingProxyType({path.stem: _read_file(path, reader) for path in paths})


def endonym(code: str) -> str:
    """Return how a language calls itself; one without a file is called by its code."""
    language = load().get(code)
    return language.endonym if language else code


def direction(code: str) -> Direction:
    """Return the direction of a line in a language; one without a file runs to the right."""
    language = load().get(code)
    return language.direction if language else "ltr"


def _read_file(path: Path, reader: TypeAdapter[Language]) -> Language:
    try:
        entries = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise LexiconError("a language's file cannot be read", path=path, got=str(error)) from error
    try:
        return reader.validate_python(entries)
    except ValidationError as error:
        raise LexiconError(
            "a language's file does not hold what it must", path=path, got=_describe(error)
        ) from error


def _describe(error: ValidationError) -> str:
    """Name each entry that is wrong, and how: ``commands.stop: Field required``."""
    found = ((".".join(map(str, one["loc"])), one["msg"]) for one in error.errors())
    return "; ".join(f"{entry}: {fault}" for entry, fault in found)

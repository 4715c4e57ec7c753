"""Messages that are commands to the bot, exactly as people send them.

They are compared whole, never matched like questions: "stop" is a command, "how do I stop the
injections" a question. The words stand in `kmqa.lexicon`, those of each language in its file.
"""

import unicodedata
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import NamedTuple

from kmqa import text
from kmqa.errors import LexiconError
from kmqa.lexicon import languages
from kmqa.lexicon.language import Command, Language

_MOST_DIGITS = 2
_Words = tuple[str, ...]


class _Meaning(NamedTuple):
    """What words order, and the languages in which they do."""

    command: Command
    languages: tuple[str, ...]


def command_in(message: str, spoken: str = "") -> Command | None:
    """Return the command that `message` consists of, or None where it is anything else.

    Args:
        message: As typed.
        spoken: The language that the person speaks; empty where nobody knows.
    """
    language = languages.load().get(spoken)
    words = _words_of(message)
    if language and words in map(_words_of, language.not_commands):
        return None
    meaning = _meanings().get(words)
    return meaning.command if meaning else None


def languages_of(message: str) -> tuple[str, ...]:
    """Return the languages in which `message` is a command; none where it is something else."""
    meaning = _meanings().get(_words_of(message))
    return meaning.languages if meaning else ()


def number_in(message: str) -> int | None:
    """Return the number that `message` consists of, in the digits of any script, or None."""
    plain = message.strip().strip(".)(")
    if not plain or len(plain) > _MOST_DIGITS or not all(char.isdecimal() for char in plain):
        return None
    return int("".join(str(unicodedata.decimal(char)) for char in plain))


def read_meanings(known: Mapping[str, Language]) -> Mapping[_Words, _Meaning]:
    """Return what each command's words mean, for languages by their code.

    Raises:
        LexiconError: The same words are two commands, in one language or in two.
    """
    meanings: dict[_Words, _Meaning] = {}
    for code, language in known.items():
        for command, forms in language.commands.items():
            for words in dict.fromkeys(map(_words_of, forms)):
                meaning = meanings.setdefault(words, _Meaning(command, ()))
                if meaning.command != command:
                    raise _ambiguous(code, command, " ".join(words), meaning)
                meanings[words] = meaning._replace(languages=(*meaning.languages, code))
    return MappingProxyType(meanings)


@cache
def _meanings() -> Mapping[_Words, _Meaning]:
    return read_meanings(languages.load())


def _ambiguous(code: str, command: Command, form: str, other: _Meaning) -> LexiconError:
    return LexiconError(
        "the same words are two commands",
        path=languages.FOLDER / f"{code}.toml",
        got=f'commands.{command}: "{form}", which is {other.command} in {other.languages[0]}',
        remedy="Remove them from one.",
    )


def _words_of(message: str) -> _Words:
    return tuple(text.words(message))

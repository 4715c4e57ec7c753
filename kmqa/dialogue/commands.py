"""Messages that are commands to the bot, in the words in which people give them.

They are compared whole, never matched like questions: "stop" is a command, and so is "please do
not send me messages any more", but not "how do I stop the injections". The words stand in
`kmqa.lexicon`, those of each language in its file; a sentence is one where each of its words
belongs to a part that may stand in it.
"""

import unicodedata
from collections.abc import Mapping
from functools import cache, lru_cache
from types import MappingProxyType
from typing import NamedTuple

from kmqa import text
from kmqa.errors import LexiconError
from kmqa.lexicon import languages
from kmqa.lexicon.language import COMMANDS, Command, Language, SentencePart
from kmqa.matching import chat, sentences, talk_model
from kmqa.matching.sentences import Role

_ENDING: tuple[Command, ...] = ("stop", "delete_my_data")
_LEAST_WORDS = 3  # "nurse?" may be a role, a question or a call
_LEAST_SURE = 0.5  # probability of the order
_SAYS_TO_END: tuple[SentencePart, ...] = ("stop", "leave", "messages", "delete", "data")
_CACHED = 256  # messages: each part of a turn that needs the command of one asks for it
_MOST_DIGITS = 2
_Words = tuple[str, ...]
_PART = sentences.part
# Commands that can be whole sentences, and the parts that such a sentence must have.
_SENTENCES: tuple[tuple[Command, tuple[Role, ...]], ...] = (
    ("delete_my_data", (_PART("delete"), _PART("data"))),
    ("stop", (_PART("stop"), _PART("messages"))),
    ("stop", (_PART("leave"),)),
    ("person", (_PART("contact"), _PART("people"))),
)
_AROUND_COMMAND = frozenset({_PART("address"), _PART("please")})
_AROUND_SENTENCE = _AROUND_COMMAND | {
    _PART("wish"),
    _PART("bot"),
    sentences.talk("greeting"),
    sentences.talk("thanks"),
    sentences.talk("farewell"),
    sentences.talk("anger"),
    sentences.talk("agreement"),
}


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
    if language and _words_of(message) in map(_words_of, language.not_commands):
        return None
    meaning = _meaning_of(message)
    return meaning.command if meaning else None


def likely_order(message: str) -> Command | None:
    """Return the order that a sentence most likely is, as the model reads it, or None.

    To be asked where `command_in` knows none. To end and to forget needs a word that says so
    besides, and more certainty: who is misread there gets no answers any more.
    """
    found = talk_model.read(message)
    is_short = len(sentences.fold(message)) < _LEAST_WORDS
    if found is None or is_short or found.known < chat.LEAST_KNOWN:
        return None
    if found.probability < _LEAST_SURE or found.question > chat.MOST_QUESTION:
        return None
    if found.kind == "person":
        return "person"
    if not _says_to_end(message):
        return None
    return next((command for command in _ENDING if command == found.kind), None)


def languages_of(message: str) -> tuple[str, ...]:
    """Return the languages in which `message` is a command; none where it is something else."""
    meaning = _meaning_of(message)
    return meaning.languages if meaning else ()


@lru_cache(_CACHED)
def _meaning_of(message: str) -> _Meaning | None:
    exact = _meanings().get(_words_of(message))
    if exact:
        return exact
    words = sentences.fold(message)
    if not words or len(words) > sentences.MAX_WORDS:
        return None
    found = [(code, _command_within(words, code)) for code in languages.load()]
    first = next((command for _, command in found if command), None)
    if first is None or (first == "stop" and _is_doubtful(message, words)):
        return None
    return _Meaning(first, tuple(code for code, command in found if command == first))


def _command_within(words: _Words, code: str) -> Command | None:
    """Return the command of one language with courtesies around it, or as a sentence."""
    forms = sentences.forms_of(code)
    words = forms.correct(words, sentences.all_forms().words)
    if not forms.words.issuperset(words) or forms.has(words, _PART("keep_on")):
        return None
    for command in COMMANDS:
        if forms.consists_of(words, _AROUND_COMMAND, (sentences.command(command),)):
            return command
    for command, needed in _SENTENCES:
        if forms.consists_of(words, _AROUND_SENTENCE, needed):
            return command
    return None


def _says_to_end(message: str) -> bool:
    """Return whether a word of `message` stands in a lexicon for ending or for what is ended."""
    known = sentences.all_forms()
    words = known.correct(sentences.fold(message))
    return any(known.has(words, _PART(part)) for part in _SAYS_TO_END)


def _is_doubtful(message: str, words: _Words) -> bool:
    """Return whether a word that stops in one language may be small talk of another one.

    "Acha" ends the messages in Swahili, "acha, shukriya" agrees and thanks in Urdu.
    """
    others = {
        sentences.fold(form) for known in languages.load().values() for form in known.not_commands
    }
    is_shared = any((word,) in others for word in words)
    return is_shared and chat.kind_of(message) is not None


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

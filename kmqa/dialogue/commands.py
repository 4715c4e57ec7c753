"""Words that are orders to the bot, exactly as people send them.

They are compared whole, never matched like questions: "stop" is an order, "how do I stop the
injections" a question.
"""

import unicodedata
from collections.abc import Mapping

from kmqa import text
from kmqa.dialogue.command_words import SMALL_TALK, WORDS, Command

_COMMAND_OF: Mapping[tuple[str, ...], Command] = {
    tuple(text.words(written)): command
    for command, by_language in WORDS.items()
    for forms in by_language.values()
    for written in forms
}
_MOST_DIGITS = 2


def command_in(message: str, spoken: str = "") -> Command | None:
    """The order that `message` consists of, or None where it is anything else.

    Args:
        message: As typed.
        spoken: The language that the person speaks; empty where nobody knows.
    """
    said = tuple(text.words(message))
    is_small_talk = any(tuple(text.words(one)) == said for one in SMALL_TALK.get(spoken, ()))
    return None if is_small_talk else _COMMAND_OF.get(said)


def languages_of(message: str) -> tuple[str, ...]:
    """The languages in which `message` is an order; none where it is something else."""
    command = command_in(message)
    if command is None:
        return ()
    said = tuple(text.words(message))
    return tuple(
        language
        for language, forms in WORDS[command].items()
        if any(tuple(text.words(form)) == said for form in forms)
    )


def number_in(message: str) -> int | None:
    """The number that `message` consists of, in the digits of any script, or None."""
    plain = message.strip().strip(".)(")
    if not plain or len(plain) > _MOST_DIGITS or not all(char.isdecimal() for char in plain):
        return None
    return int("".join(str(unicodedata.decimal(char)) for char in plain))

"""What a language's file must hold; `kmqa.lexicon.languages` reads the files.

Words that people send are compared as `kmqa.text.words` reads them, so case and punctuation never
matter; forms in Latin letters stand beside those in a language's own script.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

Command = Literal[
    "stop", "start", "help", "menu", "back", "language", "profile", "person", "my_data",
    "delete_my_data", "privacy", "low_data",
]  # fmt: skip
COMMANDS: tuple[Command, ...] = get_args(Command)
Direction = Literal["ltr", "rtl"]
DIRECTIONS: tuple[Direction, ...] = get_args(Direction)
Forms = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Language:
    """One language: how it is written, and what people type in it.

    Every entry must stand in the file. Those of `MAY_BE_EMPTY` are empty where a language has none.

    Attributes:
        endonym: How the language calls itself.
        scripts: The scripts that it is written in, each the first word of its letters' names in
            Unicode: ``LATIN``, ``ARABIC``, ``DEVANAGARI``.
        direction: Of a line of text.
        ocr_code: The name of tesseract's data for it.
        own_letters: Letters that tell it from other languages in the same script.
        first_topic: "General", the topic with which a new corpus begins.
        greetings: Whole messages that greet.
        thanks: Whole messages that thank or agree.
        not_commands: Commands of another language that are none from somebody who speaks this one:
            Swahili "acha" is *stop*, in Urdu it is "good".
        leads: What a follow-up to the last question begins with, such as "and if".
        pointers: Words below a picture that point at it, such as "this" and "see": what they ask
            cannot be answered without it.
        before_value: What comes before a typed value of the profile, such as "I am a".
        after_value: What comes after one.
        around_age: Words around a number of years; each word counts by itself.
        latin_words: Its commonest words in Latin letters, where it has a script of its own; two
            different ones in a message give it away.
        common_words: Its commonest words in its own script, of which a page that was read rightly
            has some.
        commands: Whole messages that are a command to the bot, for each command.
    """

    endonym: str
    scripts: tuple[str, ...]
    direction: Direction
    ocr_code: str
    own_letters: str
    first_topic: str
    greetings: Forms
    thanks: Forms
    not_commands: Forms
    leads: Forms
    pointers: Forms
    before_value: Forms
    after_value: Forms
    around_age: Forms
    latin_words: Forms
    common_words: Forms
    commands: Mapping[Command, Forms]


MAY_BE_EMPTY = frozenset(
    {"own_letters", "not_commands", "after_value", "latin_words", "common_words"}
)
TEXTS = frozenset({"endonym", "direction", "ocr_code", "own_letters", "first_topic"})
"""Entries that are one text; *commands* is a table, and each other is a list of texts."""

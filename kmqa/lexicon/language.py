"""What a language's file must hold; `kmqa.lexicon.languages` reads the files.

Words that people send are compared as `kmqa.text.words` reads them, so case and punctuation never
matter; forms in Latin letters stand beside those in a language's own script.
"""

import unicodedata
from collections.abc import Mapping
from typing import Annotated, Literal, Self, get_args

from pydantic import AfterValidator, ConfigDict, Field, StringConstraints, model_validator
from pydantic.dataclasses import dataclass

Command = Literal[
    "stop", "start", "help", "menu", "back", "language", "profile", "person", "my_data",
    "delete_my_data", "privacy", "low_data",
]  # fmt: skip
COMMANDS: tuple[Command, ...] = get_args(Command)
Direction = Literal["ltr", "rtl"]


def _check_has_word(form: str) -> str:
    if not any(char.isalnum() for char in form):
        raise ValueError("has no letter and no digit")
    return form


def _check_all_commands(commands: Mapping[Command, object]) -> Mapping[Command, object]:
    missing = [name for name in COMMANDS if name not in commands]
    if missing:
        raise ValueError(f"lacks {', '.join(missing)}")
    return commands


_Name = Annotated[str, StringConstraints(pattern=r"\S")]
_Form = Annotated[str, AfterValidator(_check_has_word)]
_Forms = Annotated[tuple[_Form, ...], Field(min_length=1)]
_PerhapsForms = tuple[_Form, ...]


@dataclass(frozen=True, slots=True, config=ConfigDict(extra="forbid"))
class Language:
    """One language: how it is written, and what people type in it.

    Every entry must stand in the file. Those of which a language may have none are empty there:
    `own_letters`, `not_commands`, `after_value`, `latin_words` and `common_words`.

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
        before_value: What comes before a typed value of the profile, such as "I am a".
        after_value: What comes after one.
        around_age: Words around a number of years; each word counts by itself.
        latin_words: Its commonest words in Latin letters, where it has a script of its own; two
            different ones in a message give it away.
        common_words: Its commonest words in its own script, of which a page that was read rightly
            has some.
        commands: Whole messages that are a command to the bot, for each command.
    """

    endonym: _Name
    scripts: Annotated[tuple[_Name, ...], Field(min_length=1)]
    direction: Direction
    ocr_code: _Name
    own_letters: str
    first_topic: _Name
    greetings: _Forms
    thanks: _Forms
    not_commands: _PerhapsForms
    leads: _Forms
    before_value: _Forms
    after_value: _PerhapsForms
    around_age: _Forms
    latin_words: _PerhapsForms
    common_words: _PerhapsForms
    commands: Annotated[Mapping[Command, _Forms], AfterValidator(_check_all_commands)]

    @model_validator(mode="after")
    def _check_scripts(self) -> Self:
        letters = filter(str.isalpha, self.endonym)
        foreign = {unicodedata.name(letter, "").partition(" ")[0] for letter in letters}
        if not foreign <= {*self.scripts}:
            raise ValueError(
                f"scripts lack {', '.join(sorted(foreign))}, in which endonym is written"
            )
        return self

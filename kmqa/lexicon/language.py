"""What a language's file must hold; `kmqa.lexicon.languages` reads the files.

Words that people send are compared as `kmqa.text.words` reads them, so case and punctuation never
matter; forms in Latin letters stand beside those in a language's own script.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, get_args

Command = Literal[
    "stop", "start", "help", "menu", "back", "language", "profile", "person", "my_data",
    "delete_my_data", "privacy", "low_data",
]  # fmt: skip
COMMANDS: tuple[Command, ...] = get_args(Command)
TalkKind = Literal[
    "greeting", "thanks", "praise", "farewell", "agreement", "identity", "abilities", "robot",
    "trust", "confidentiality", "cost", "anger", "flirting",
]  # fmt: skip
TALK_KINDS: tuple[TalkKind, ...] = get_args(TalkKind)
ReplyWord = Literal["yes", "no", "none", "all", "numbers", "ordinals", "option", "joint"]
REPLY_WORDS: tuple[ReplyWord, ...] = get_args(ReplyWord)
SentencePart = Literal[
    "address", "courtesies", "please", "wish", "stop", "leave", "keep_on", "messages", "delete",
    "data", "contact", "people", "bot",
]  # fmt: skip
SENTENCE_PARTS: tuple[SentencePart, ...] = get_args(SentencePart)
N_NUMBERS = 10
"""Entries that `ReplyWord` *numbers* and *ordinals* have, from one."""
OPPOSITES: tuple[tuple[str, str], ...] = (
    ("early", "late"), ("before", "after"), ("man", "woman"), ("put_in", "take_out"),
    ("bleeds_on", "bleeds_no_more"),
)  # fmt: skip
"""Two ways to point, whose cues tell acts apart that share nearly all their words."""
SIDES: tuple[str, ...] = tuple(side for axis in OPPOSITES for side in axis)
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
        not_commands: Commands of another language that are none from somebody who speaks this one:
            Swahili "acha" is *stop*, in Urdu it is "good".
        leads: What a follow-up to the last question begins with, such as "and if".
        pointers: Words below a picture that point at it, such as "this" and "see": what they ask
            cannot be answered without it.
        joins: Words that join two questions in one message, such as "and".
        next_question: What begins a question of its own, such as "another client".
        before_value: What comes before a typed value of the profile, such as "I am a".
        after_value: What comes after one.
        around_age: Words around a number of years; each word counts by itself.
        letter_digits: Digits that stand for letters where it is typed in Latin letters: "7amel".
        latin_forms: Short words as they are typed in Latin letters, each with what it is in the
            language's own script: "fi=في", or with nothing where that writes no such word.
        latin_words: Its commonest words in Latin letters, where it has a script of its own; two
            different ones in a message give it away.
        common_words: Its commonest words in its own script, of which a page that was read rightly
            has some.
        names: How this and other languages call it, also in Latin letters.
        commands: Whole messages that are a command to the bot, for each command.
        talk: What small talk consists of, for each kind of it.
        replies: What people type instead of tapping. *numbers* and *ordinals* are those from one
            to ten in their order, the forms of one with ``/`` between; *option* is what may stand
            around a number, *joint* between two.
        sentences: Parts of which a sentence may consist, one or more words each. *address* and
            *courtesies* may stand around any small talk, *please* around any command, *wish*
            inside a sentence. *stop* with *messages*, *delete* with *data*, and *contact* with
            *people* are the commands to stop, to forget and to call a person; *leave* stops by
            itself, and *keep_on* is the opposite of a command. *bot* may stand around abuse.
        opposites: Cues of each side of `OPPOSITES`, as `kmqa.index.opposites` reads them.
    """

    endonym: str
    scripts: tuple[str, ...]
    direction: Direction
    ocr_code: str
    own_letters: str
    first_topic: str
    not_commands: Forms
    leads: Forms
    pointers: Forms
    joins: Forms
    next_question: Forms
    before_value: Forms
    after_value: Forms
    around_age: Forms
    letter_digits: str
    latin_forms: Forms
    latin_words: Forms
    common_words: Forms
    names: Forms
    commands: Mapping[Command, Forms]
    talk: Mapping[TalkKind, Forms]
    replies: Mapping[ReplyWord, Forms]
    sentences: Mapping[SentencePart, Forms]
    opposites: Mapping[str, Forms]


MAY_BE_EMPTY = frozenset(
    {"own_letters", "not_commands", "after_value", "letter_digits", "latin_forms"}
    | {"latin_words", "common_words"}
)
TEXTS = frozenset(
    {"endonym", "direction", "ocr_code", "own_letters", "first_topic", "letter_digits"}
)
"""Entries that are one text; of the others those of `TABLES` are tables, the rest are lists."""
TABLES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "commands": COMMANDS,
        "talk": TALK_KINDS,
        "replies": REPLY_WORDS,
        "sentences": SENTENCE_PARTS,
        "opposites": SIDES,
    }
)
"""Names in each table. Those of *commands* are lists; elsewhere a text holds all forms with commas
between them, because a reader of TOML takes five times as long for a list."""

"""What somebody types instead of tapping: a value of the entry of the profile just asked for.

Only a message that consists of a name of one value counts, in any language, perhaps with words
such as "I am a" around it. Everything else is a question.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache

from kmqa import text
from kmqa.dialogue import choices, commands, profile
from kmqa.dialogue.choices import Field
from kmqa.dialogue.context import TurnContext, language_name
from kmqa.dialogue.state import State
from kmqa.lexicon import languages

_Words = tuple[str, ...]

# Accents of Latin letters, hamza and madda of Arabic ones, the dot below Hindi ones.
_ACCENTS = re.compile("[\u0300-\u036f\u0653-\u0655\u093c]")
_QUESTION_MARKS = ("?", "؟")
_SPAN = re.compile(r"under-(?P<below>\d+)|(?P<first>\d+)-(?P<last>\d+)|(?P<least>\d+)-plus")
_YOUNGEST, _OLDEST = 10, 120  # a smaller number is rather a line that is not there


def choice_in(message: str, state: State, context: TurnContext) -> choices.Set | None:
    """Return the choice that `message` names among those of the last message, or None.

    Args:
        message: As typed.
        state: Knows what the last message offered.
        context: Knows the names of values.
    """
    offered = [choices.parse_id(written) for written in state.offered]
    values = [one for one in offered if isinstance(one, choices.Set)]
    field = next((one.field for one in values if profile.values_of(one.field, context)), None)
    if field is None or any(mark in message for mark in _QUESTION_MARKS):
        return None
    typed = _fold(message)
    skipped = choices.Set(field, None)
    if skipped in values and typed in _of_phrase("button_skip", context):
        return skipped
    if choices.Ask(field) in offered and typed in _of_phrase("button_yes", context):
        return values[0]  # "I write to you in English. Is that right?"
    # A list of many pages was asked for as a whole, so each of its values counts.
    named = [one for one in profile.values_of(field, context) if _names(typed, field, one, context)]
    return choices.Set(field, named[0]) if len(named) == 1 else None


def _names(typed: _Words, field: Field, value: str, context: TurnContext) -> bool:
    """Return whether `typed` is a name of `value`, perhaps with the words that stand around one."""
    if field == "age_group" and _is_age_of(typed, value):
        return True
    return not _readings(typed).isdisjoint(_forms_of(field, value, context))


def _forms_of(field: Field, value: str, context: TurnContext) -> set[_Words]:
    settings = context.contents.settings
    forms = list(settings.labels.get(value, {}).values()) or [value]
    if field == "language":
        forms.append(language_name(value))
    forms += [form for of_one in settings.forms.get(value, {}).values() for form in of_one]
    return {_fold(form) for form in forms}


def _readings(typed: _Words) -> set[_Words]:
    """`said` whole, and without what may stand before or after a name."""
    starts = {0} | {len(lead) for lead in _words_before() if typed[: len(lead)] == lead}
    ends = {0} | {len(tail) for tail in _words_after() if typed[-len(tail) :] == tail}
    return {typed[start : len(typed) - end] for start in starts for end in ends}


def _is_age_of(typed: _Words, group: str) -> bool:
    """Return whether `said` is one number of years that lies in a group such as ``20-34``."""
    numbers = [word for word in typed if any(char.isdecimal() for char in word)]
    rest = [word for word in typed if word not in numbers]
    age = commands.number_in(numbers[0]) if len(numbers) == 1 else None
    return age is not None and _words_around_age().issuperset(rest) and age in _span_of(group)


def _span_of(group: str) -> range:
    """Return the ages that the code of a group tells of; none where it tells of none."""
    found = _SPAN.fullmatch(group)
    if found is None:
        return range(0)
    if found["below"]:
        return range(_YOUNGEST, int(found["below"]))
    last = int(found["last"]) if found["last"] else _OLDEST
    return range(int(found["first"] or found["least"]), last + 1)


def _of_phrase(name: str, context: TurnContext) -> set[_Words]:
    return {_fold(typed[name]) for typed in context.contents.phrases.values()}


def _fold(message: str) -> _Words:
    """Return the words of `message` without accents."""
    parted = unicodedata.normalize("NFD", text.normalise(message))
    return tuple(text.words(_ACCENTS.sub("", parted)))


def _fold_all(by_language: Iterable[Iterable[str]]) -> frozenset[_Words]:
    return frozenset(_fold(form) for forms in by_language for form in forms)


@cache
def _words_before() -> frozenset[_Words]:
    return _fold_all(language.before_value for language in languages.load().values())


@cache
def _words_after() -> frozenset[_Words]:
    return _fold_all(language.after_value for language in languages.load().values())


@cache
def _words_around_age() -> frozenset[str]:
    forms = _fold_all(language.around_age for language in languages.load().values())
    return frozenset(word for words in forms for word in words)

"""What a message is about, and a question with something else in its place.

Subjects are words and terms that belong to one topic of the corpus, as the build counts them in
its wordings; nothing here knows a method by name. "y el DIU?" after "cuánto dura el implante" names
another subject of the same question, "and if 6 weeks?" another number.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kmqa import text
from kmqa.index.glossary import Glossary, Mention

_MAX_REPLACED = 2  # subjects of the question that a new one may stand for; each costs a look-up


@dataclass(frozen=True, slots=True)
class ParsedText:
    """A text with the terms in it.

    Attributes:
        words: As typed, without punctuation.
        mentions: Of every word, in order.
    """

    words: tuple[str, ...]
    mentions: tuple[Mention, ...]

    def replace(self, mention: Mention, words: Sequence[str]) -> "tuple[str, ...]":
        """Return the words with those of `mention` replaced."""
        return (*self.words[: mention.start], *words, *self.words[mention.stop :])

    def surface(self, mention: Mention) -> tuple[str, ...]:
        """Return the words that name `mention`."""
        return self.words[mention.start : mention.stop]


def parse(message: str, language: str, glossary: Glossary) -> ParsedText:
    """Return `message` with the terms that it names."""
    words = tuple(text.words(message))
    return ParsedText(words, tuple(glossary.find_mentions(words, language)))


def list_subjects(parsed: ParsedText, subjects: Mapping[str, float]) -> list[Mention]:
    """Return the mentions that are subjects, those that tell most of their topic first."""
    found = {one.term: one for one in reversed(parsed.mentions) if one.term in subjects}
    return sorted(found.values(), key=lambda one: (-subjects[one.term], one.start))


def put_in_place(
    question: ParsedText, message: ParsedText, subjects: Mapping[str, float]
) -> list[str]:
    """Return the question with what `message` names in place of what was there, likeliest first.

    Numbers stand in for numbers, a subject for a subject; nothing where neither is new.
    """
    numbers = _exchange_numbers(question, message)
    new = [
        one
        for one in list_subjects(message, subjects)
        if all(one.term != known.term for known in question.mentions)
    ]
    known = list_subjects(question, subjects)[:_MAX_REPLACED]
    if new and known:
        named = message.surface(new[0])
        return [" ".join(question.replace(old, named)) for old in known]
    return [" ".join(numbers)] if numbers else []


def _exchange_numbers(question: ParsedText, message: ParsedText) -> tuple[str, ...]:
    """Return the words of `question` with the numbers of `message`, or nothing.

    A number with a unit takes the place of the number with that unit, all of them together take
    the place of as many, and a single one takes the place of the first.
    """
    old, new = _list_numbers(question), _list_numbers(message)
    if not old or not new:
        return ()
    pairs = dict(zip(old, new, strict=True)) if len(old) == len(new) else {}
    if len(new) == 1 and len(old) > 1:
        unit = _unit_after(message, new[0])
        fitting = [place for place in old if _unit_after(question, place) == unit]
        pairs = {(fitting or old)[0]: new[0]}
    words: list[str] = []
    for place, mention in enumerate(question.mentions):
        source = message.mentions[pairs[place]] if place in pairs else None
        words += message.surface(source) if source else question.surface(mention)
    return tuple(words) if tuple(words) != question.words else ()


def _list_numbers(parsed: ParsedText) -> list[int]:
    """Return the places of the mentions that are numbers."""
    return [place for place, one in enumerate(parsed.mentions) if one.term.isdecimal()]


def _unit_after(parsed: ParsedText, place: int) -> str:
    return parsed.mentions[place + 1].term if place + 1 < len(parsed.mentions) else ""

"""What somebody types instead of tapping: a number, an ordinal, yes, no, none, both, or a title.

What is meant depends on what was offered last, or by the message that is quoted. A message counts
only where each of its words belongs to such an answer: "2 please", "the second one", "1 and 2".
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from kmqa.dialogue import choices
from kmqa.dialogue.choices import Choice, TypedChoice
from kmqa.lexicon import languages
from kmqa.lexicon.language import ReplyWord
from kmqa.matching import sentences
from kmqa.matching.sentences import Role, Words

MOST = 3  # of several that are chosen at once; more than that nobody reads on a small screen
_LONGEST = 3  # words of a numeral
_LEAST_TITLE = 5  # letters of a title in which a slip is borne
_ORDINAL = re.compile(
    r"(\d{1,2})(?:st|nd|rd|th|er|re|ere|e|eme|o|a|ro|do|da|to|vo|mo|ra|ta|la|wa|vi|wan|wi)"
)
_KEYCAP_TEN = "\N{KEYCAP TEN}"
_AROUND: frozenset[Role] = frozenset(
    {
        sentences.part("please"),
        sentences.part("address"),
        sentences.part("wish"),
        sentences.reply("option"),
        sentences.reply("joint"),
        sentences.talk("thanks"),
        sentences.talk("greeting"),
    }
)
# Of a message that could mean several, the first that fits counts: "none" before "no".
_WORDS: tuple[ReplyWord, ...] = ("all", "none", "no", "yes")


@dataclass(frozen=True, slots=True)
class Offer:
    """What a message offered to choose from.

    Attributes:
        ids: Ids behind the numbers 1, 2, 3 ...
        titles: What stood on each, in the same order; empty where it is not known any longer.
        asked: Ids behind yes and no where another question was asked after it.
    """

    ids: tuple[str, ...]
    titles: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """What was chosen, and whether its words may also be somebody's own.

    Attributes:
        is_title: Whether a title was typed: such words are looked at for a danger sign, too.
    """

    choice: TypedChoice
    is_title: bool = False


def read(message: str, offer: Offer) -> Reading | None:
    """Return what `message` chooses out of `offer`, or None where it is anything else."""
    words = sentences.fold(message.replace(_KEYCAP_TEN, "10"))
    if not words or len(words) > sentences.MAX_WORDS:
        return None
    named = _language_in(words)
    if named or not (offer.ids or offer.asked):
        return Reading(choices.Set("language", named)) if named else None
    numbers = _numbers_in(words)
    if numbers:
        chosen = _pick(numbers, offer)
        return Reading(chosen) if chosen else None
    titled = _find_title(words, offer)
    if titled is not None:
        return Reading(titled, is_title=True)
    meant = _word_in(words)
    chosen = _pick_by_word(meant, offer) if meant else None
    return Reading(chosen) if chosen else None


def _language_in(words: Words) -> str | None:
    """Return the language that `words` name, in any language: one can be wished for at any time."""
    forms = sentences.all_forms()
    named = [sentences.language(code) for code in languages.load()]
    if not any(forms.has(words, role) for role in named):
        return None
    found = [
        code
        for role, code in zip(named, languages.load(), strict=True)
        if forms.consists_of(words, _AROUND, (role,))
    ]
    return found[0] if len(found) == 1 else None


def _numbers_in(words: Words) -> tuple[int, ...]:
    """Return the numbers that `words` consist of, with what may stand around them; else none."""
    sure: list[int] = []
    doubtful: list[int] = []
    place = 0
    while place < len(words):
        number, is_sure, length = _numeral_at(words, place)
        if number:
            (sure if is_sure else doubtful).append(number)
        elif not length:
            length = _length_around(words, place)
            if not length:
                return ()
        place += length
    return tuple(dict.fromkeys(sure or doubtful))


def _numeral_at(words: Words, place: int) -> tuple[int, bool, int]:
    """Return the number at `place`, whether it is nothing else, and how many words it takes."""
    digits = _number_of(words[place])
    if digits:
        return digits, True, 1
    for length in range(min(_LONGEST, len(words) - place), 0, -1):
        number = _numerals().get(words[place : place + length])
        if number:
            roles = sentences.all_forms().roles.get(words[place : place + length], frozenset())
            return number, not roles & _AROUND, length
    return 0, False, 0


def _length_around(words: Words, place: int) -> int:
    """Return how many words of the longest form at `place` may stand around a number."""
    roles = sentences.all_forms().roles
    for length in range(len(words) - place, 0, -1):
        if roles.get(words[place : place + length], frozenset()) & _AROUND:
            return length
    return 0


def _number_of(word: str) -> int:
    """Return the number that a word is, in the digits of any script, or 0."""
    ordinal = _ORDINAL.fullmatch(word)
    digits = ordinal[1] if ordinal else word
    if len(digits) > 2 or not all(char.isdecimal() for char in digits):
        return 0
    return int("".join(str(unicodedata.decimal(char)) for char in digits))


@cache
def _numerals() -> Mapping[Words, int]:
    """Return the numbers and ordinals of all languages; one that means two numbers is left out."""
    found: dict[Words, set[int]] = {}
    for language in languages.load().values():
        for name in ("numbers", "ordinals"):
            for number, forms in enumerate(language.replies[name], start=1):
                for words in map(sentences.fold, forms.split("/")):
                    found.setdefault(words, set()).add(number)
    return MappingProxyType(
        {words: next(iter(of)) for words, of in found.items() if words and len(of) == 1}
    )


def _word_in(words: Words) -> ReplyWord | None:
    """Return which answer all of `words` are: the one that explains them by the fewest forms."""
    counts: dict[ReplyWord, int] = {}
    for code in languages.load():
        forms = sentences.forms_of(code)
        corrected = forms.correct(words)
        for word in _WORDS:
            count = forms.count_forms(corrected, _AROUND, (sentences.reply(word),))
            if count:
                counts[word] = min(count, counts.get(word, count))
    fewest = min(counts.values(), default=0)
    return next((word for word in _WORDS if counts.get(word) == fewest), None) if counts else None


def _pick(numbers: Sequence[int], offer: Offer) -> TypedChoice | None:
    if any(number > len(offer.ids) for number in numbers):
        return None
    found = [choices.parse_id(offer.ids[number - 1]) for number in numbers]
    picked = [one for one in found if one is not None]
    return _several(picked) if len(picked) == len(found) else None


def _several(picked: Sequence[Choice]) -> TypedChoice:
    """Return one choice, several answers together, or the question which one is meant."""
    if len(picked) == 1:
        return picked[0]
    answers = [one for one in picked if isinstance(one, choices.PickAnswer)]
    if len(answers) == len(picked) <= MOST:
        return choices.Several(tuple(answers))
    return choices.Which()


def _find_title(words: Words, offer: Offer) -> TypedChoice | None:
    typed = "".join(words)
    for button_id, title in zip(offer.ids, offer.titles, strict=False):
        known = "".join(sentences.fold(title))
        if known and (typed == known or _is_one_slip(typed, known)):
            return choices.parse_id(button_id)
    return None


def _is_one_slip(typed: str, known: str) -> bool:
    return len(known) >= _LEAST_TITLE and sentences.is_one_slip(typed, known)


def _pick_by_word(word: ReplyWord, offer: Offer) -> TypedChoice | None:
    last = [choices.parse_id(one) for one in (offer.asked or offer.ids)]
    if all(isinstance(one, choices.InFlow) for one in last):
        return None  # what they mean the flow alone knows
    contents = [one for one in last if isinstance(one, choices.CONTENT)]
    if word == "yes":
        return _confirm(last, contents)
    if word == "all":
        return _several(contents) if contents else None
    return _decline(last, contents)


def _confirm(last: Sequence[Choice | None], contents: Sequence[Choice]) -> TypedChoice | None:
    if any(isinstance(one, choices.RateAnswer) for one in last):
        return None  # nothing was asked: "ok" after an answer does not rate it
    values = [one for one in last if isinstance(one, choices.Set)]
    if len(values) == 1 and values[0].value is not None:
        return values[0]  # "I write to you in English. Is that right?"
    if len(contents) == 1:
        return contents[0]
    return choices.Which() if contents or values else None


def _decline(last: Sequence[Choice | None], contents: Sequence[Choice]) -> TypedChoice | None:
    for one in last:
        is_skip = isinstance(one, choices.Set) and one.value is None
        if isinstance(one, choices.Nothing) or is_skip:
            return one
    asked = next((one for one in last if isinstance(one, choices.Ask)), None)
    if asked and any(isinstance(one, choices.Set) for one in last):
        return asked  # another language than the one that was asked about
    is_list = len(contents) > 1 and all(isinstance(one, choices.PickAnswer) for one in contents)
    return choices.Nothing() if is_list else None

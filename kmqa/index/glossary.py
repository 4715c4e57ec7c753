"""Words of the trade: many names for one thing, brought to one term before anything is matched.

A brand, an abbreviation, a nickname or a word of another language says the same to a health
worker as the plain term, and nothing to an encoder that never met it. Wordings and queries go
through the same `Glossary`, so that both sides speak alike; what people read is never changed.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

from kmqa import text
from kmqa.records import Term

_ANY = ""  # stands for a first word that may begin anyhow


@dataclass(frozen=True, slots=True)
class Form:
    """One name of a term.

    Attributes:
        words: Normalised.
        opens: Whether any letters may stand before the first word.
        closes: Whether any letters may follow the last word.
    """

    words: tuple[str, ...]
    term: str
    opens: bool = False
    closes: bool = False

    def fits(self, span: tuple[str, ...]) -> bool:
        """Return whether `span` is this form with its free letters."""
        if len(span) != len(self.words):
            return False
        pairs = list(zip(self.words, span, strict=True))
        last = len(pairs) - 1
        return all(
            _fits(mine, word, opens=self.opens and at == 0, closes=self.closes and at == last)
            for at, (mine, word) in enumerate(pairs)
        )


def _fits(mine: str, word: str, *, opens: bool, closes: bool) -> bool:
    if opens and closes:
        return mine in word
    if opens:
        return word.endswith(mine)
    return word.startswith(mine) if closes else word == mine


@dataclass(frozen=True, slots=True)
class Mention:
    """Words of a message that name one term.

    Attributes:
        start: Place of the first of these words.
        stop: Place after the last.
    """

    term: str
    start: int
    stop: int


def parse_form(written: str, term: str) -> Form:
    """Parse a form as a curator writes it: words, with ``*`` at either end.

    Raises:
        ValueError: There is no word in it, or a ``*`` inside.
    """
    bare = written.strip().removeprefix("*").removesuffix("*")
    words = tuple(text.words(bare))
    if not words or "*" in bare:
        message = f"{written!r} is no form: it needs a word, and * only at its ends"
        raise ValueError(message)
    return Form(words, term, written.strip().startswith("*"), written.strip().endswith("*"))


class _Lexicon:
    """The forms of one language, the longest tried first.

    A word is looked up by all its beginnings and endings, and remembered: texts repeat words.
    """

    def __init__(self, forms: Sequence[Form]) -> None:
        fixed = [form for form in forms if not (form.opens or form.closes)]
        free = [form for form in forms if form.opens or form.closes]
        single = [form for form in free if len(form.words) == 1]
        self.is_empty = not forms
        self._exact = {form.words: form.term for form in reversed(fixed)}
        self._longest = _count_longest_by_first_word(forms)
        self._several = _by_first_word(form for form in free if len(form.words) > 1)
        self._begins = _by_word(form for form in single if not form.opens)
        self._ends = _by_word(form for form in single if not form.closes)
        self._within = tuple(form for form in single if form.opens and form.closes)
        self._seen: dict[str, str | None] = {}

    def find(self, words: Sequence[str], start: int) -> tuple[str, int] | None:
        """Return the term that begins at `start`, with the number of words it takes."""
        longest = max(self._longest.get(words[start], 1), self._longest.get(_ANY, 1))
        for n in range(min(longest, len(words) - start), 0, -1):
            span = tuple(words[start : start + n])
            term = self._exact.get(span) or self._find_loose(span)
            if term is not None:
                return term, n
        return None

    def _find_loose(self, span: tuple[str, ...]) -> str | None:
        if len(span) > 1:
            likely = self._several.get(span[0], ()), self._several.get(_ANY, ())
            fitting = (form for form in chain(*likely) if form.fits(span))
            return next((form.term for form in fitting), None)
        word = span[0]
        if word not in self._seen:
            self._seen[word] = self._find_single(word)
        return self._seen[word]

    def _find_single(self, word: str) -> str | None:
        for end in range(len(word), 0, -1):
            if word[:end] in self._begins:
                return self._begins[word[:end]]
        for start in range(len(word)):
            if word[start:] in self._ends:
                return self._ends[word[start:]]
        return next((form.term for form in self._within if form.words[0] in word), None)


def _by_first_word(forms: Iterable[Form]) -> dict[str, list[Form]]:
    """Return forms by their first word, under `_ANY` where letters may stand before it."""
    found: dict[str, list[Form]] = {}
    for form in forms:
        found.setdefault(_ANY if form.opens else form.words[0], []).append(form)
    return found


def _count_longest_by_first_word(forms: Iterable[Form]) -> dict[str, int]:
    """Return most words of a form by its first word, `_ANY` where letters may stand before it."""
    longest: dict[str, int] = {}
    for form in forms:
        first = _ANY if form.opens else form.words[0]
        longest[first] = max(longest.get(first, 1), len(form.words))
    return longest


def _by_word(forms: Iterable[Form]) -> dict[str, str]:
    """Return terms by the word of their form; the first of two that are alike counts."""
    found: dict[str, str] = {}
    for form in forms:
        found.setdefault(form.words[0], form.term)
    return found


class Glossary:
    """Brings messages to the terms of a corpus; without terms it changes nothing."""

    def __init__(self, terms: Sequence[Term], default: str) -> None:
        """Use `terms`; forms of the language `default` count in every language, as people mix."""
        languages = {language for term in terms for language in term.forms} | {default}
        self._default = default
        self._lexicons = {
            language: _Lexicon(
                [
                    parse_form(written, " ".join(text.words(term.term)))
                    for spoken in dict.fromkeys((language, default))
                    for term in terms
                    for written in term.forms.get(spoken, ())
                ]
            )
            for language in languages
        }

    def normalise(self, message: str, language: str) -> str:
        """Bring `message` to terms, normalised; as it came where there are no terms."""
        if self._lexicon_of(language).is_empty:
            return message
        words_out: list[str] = []
        for mention in self.find_mentions(text.words(message), language):
            if not words_out or words_out[-1] != mention.term:
                words_out.append(mention.term)
        return " ".join(words_out)

    def find_mentions(self, words: Sequence[str], language: str) -> list[Mention]:
        """Return which of `words` name which term, in order; a word of no term stands for itself.

        Args:
            words: As `kmqa.text.words` gives them.
            language: They are in.
        """
        lexicon = self._lexicon_of(language)
        found: list[Mention] = []
        place = 0
        while place < len(words):
            term, n = lexicon.find(words, place) or (words[place], 1)
            found.append(Mention(term, place, place + n))
            place += n
        return found

    def _lexicon_of(self, language: str) -> _Lexicon:
        return self._lexicons.get(language, self._lexicons[self._default])

"""What the whole of a message consists of: forms of the lexicon, one behind the other, or not.

A message counts as small talk or as an order only where every word of it belongs to a form, so
that "thanks, and can she take the pill?" stays a question. Slips do not matter: accents, letters
that are repeated, one wrong letter in a longer word. Nothing here knows what a form means.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from kmqa import text
from kmqa.lexicon import languages
from kmqa.lexicon.language import Command, ReplyWord, SentencePart, TalkKind

Words = tuple[str, ...]
Role = tuple[str, str]
"""Table and entry of the lexicon that a form stands in, such as ``("talk", "thanks")``."""

MAX_WORDS = 24  # of small talk or an order; what is longer is read as a question at once
# Letters; shorter words are too often one letter from another. Scripts without vowels need more.
_LEAST_CORRECTED = 5
_LEAST_OTHERS = 6
_LONGEST = 12  # words of a form
# Accents of Latin letters, hamza and madda of Arabic ones, dots of Hindi ones, emoji variants.
_MARKS = re.compile("[\u0300-\u036f\u0653-\u0655\u093c\u20e3\ufe0f]")
_REPEATED = re.compile(r"([^\W\d])\1+")
_END = "ꙮ"  # a letter that no language of ours writes, between forms
_NO_WORD = re.compile(r"[^a-z0-9]+")


def fold(message: str) -> Words:
    """Return the words of `message` without accents and with each repeated letter once."""
    if message.isascii():
        plain = _NO_WORD.sub(" ", message.lower())
    else:
        plain = _MARKS.sub("", unicodedata.normalize("NFD", " ".join(text.words(message))))
    return tuple(_REPEATED.sub(r"\1", plain).split())


def fold_all(forms: Iterable[str]) -> list[Words]:
    """Return what `fold` gives for each of many `forms`, in a third of the time."""
    found: list[list[str]] = [[]]
    for word in fold(f" {_END} ".join(forms)):
        if word == _END:
            found.append([])
        else:
            found[-1].append(word)
    return [tuple(words) for words in found]


@dataclass(frozen=True, slots=True)
class Forms:
    """Forms by their words, each with the roles that it has.

    Attributes:
        roles: Roles of each form.
        by_letter: Every word of a form by its first letter, as far as slips in it are corrected.
        words: Every word of a form.
    """

    roles: Mapping[Words, frozenset[Role]]
    by_letter: Mapping[str, tuple[str, ...]]
    words: frozenset[str]

    @classmethod
    def of(cls, forms: Iterable[tuple[Role, Iterable[str]]]) -> "Forms":
        """Collect the forms of each role; a role may come several times."""
        roles: defaultdict[Words, set[Role]] = defaultdict(set)
        for role, written in forms:
            for words in fold_all(written):
                roles[words].add(role)
        roles.pop((), None)
        known = frozenset(word for words in roles for word in words)
        by_letter: defaultdict[str, list[str]] = defaultdict(list)
        for word in sorted(known):
            by_letter[word[0]].append(word)
        return cls(
            {words: frozenset(of) for words, of in roles.items()},
            {letter: tuple(words) for letter, words in by_letter.items()},
            known,
        )

    @classmethod
    def join(cls, several: Sequence["Forms"]) -> "Forms":
        """Return the forms of `several` together."""
        roles: defaultdict[Words, frozenset[Role]] = defaultdict(frozenset)
        by_letter: defaultdict[str, set[str]] = defaultdict(set)
        for forms in several:
            for words, of in forms.roles.items():
                roles[words] |= of
            for letter, known in forms.by_letter.items():
                by_letter[letter].update(known)
        return cls(
            roles=dict(roles),
            by_letter={letter: tuple(sorted(words)) for letter, words in by_letter.items()},
            words=frozenset().union(*(forms.words for forms in several)),
        )

    def correct(self, words: Words, spelt: Collection[str] = ()) -> Words:
        """Return `words` with slips corrected, or as they are where most of them are unknown.

        Words in `spelt` are right as they are: "agente" is no slip of "agent".
        """
        if len(words) > MAX_WORDS:
            return words
        unknown = [word for word in words if word not in self.words]
        if len(unknown) > 1 + len(words) // 4:
            return words
        return tuple(
            word if word in self.words or word in spelt else self._nearest(word) for word in words
        )

    def consists_of(
        self, words: Words, allowed: Collection[Role], needed: Sequence[Role] = ()
    ) -> bool:
        """Return whether `words` can be read as forms of `allowed` roles, each `needed` one there.

        Args:
            words: From `fold`, perhaps after `correct`.
            allowed: Roles that any form may have.
            needed: Roles that some form must have each; they are allowed, too.
        """
        return self.count_forms(words, allowed, needed) > 0

    def count_forms(
        self, words: Words, allowed: Collection[Role], needed: Sequence[Role] = ()
    ) -> int:
        """Return of how many forms `words` consist at least, or 0 where they do not.

        The fewer, the likelier is a reading: "good morning" is one form, and no praise.
        """
        if not words or len(words) > MAX_WORDS:
            return 0
        wanted = {role: 1 << place for place, role in enumerate(needed)}
        may_be = frozenset(allowed) | wanted.keys()
        # By the end of what was read: the fewest forms for each set of needed roles among them.
        reached: list[dict[int, int]] = [{0: 0}, *({} for _ in words)]
        for start in range(len(words)):
            if not reached[start]:
                continue
            for end in range(start + 1, min(start + _LONGEST, len(words)) + 1):
                found = self.roles.get(words[start:end], frozenset()) & may_be
                gains = {wanted.get(role, 0) for role in found}
                for seen, count in reached[start].items():
                    for gain in gains:
                        before = reached[end].get(seen | gain, count + 1)
                        reached[end][seen | gain] = min(before, count + 1)
        return reached[-1].get((1 << len(needed)) - 1, 0)

    def has(self, words: Words, role: Role) -> bool:
        """Return whether a form of `role` stands anywhere in `words`."""
        return any(
            role in self.roles.get(words[start:end], frozenset())
            for start in range(len(words))
            for end in range(start + 1, min(start + _LONGEST, len(words)) + 1)
        )

    def _nearest(self, word: str) -> str:
        if len(word) < (_LEAST_CORRECTED if word.isascii() else _LEAST_OTHERS):
            return word
        near = self.by_letter.get(word[0], ())
        return next((one for one in near if is_one_slip(word, one)), word)


@cache
def is_one_slip(word: str, other: str) -> bool:
    """Return whether one letter is missing, added, wrong, or swapped with the next one."""
    if abs(len(word) - len(other)) > 1 or min(len(word), len(other)) < _LEAST_CORRECTED - 1:
        return False
    start = next(
        (place for place, pair in enumerate(zip(word, other, strict=False)) if pair[0] != pair[1]),
        min(len(word), len(other)),
    )
    one, two = word[start:], other[start:]
    return (
        one[1:] == two[1:]
        or one[1:] == two
        or one == two[1:]
        or (one[:2] == two[1::-1] and one[2:] == two[2:])
    )


_SENTENCE = "sentences"
_REPLIES = "replies"
_TALK = "talk"


@cache
def forms_of(code: str) -> Forms:
    """Return what the lexicon has of one language for small talk, orders and replies."""
    known = languages.load()[code]
    return Forms.of(
        (
            *(((_TALK, name), forms) for name, forms in known.talk.items()),
            *(((_REPLIES, name), _split(forms)) for name, forms in known.replies.items()),
            *((_role_of_part(name, code), forms) for name, forms in known.sentences.items()),
            *((("commands", name), forms) for name, forms in known.commands.items()),
            (language(code), known.names),
        )
    )


@cache
def all_forms() -> Forms:
    """Return the forms of all languages together: people mix them within one message."""
    return Forms.join([forms_of(code) for code in languages.load()])


def _split(forms: Iterable[str]) -> list[str]:
    return [one for form in forms for one in form.split("/")]


def talk(name: TalkKind) -> Role:
    """Return the role of a kind of small talk."""
    return (_TALK, name)


def reply(name: ReplyWord) -> Role:
    """Return the role of what is typed instead of tapping."""
    return (_REPLIES, name)


def part(name: SentencePart) -> Role:
    """Return the role of a part of a sentence."""
    return (_SENTENCE, name)


def courtesies(code: str) -> Role:
    """Return the role of what may stand around small talk in one language."""
    return ("courtesies", code)


def _role_of_part(name: SentencePart, code: str) -> Role:
    # A short word of one language is often a noun of another one, so these never join.
    return courtesies(code) if name == "courtesies" else part(name)


def language(code: str) -> Role:
    """Return the role of the names of a language."""
    return ("names", code)


def command(name: Command) -> Role:
    """Return the role of the whole messages that are a command."""
    return ("commands", name)

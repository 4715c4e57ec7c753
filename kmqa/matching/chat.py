"""Messages that are no question: small talk, emoji, an empty line, keys hit at random.

Only whole messages count: "hi, she missed two pills" is a question. What small talk consists of
stands in `kmqa.lexicon`, of each language in its file, also in Latin letters; people mix
languages, so those of all languages count together.
"""

from functools import lru_cache

from kmqa import text
from kmqa.lexicon import languages
from kmqa.lexicon.language import TALK_KINDS, TalkKind
from kmqa.matching import sentences, talk_model
from kmqa.matching.sentences import Forms, Role, Words
from kmqa.records import ChatKind

MAX_CHARACTERS = 2_000  # a WhatsApp message has at most 4,096; a question that long is a document
CERTAIN: frozenset[ChatKind | None] = frozenset({"empty", "emoji", *TALK_KINDS})
"""Small talk that is certain without looking at the corpus."""

MOST_QUESTION = 0.3
"""Probability of a question up to which a message counts as small talk or as an order.

Of 502 danger signs that strangers wrote none has less than 0.35, of 300 questions none less than
0.33 (2026-12-01); see docs/laboratory.md.
"""
SURE_TALK = 0.1
"""The same for a message that would else raise the alarm or get an answer of the corpus."""
LEAST_KNOWN = 0.5
"""Share of the words that must occur in talk: nobody greets with "hernia"."""

_CACHED = 256  # messages, as many as `kmqa.text.normalise` remembers
_VOWELS = frozenset("aeiouy")
_LEAST_WORD = 5  # "hmm" and "pls" are short for something, "sdfghj" is not
_MOST_ADDRESS = 3  # words of a message that does nothing but call somebody: "dear doctor"

# Of several kinds in one message the first counts: after "hello, are you a robot?" both are known.
_ORDER: tuple[TalkKind, ...] = (
    "robot", "identity", "abilities", "confidentiality", "trust", "cost", "farewell", "praise",
    "thanks", "greeting", "agreement",
)  # fmt: skip
_ABUSE: tuple[TalkKind, ...] = ("anger", "flirting")
_ADDRESS = sentences.part("address")
_REPLIES: tuple[Role, ...] = (
    sentences.reply("yes"), sentences.reply("no"), sentences.reply("none"),
)  # fmt: skip
# What else may stand beside abuse and advances: "you are a useless machine".
_AROUND_ABUSE: frozenset[Role] = frozenset({sentences.part("bot"), sentences.part("wish")})
_TALK: frozenset[Role] = frozenset((*_REPLIES, *map(sentences.talk, _ORDER)))
_PLAIN: frozenset[Role] = _TALK | {_ADDRESS}


@lru_cache(_CACHED)
def kind_of(message: str) -> ChatKind | None:
    """Return which small talk the whole of `message` is, or None where it may be a question."""
    if len(message) > MAX_CHARACTERS:
        return "too_long"
    words = sentences.fold(message)
    if not words:
        return "emoji" if text.normalise(message).strip("?.!,;:…") else "empty"
    typed = text.words(message)
    if all(_is_one_letter(word) for word in typed):
        return "gibberish"
    return _talk_in(words) or ("gibberish" if all(map(_is_nonsense, typed)) else None)


def likely_kind(message: str) -> TalkKind | None:
    """Return the small talk that `message` most likely is, as the model reads it, or None.

    To be asked where `kind_of` knows none, and no danger sign and no good answer was found.
    """
    found = talk_model.read(message)
    if found is None or not _is_talk(found, MOST_QUESTION):
        return None
    return next((kind for kind in TALK_KINDS if kind == found.kind), None)


def is_surely_talk(message: str) -> bool:
    """Return whether `message` is small talk or an order almost for certain, as the model reads it.

    What a learned score makes of it, be it a danger sign or an answer, counts less then.
    """
    found = talk_model.read(message)
    return found is not None and _is_talk(found, SURE_TALK)


def _is_talk(reading: talk_model.Reading, most: float) -> bool:
    return reading.question <= most and reading.known >= LEAST_KNOWN


@lru_cache(_CACHED)
def languages_of(message: str) -> tuple[str, ...]:
    """Return the languages in which `message` is small talk; none where it is something else."""
    words = sentences.fold(message)
    kind = _talk_in(words)
    if kind is None:
        return ()
    needed = _list_needed(kind)
    return tuple(code for code in languages.load() if _count_forms(words, code, needed))


def _talk_in(words: Words) -> TalkKind | None:
    known = sentences.all_forms()
    typed, words = words, known.correct(words)
    if not words or not known.words.issuperset(words):
        return None
    plain, n_forms = _plain_talk_in(words, known)
    for kind in _ABUSE:  # never by a word that was corrected: "violence" is no curse
        if not known.has(typed, sentences.talk(kind)):
            continue
        counts = [_count_forms(words, code, _list_needed(kind)) for code in languages.load()]
        if any(count and (not n_forms or count < n_forms) for count in counts):
            return kind
    return plain


def _plain_talk_in(words: Words, known: Forms) -> tuple[TalkKind | None, int]:
    """Return which talk beside abuse `words` are, and of how many forms they then consist."""
    found: dict[TalkKind, int] = {}
    around = [_PLAIN | {sentences.courtesies(code)} for code in languages.load()]
    around = [allowed for allowed in around if known.consists_of(words, allowed)]
    for kind in _ORDER:
        needed = _list_needed(kind)
        counts = [known.count_forms(words, one, (role,)) for one in around for role in needed]
        if any(counts):
            found[kind] = min(filter(None, counts))
    calls = [known.count_forms(words, allowed - _TALK, (_ADDRESS,)) for allowed in around]
    if any(calls) and len(words) <= _MOST_ADDRESS:
        found.setdefault("greeting", min(filter(None, calls)))
    if not found:
        return None, 0
    fewest = min(found.values())
    return next(kind for kind in _ORDER if found.get(kind) == fewest), fewest


def _list_needed(kind: TalkKind) -> tuple[Role, ...]:
    """Return the roles of which a message of a kind has one: "yes" agrees where nobody asked."""
    return (sentences.talk(kind), *(_REPLIES if kind == "agreement" else ()))


def _count_forms(words: Words, code: str, needed: tuple[Role, ...]) -> int:
    """Return of how many forms of one language `words` consist at least, or 0."""
    forms = sentences.forms_of(code)
    words = forms.correct(words)
    allowed = _PLAIN | _AROUND_ABUSE | {sentences.courtesies(code), *needed}
    counts = (forms.count_forms(words, allowed, (role,)) for role in needed)
    return min(filter(None, counts), default=0)


def _is_one_letter(word: str) -> bool:
    return len(word) >= 3 and len(set(word)) == 1


def _is_nonsense(word: str) -> bool:
    """Whether `word` is one letter repeated, or a long run of Latin letters without vowel."""
    is_latin = word.isascii() and word.isalpha()
    return _is_one_letter(word) or (
        is_latin and len(word) >= _LEAST_WORD and not _VOWELS & set(word)
    )

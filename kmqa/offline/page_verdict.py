"""Whether the text of a page can be trusted: text, scanned, garbled or empty.

A PDF can show one thing and hold another: a font without a usable table of characters yields
letters that nobody wrote, and an answer must never be searched or quoted from those. Four signs
count. The text is full of characters that no language uses; too many of its words cannot be
words; all together they are in no language; or the two readers, of which the second must itself
be credible, disagree. The comparison is blind to order, because readers rightly differ on
columns and on right-to-left lines. Pure, but for the language model.
"""

import itertools
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

from kmqa.lexicon import languages
from kmqa.offline import page_text, text_language
from kmqa.offline.pdf_reader import RawPage
from kmqa.records import PageVerdict

# With fewer characters, a page that shows a picture is a picture; measured on scans with and
# without a stamped line.
FEW_CHARACTERS = 25
IMAGE_COVERS = 0.5
# A page without a letter that is darker than this shows something: outlines or a drawing. A
# title in outlines darkens about 3 %, a rule or a logo in a corner less than 1 %.
INK_SHOWS = 0.02
# Least agreement of the two readers. Real pages lie above 0.9, other letters below 0.5.
AGREE = 0.8
# Largest share of impossible words. Real pages lie below 0.06, also with tables and names,
# unusable fonts above 0.2.
STRANGE_WORDS = 0.15
# A page with fewer words is judged as if it had so many, because one odd name proves little.
WORDS_JUDGED_AT_LEAST = 10
# Largest share of characters that no language uses; bullets from symbol fonts stay below.
STRANGE_CHARACTERS = 0.1
# In so many words of a script, one of its commonest words must occur.
ENOUGH_WORDS = 40

_GLYPH_NAMES = re.compile(r"\(cid:\d+\)|/(?:[gGcC]|cid|glyph|uni|index)\d[0-9A-F]{0,5}\b")
_ADDRESS = re.compile(r"://|www\.|@|\.(?:org|com|gov|net|int)\b|_", re.IGNORECASE)
_INNER = frozenset("'’‘ʼ`´.,;:/&·-‐‑‒–—(\u00ad\u200b\u200c\u200d\u200e\u200f\u0640|*+…")
_VOWELS = frozenset("aeiouyæœøıəɛɔ")
_CONSONANTS_RUN = re.compile(r"[bcdfghjklmnpqrstvwxz]{6}")
_FINAL_ONLY = frozenset("ىةےں")
_EAST_ASIAN = frozenset({"CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "HANGUL"})
# Signs that stand beside letters of any script, such as µg and 2nd written with a raised letter.
_ANY_SCRIPT = frozenset({"MICRO", "MODIFIER", "FEMININE", "MASCULINE", "SUPERSCRIPT", "FULLWIDTH"})

# Of languages without a file in the lexicon, beside those that have one.
# fmt: off
_OTHER_COMMON_WORDS = {
    "ARABIC": frozenset([
        # Persian and Dari
        "از", "به", "در", "با", "این", "که", "را", "است", "برای", "آن", "می", "یا", "هر",
        "شود", "تا",
        # Pashto, Sindhi, Kurdish and Uyghur
        "په", "د", "چې", "کې", "دی", "ده", "سره", "نه", "دا", "جي", "۾", "۽", "آهي", "جو",
        "کي", "لە", "بۆ", "بە", "لەگەڵ", "ئەم", "بىلەن", "ۋە", "بۇ", "بىر",
    ]),
    "DEVANAGARI": frozenset([
        # Marathi, Nepali
        "आहे", "आणि", "व", "ते", "हे", "तर", "मध्ये", "नाही", "होते", "छ", "र", "मा", "ले",
        "पनि", "भने", "हुन्छ", "गर्न",
    ]),
}
# fmt: on


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdict on a page, and why; `reason` is empty where the page is text or empty."""

    verdict: PageVerdict
    reason: str = ""


def judge(raw: RawPage, cleaned: str) -> Judgement:
    """Whether `cleaned`, the page's text without headers and footers, can be trusted.

    Args:
        raw: What the two readers saw.
        cleaned: The first reader's text after `kmqa.offline.page_text`.
    """
    if raw.fault:
        return Judgement("garbled", f"cannot be read: {raw.fault}")
    ordered = page_text.fix_reading_order(raw.text)
    reason = reason_to_distrust(ordered, page_text.fix_reading_order(raw.second))
    if reason:
        return Judgement("garbled", reason)
    n_characters = sum(not char.isspace() for char in cleaned)
    if n_characters < FEW_CHARACTERS and raw.image_share > IMAGE_COVERS:
        return Judgement("scanned", "is a picture")
    if any(char.isalnum() for char in cleaned):
        return Judgement("text")
    return Judgement("scanned", "is a drawing") if raw.ink_share > INK_SHOWS else Judgement("empty")


def reason_to_distrust(text: str, second: str) -> str:
    """Why `text` is not what the page shows, or nothing; `second` is another reader's text."""
    if strange_character_share(text) > STRANGE_CHARACTERS:
        return "holds characters that no language uses"
    if strange_word_share(text) > STRANGE_WORDS:
        return "holds words that no language has"
    for script, common in _common_words().items():
        if lacks_common_words(text, script, common):
            return "holds none of the commonest words of its script"
    if text_language.is_in_no_language(text):
        return "is in no language"
    if is_credible(second) and agreement(text, second) < AGREE:
        return "reads differently in two readers"
    return ""


def is_credible(second: str) -> bool:
    """Whether `second` is long and sound enough to bear witness against the other reader."""
    letters = sum(char.isalpha() for char in second)
    return (
        letters >= FEW_CHARACTERS
        and strange_character_share(second) <= STRANGE_CHARACTERS
        and strange_word_share(second) <= STRANGE_WORDS
    )


def agreement(text: str, second: str) -> float:
    """How far two texts hold the same letters beside each other, in [0, 1]; 1 is the same.

    Dice's coefficient over pairs of neighbouring letters and digits, where the order within a
    pair, marks, case and white space do not count. Columns read in another order and lines read
    from the other end change it little; other letters change it much.
    """
    one, other = _pairs(text), _pairs(second)
    total = one.total() + other.total()
    return 2 * (one & other).total() / total if total else 1.0


def _pairs(text: str) -> Counter[str]:
    folded = unicodedata.normalize("NFKD", text).lower()
    kept = [char for char in folded if char.isalnum()]
    return Counter(min(a + b, b + a) for a, b in itertools.pairwise(kept))


def strange_character_share(text: str) -> float:
    """Part of `text` without white space that is no character of a language, in [0, 1]."""
    visible = [char for char in text if char not in " \t\r\n\f\v\u00a0"]
    if not visible:
        return 0.0
    named = sum(len(match) for match in _GLYPH_NAMES.findall(text))
    strange = sum(_is_strange(char) for char in visible)
    return min(1.0, (named + strange) / len(visible))


def _is_strange(char: str) -> bool:
    # pdfium writes U+FFFE for a hyphen at a line's end.
    return char == "\ufffd" or (
        unicodedata.category(char) in ("Cc", "Co", "Cn") and char not in "\ufffe\ufeff"
    )


def strange_word_share(text: str) -> float:
    """Part of the words of `text`, at least ten of them, that cannot be words, in [0, 1]."""
    words = [word for word in text.split() if _is_judged(word)]
    return sum(map(is_impossible, words)) / max(len(words), WORDS_JUDGED_AT_LEAST)


def _is_judged(word: str) -> bool:
    return sum(char.isalpha() for char in word) > 1 and not _ADDRESS.search(word)


def is_impossible(word: str) -> bool:
    """Whether no language writes `word` so: mixed scripts, signs inside, or unspeakable."""
    core = word.strip("".join(char for char in set(word) if not _is_part(char)))
    if not core:
        return False
    return (
        len(_scripts(core)) > 1
        or unicodedata.category(core[0]) in ("Mn", "Mc")
        or _has_sign_inside(core)
        or any(char in _FINAL_ONLY for char in _letters(core)[:-1])
        or _is_unspeakable(core)
    )


def _is_part(char: str) -> bool:
    return unicodedata.category(char)[0] in "LM"


def _letters(word: str) -> str:
    return "".join(char for char in word if char.isalpha())


def _scripts(word: str) -> set[str]:
    scripts = {_script(char) for char in word if char.isalpha()} - _ANY_SCRIPT
    # One Greek letter in a Latin word is a name: β-carotene.
    greek = sum(_script(char) == "GREEK" for char in word if char.isalpha())
    if greek == 1:
        scripts.discard("GREEK")
    return {"CJK"} if scripts <= _EAST_ASIAN and scripts else scripts


@lru_cache(maxsize=4096)
def _script(char: str) -> str:
    return unicodedata.name(char, "NONE").partition(" ")[0]


def _has_sign_inside(word: str) -> bool:
    """Whether a sign stands between letters, or a digit between small ones."""
    for before, sign, after in zip(word, word[1:], word[2:], strict=False):
        if _is_part(sign) or sign in _INNER or not (_is_part(before) and _is_part(after)):
            continue
        if not sign.isdigit() or not (before.isupper() or after.isupper()):
            return True
    return False


def _is_unspeakable(word: str) -> bool:
    """Whether a Latin word has no vowel, too many consonants in a row, or a capital inside."""
    parts = re.findall(r"[^\W\d_]+", unicodedata.normalize("NFKD", word))
    return any(_is_unspeakable_part(part) for part in parts if _script(part[0]) == "LATIN")


def _is_unspeakable_part(part: str) -> bool:
    small = part.lower()
    shortest = 6 if part.isupper() else 4  # acronyms have no vowels either
    if len(small) >= shortest and not _VOWELS & set(small):
        return True
    if _CONSONANTS_RUN.search(small):
        return True
    # "fgUnh": a plural such as "IUDs" or a name such as "WhatsApp" has few changes of case.
    return len(re.findall(r"[a-z][A-Z](?=[a-z])", part)) > 0 and not part[:1].isupper()


@cache
def _common_words() -> Mapping[str, frozenset[str]]:
    """Return the commonest words of each script of which some are known."""
    words = dict(_OTHER_COMMON_WORDS)
    for language in languages.load().values():
        for script in language.scripts:
            words[script] = words.get(script, frozenset()).union(language.common_words)
    return {script: known for script, known in words.items() if known}


def lacks_common_words(text: str, script: str, common: Iterable[str]) -> bool:
    """Whether many words of a script stand in `text` and none of the script's commonest ones."""
    known = frozenset(common)
    words = [word.strip(".,،۔؛:;()!?؟।\"'") for word in text.split()]
    written = [word for word in words if word and _script(word[0]) == script]
    return len(written) >= ENOUGH_WORDS and not any(word in known for word in written)

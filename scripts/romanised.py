"""Hindi in Latin letters, roughly as people type it: no marks, no vowel where none is spoken."""

import unicodedata

_CONSONANTS = dict(
    zip(
        "कखगघङचछजझञटठडढणतथदधनपफबभमयरलवशषसह",
        "k kh g gh n ch chh j jh n t th d dh n t th d dh n p ph b bh m y r l v sh sh s h".split(),
        strict=True,
    )
)
_DOTTED = {"क": "q", "ज": "z", "फ": "f", "ड": "r", "ढ": "rh"}
_VOWELS = dict(zip("अआइईउऊऋएऐओऔऑ", "a a i i u u ri e ai o au o".split(), strict=True))
_SIGNS = dict(zip("ािीुूृेैोौॉ", "a i i u u ri e ai o au o".split(), strict=True))
_DOT, _NO_VOWEL = "\u093c", "\u094d"
_OTHERS = {"ं": "n", "ँ": "n", "ः": "", _NO_VOWEL: ""}


def romanised(text: str) -> str:
    """`text` with Devanagari words in Latin letters; everything else stays as it is."""
    return " ".join(_word(word) for word in text.split())


def _word(word: str) -> str:
    """Letters as pairs of consonant and vowel; an unwritten "a" is dropped where it is silent."""
    pairs = _pairs(unicodedata.normalize("NFD", word))
    last = len(pairs) - 1
    silent = {last} if last > 0 and pairs[last][2] else set()
    for place in range(last - 1, 0, -1):
        after = pairs[place + 1]
        is_between = pairs[place - 1][1] and after[0] and after[1] and place + 1 not in silent
        if pairs[place][2] and is_between:
            silent.add(place)
    return "".join(
        consonant + ("" if unwritten and place in silent else vowel)
        for place, (consonant, vowel, unwritten) in enumerate(pairs)
    )


def _pairs(letters: str) -> list[tuple[str, str, bool]]:
    """Consonant, vowel, and whether that vowel is not written."""
    pairs: list[tuple[str, str, bool]] = []
    for place, letter in enumerate(letters):
        following = letters[place + 1 : place + 2]
        if letter in _CONSONANTS:
            pairs.append((_CONSONANTS[letter], "a", True))
        elif letter == _DOT and pairs:
            pairs[-1] = (_DOTTED.get(letters[place - 1], pairs[-1][0]), "a", True)
        elif letter in _SIGNS and pairs:
            pairs[-1] = (pairs[-1][0], _SIGNS[letter], False)
        elif letter == _NO_VOWEL and pairs and following:
            pairs[-1] = (pairs[-1][0], "", False)
        elif letter in _VOWELS:
            pairs.append(("", _VOWELS[letter], False))
        else:
            pairs.append((_OTHERS.get(letter, letter), "", False))
    return pairs

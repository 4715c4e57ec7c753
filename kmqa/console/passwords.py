"""Which passwords are easy to guess, though they are long enough.

Lists of leaked passwords have few of twelve characters and more, and those few are built alike:
one or two common words, perhaps with letters as digits, and numbers or signs around them; a
repeated piece; a run along the keyboard; a telephone number or a date. So the pieces are
listed, not the passwords: that refuses a few million of them.
"""

import unicodedata
from functools import lru_cache

_ROWS = ("abcdefghijklmnopqrstuvwxyz", "01234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm",
         "azertyuiop", "qsdfghjklm", "qwertzuiop", "1qaz2wsx3edc4rfv5tgb6yhn7ujm")  # fmt: skip
_LEET = str.maketrans("0134578@$!|", "oieastbasil")
_MOST_WORDS = 3  # in a row; four words that somebody chose are not guessed
_WORDS = frozenset(
    """
    password passwords passwort passe motdepasse contrasena contrasenia clave pass pw pwd secret
    secreto secreta admin administrator administrateur administrador root user users guest default
    login logon signin access acces acceso letmein changeme change me my new nouveau nouvelle nuevo
    nueva welcome bienvenue bienvenido bienvenida hello bonjour hola salut salam khush amdeed the
    test testing tester temp temporary demo sample example abc abcd xyz qwerty qwertz azerty asdf
    zxcv qwe asd iloveyou love lovely lover amour amor pyar jaan jan baby babe angel monkey dragon
    tiger lion eagle horse sunshine princess prince queen king master mustang shadow superman
    batman spiderman starwars pokemon naruto football soccer baseball basketball hockey cricket
    liverpool arsenal chelsea barcelona realmadrid madrid manchester united juventus jordan michael
    jennifer jessica ashley daniel thomas robert andrew joshua matthew charlie maria jose juan
    carlos ana mohammed muhammad mohamed ahmed ali fatima aisha khan allah bismillah jesus christ
    god dios
    dieu bless blessed faith hope peace summer winter spring autumn january february march april may
    june july august september october november december monday tuesday wednesday thursday friday
    saturday sunday kenya nairobi uganda kampala tanzania nigeria lagos abuja ghana accra ethiopia
    rwanda senegal dakar mali niger togo benin india delhi mumbai pakistan karachi lahore islamabad
    bangladesh dhaka nepal france paris espana mexico colombia peru bolivia guatemala honduras
    london america usa africa asia doctor doctora docteur nurse midwife clinic clinique clinica
    hospital health sante salud sehat family familia famille planning bot chatbot kmqa knowledge
    question answer answers console curator author reviewer publisher office work team project
    company service computer internet google facebook whatsapp samsung iphone android windows
    microsoft linux whatever nothing trustno one two three four five six seven eight nine ten
    first last best super good great happy money coffee chocolate cookie flower freedom forever
    """.split()
)


def is_easy_to_guess(password: str, name: str = "") -> bool:
    """Return whether somebody who tries likely passwords finds this one.

    Args:
        password: Of any length.
        name: Of the user; it counts as a common word.
    """
    text = _plain(password)
    kept = "".join(letter for letter in text if letter.isalnum())
    if not kept or kept.isdecimal() or _is_repeated(kept) or _is_run(kept):
        return True
    words = (
        _WORDS | {word for word in _plain(name).split() if len(word) > 1} | {_join_letters(name)}
    )
    cores = {"".join(c for c in text if c.isalpha()), "".join(
        c for c in text.strip("0123456789!?.,_-#*+ ").translate(_LEET) if c.isalpha()
    )}  # fmt: skip
    return any(len(core) < 4 or _is_made_of(core, frozenset(words)) for core in cores)


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text).casefold()
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def _join_letters(name: str) -> str:
    return "".join(letter for letter in _plain(name) if letter.isalpha())


def _is_repeated(text: str) -> bool:
    """Whether the text is one piece twice or more, the last time perhaps not whole."""
    return any((text[:n] * len(text))[: len(text)] == text for n in range(1, len(text) // 2 + 1))


def _is_run(text: str) -> bool:
    """Whether nearly each letter is the neighbour of the one before, on a keyboard or alphabet."""
    pairs = [text[n : n + 2] for n in range(len(text) - 1)]
    n_breaks = sum(not (pair[0] == pair[1] or pair in _neighbours()) for pair in pairs)
    return n_breaks <= max(1, len(text) // 6)


@lru_cache(maxsize=1)
def _neighbours() -> frozenset[str]:
    there = {row[n : n + 2] for row in _ROWS for n in range(len(row) - 1)}
    return frozenset(there | {pair[::-1] for pair in there})


def _is_made_of(text: str, words: frozenset[str]) -> bool:
    """Whether the text is at most `_MOST_WORDS` different common words, however often."""
    ways: list[set[frozenset[str]]] = [{frozenset()}, *(set() for _ in text)]
    for end in range(1, len(text) + 1):
        for start in range(max(0, end - 20), end):
            piece = text[start:end]
            if piece in words:
                found = {way | {piece} for way in ways[start]}
                ways[end] |= {way for way in found if len(way) <= _MOST_WORDS}
    return bool(ways[-1])

"""From a reader's raw text to lines that a person could read aloud.

Letters in one spelling, right-to-left lines in the order in which they are read, headers,
footers and page numbers gone, words joined that a line's end had cut, and each paragraph on a
line of its own. Pure; what is judged worthless never gets here a second time.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence

# Ligatures and presentation forms: pictures of letters with code points of their own. Only these
# are folded; NFKC on everything would turn 10⁹ into 109.
_PICTURED = re.compile("[\ufb00-\ufdff\ufe70-\ufefc]+")
_UNSEEN = re.compile("[\u0000-\u0008\u000b-\u001f\u007f\u200b\u2060\ufeff\ufffe\uffff]")
_SPACES = re.compile("[ \t\u00a0\u2000-\u200a\u202f\u3000]+")
_HYPHENS = "-\u00ad\u2010"

_RTL = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_LTR_RUN = re.compile(
    r"[A-Za-z0-9\u00c0-\u024f][A-Za-z0-9\u00c0-\u024f.,:/%@_+-]*"
    r"(?<=[A-Za-z0-9\u00c0-\u024f%])"
)
_MIRRORED = str.maketrans("()[]{}<>«»", ")(][}{><»«")
# Letters that stand only at the end of a word: in Arabic, Urdu and Hebrew.
_FINAL_ONLY = "ىةےںۃךםןףץ"

# Shorter lines repeat themselves by chance, such as rows of dashes.
SHORTEST_REPEAT = 10
# Lines looked at from either edge of a page for headers and footers.
EDGE_LINES = 4
# Least share of the pages on which a line must come back; under one half, because books have
# one header on the left page and another on the right.
REPEATS_ON = 0.4
# Fewer pages than this show no habit.
REPEATS_AT_LEAST = 3
_ROMAN = re.compile(r"[ivxlc]{1,7}", re.IGNORECASE)

# A line at least this long, in parts of the page's long lines, runs on into the next.
FULL_LINE = 0.7
SHORTEST_FULL_LINE = 30
_ENDS = re.compile(r"""[.!?:;۔؟।|]["'”’)\]]*$""")
_BULLET = re.compile(
    r"^(?:[-–—•·▪■□●○◦✓✔➢►*\uf0b7\uf0a7]\s*\S|(?:\d{1,3}|[a-zA-Z]|[ivx]{1,4})[.)]\s|\(\w{1,3}\)\s)"
)
_NUMBER = re.compile(r"(?<!\w)[<>~≥≤]?\d[\d.,–/%-]*(?!\w)")
# As many numbers make a line a row of a table.
ROW_NUMBERS = 3


def clean_text(raw: str) -> str:
    """`raw` in composed letters, without pictured letters, unseen characters and edge spaces.

    Lines stay; lines without text go.
    """
    ordered = fix_reading_order(raw)
    folded = _PICTURED.sub(lambda match: unicodedata.normalize("NFKC", match[0]), ordered)
    composed = unicodedata.normalize("NFC", _UNSEEN.sub("", folded.replace("\r", "")))
    lines = (_SPACES.sub(" ", line).strip() for line in composed.split("\n"))
    return "\n".join(_remove_repeat(line) for line in lines if line)


def _remove_repeat(line: str) -> str:
    """`line` without its repeat: some programs draw a heading twice to make it bold."""
    half = len(line) // 2
    return line[:half] if half >= SHORTEST_REPEAT and line[:half] * 2 == line else line


def fix_reading_order(raw: str) -> str:
    """`raw` with right-to-left lines turned round, where they stand in the order of the eye.

    Some programs store such lines from left to right, as they are seen. Letters that stand only
    at the end of a word, the article of Arabic, and the forms of pictured letters tell.
    """
    against, for_ = _order_evidence(raw)
    if against <= for_:
        return raw
    return "\n".join(_reverse_line(line) for line in raw.split("\n"))


def _order_evidence(raw: str) -> tuple[int, int]:
    """Signs that words run backwards, and that they run forwards."""
    backwards = forwards = 0
    for word in raw.split():
        letters = [char for char in word if _RTL.match(char) and char.isalpha()]
        if len(letters) < 3:  # shorter words begin and end alike
            continue
        first, last = letters[0], letters[-1]
        backwards += (first in _FINAL_ONLY) + (_form(first) == "final") + _is_al(last, letters[-2])
        forwards += (last in _FINAL_ONLY) + (_form(last) == "final") + _is_al(first, letters[1])
    return backwards, forwards


def _form(char: str) -> str:
    """Of a pictured letter ``initial``, ``final`` and so on; empty for a plain one."""
    return unicodedata.decomposition(char).partition(">")[0].lstrip("<")


def _is_al(outer: str, inner: str) -> bool:
    return outer == "ا" and inner == "ل"


def _reverse_line(line: str) -> str:
    if not _RTL.search(line):
        return line
    turned = line[::-1].translate(_MIRRORED)
    return _LTR_RUN.sub(lambda match: match[0][::-1], turned)


def remove_edges(pages: Sequence[str]) -> tuple[str, ...]:
    """`pages` without the headers and footers that come back on them.

    A line is one when it stands within `EDGE_LINES` of an edge on at least `REPEATS_ON` of the
    pages with text, and on three of them. Numbers in it may vary.
    """
    by_page = [page.split("\n") if page else [] for page in pages]
    written = [lines for lines in by_page if lines]
    least = max(REPEATS_AT_LEAST, REPEATS_ON * len(written))
    counts = Counter(key for lines in written for key in _edge_keys(lines))
    repeated = {key for key, count in counts.items() if count >= least}
    return tuple("\n".join(_strip_edges(lines, repeated)) for lines in by_page)


def _edge_keys(lines: Sequence[str]) -> set[str]:
    return {_key(line) for line in (*lines[:EDGE_LINES], *lines[-EDGE_LINES:])}


def _key(line: str) -> str:
    """Return what of a line stays the same from page to page."""
    if _ROMAN.fullmatch(line):
        return "#"
    return re.sub(r"\d+", "#", line.casefold())


def _strip_edges(lines: Sequence[str], repeated: set[str]) -> Sequence[str]:
    start, end = 0, len(lines)
    while start < min(end, EDGE_LINES) and _key(lines[start]) in repeated:
        start += 1
    while end > max(start, len(lines) - EDGE_LINES) and _key(lines[end - 1]) in repeated:
        end -= 1
    return lines[start:end]


def split_paragraphs(pages: Sequence[str]) -> tuple[str, ...]:
    """`pages` with one paragraph, heading, list item or table row to a line.

    A line that is nearly as long as the page's long lines runs on into the next, and so does a
    shorter one before a small letter, unless it ends a sentence, is a row of numbers, or a list
    item follows. A word cut by a hyphen is joined (see `join_halves`).
    """
    vocabulary = list_words(pages)
    return tuple("\n".join(_join_lines(page.split("\n"), vocabulary)) for page in pages)


def list_words(pages: Iterable[str]) -> frozenset[str]:
    """Words and hyphenated pairs of all pages in lower case, but not those cut by a line's end."""
    text = re.sub(rf"\w+[{_HYPHENS}]\n\w+", " ", "\n".join(pages).casefold())
    pairs = re.findall(r"(?=(?<![^\W\d_])([^\W\d_]+-[^\W\d_]+))", text.replace("\u2010", "-"))
    return frozenset(pairs) | frozenset(re.findall(r"[^\W\d_]+", text))


def join_halves(left: str, right: str, vocabulary: frozenset[str]) -> str:
    """Two parts of a word that a line's end had cut, as one word.

    The hyphen goes, unless the document elsewhere has the word with the hyphen and nowhere
    without it, or a capital letter or digit follows. A soft hyphen always goes.
    """
    stem = left.rstrip(_HYPHENS)
    if left.endswith("\u00ad"):
        return f"{stem}{right}"
    nearest = stem.rpartition("-")[2].casefold()
    known_whole = f"{nearest}{right}".casefold() in vocabulary
    known_parted = f"{nearest}-{right}".casefold() in vocabulary
    keep = not right[:1].islower() or (known_parted and not known_whole)
    return f"{stem}-{right}" if keep else f"{stem}{right}"


def _join_lines(lines: Sequence[str], vocabulary: frozenset[str]) -> list[str]:
    full = _full_length(lines)
    done: list[str] = []
    last = ""  # the last line as it stood on the page
    for line in lines:
        if done and _is_cut(last, line):
            done[-1] = _join_words(done[-1], line, vocabulary)
        elif done and _runs_on(last, line, full):
            done[-1] = f"{done[-1]} {line}"
        else:
            done.append(line)
        last = line
    return [line.replace("\u00ad", "") for line in done]


def _full_length(lines: Sequence[str]) -> float:
    """Length from which a line counts as full: a part of the ninth decile of all lengths."""
    lengths = sorted(len(line) for line in lines)
    return max(SHORTEST_FULL_LINE, FULL_LINE * lengths[len(lengths) * 9 // 10])


def _is_cut(line: str, following: str) -> bool:
    return len(line) > 1 and line[-1] in _HYPHENS and line[-2].isalpha() and following[0].isalnum()


def _join_words(text: str, line: str, vocabulary: frozenset[str]) -> str:
    head, _, left = text.rpartition(" ")
    right, _, rest = line.partition(" ")
    inner = re.match(r"\w+", right)
    length = inner.end() if inner else 0
    word = join_halves(left, right[:length], vocabulary) + right[length:]
    return " ".join(part for part in (head, word, rest) if part)


def _runs_on(line: str, following: str, full: float) -> bool:
    if _BULLET.match(following) or _is_row(line) or _is_row(following):
        return False
    if following[0].islower():
        # A narrow column beside a wide one: its lines are never full, but go on in mid-sentence.
        return len(line) >= (full if _ENDS.search(line) else SHORTEST_FULL_LINE)
    return len(line) >= full and not _ENDS.search(line)


def _is_row(line: str) -> bool:
    numbers = _NUMBER.findall(line)
    return len(numbers) >= ROW_NUMBERS and len(numbers) * 3 >= len(line.split())

"""Cut a document into runs of whole sentences that fit the encoder. Pure.

A sentence ends at a mark that ends sentences, and with its line: after cleaning, a line is a
paragraph, a heading, a list item or a row of a table. A paragraph that goes on over the page
goes on here.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from kmqa.records import Extraction, Passage

CountTokens = Callable[[str], int]

MAX_TOKENS = 256
# A passage is closed once it is this full: shorter ones say one thing, longer ones blur.
FULL = 2 / 3

# A mark, whatever closes after it, then white space.
_END = re.compile(r"[.!?۔؟।]+[\"'”’»)\]]*(?=\s)")
# After these a full stop ends no sentence.
# fmt: off
_SHORTENED = frozenset([
    "e.g", "i.e", "cf", "dr", "drs", "mr", "mrs", "ms", "prof", "st", "vs", "approx", "ca",
    "resp", "incl", "viz", "fr", "sr", "jr", "inc", "dept",
])
# Nor after these, where a number follows.
_NUMBERED = frozenset([
    "p", "pp", "no", "nos", "nr", "fig", "figs", "vol", "tab", "art", "ch", "sec", "para",
    "box", "annex", "ed", "n",
])
# fmt: on
# What numbers a list item.
_LABEL = re.compile(r"\d{1,3}(?:\.\d{1,3})*|[ivx]{1,4}")


@dataclass(frozen=True, slots=True)
class _Sentence:
    """A sentence, the pages it begins and ends on, and whether it opens a line."""

    text: str
    first: int
    last: int
    opens_line: bool


def split_passages(
    document_id: str,
    extraction: Extraction,
    count_tokens: CountTokens,
    max_tokens: int = MAX_TOKENS,
) -> tuple[Passage, ...]:
    """Split a document into passages, in the order of its pages, without gap or overlap.

    Each holds whole sentences and at most `max_tokens` tokens; it is closed once it is two
    thirds full. Only a sentence that alone is too long is cut, between words; only a word that
    alone is too long is cut inside.

    Args:
        document_id: Of the document; begins the ids of its passages.
        extraction: Its pages; those that are not text are passed over.
        count_tokens: Tokens that the encoder makes of a text, its own marks included.
        max_tokens: Most tokens of a passage.

    Raises:
        ValueError: `max_tokens` leaves no room for a single letter.
    """
    parts = [
        part
        for sentence in list_sentences(extraction)
        for part in _split_to_fit(sentence, count_tokens, max_tokens)
    ]
    runs = _fill_runs(parts, count_tokens, max_tokens)
    return tuple(
        Passage(
            id=f"{document_id}#{number}",
            document=document_id,
            pages=(run[0].first, run[-1].last),
            text=_text_of(run),
        )
        for number, run in enumerate(runs, 1)
    )


def list_sentences(extraction: Extraction) -> Iterator[_Sentence]:
    """Yield the sentences of all pages of text, in order."""
    open_: _Sentence | None = None  # the last sentence of a page, which may go on
    for page in extraction.pages:
        if page.verdict != "text":
            continue
        for sentence in _sentences_of_page(page.text, page.number):
            if open_ and _continues(open_, sentence):
                text = f"{open_.text} {sentence.text}"
                open_ = _Sentence(text, open_.first, sentence.last, open_.opens_line)
                continue
            if open_:
                yield open_
            open_ = sentence
    if open_:
        yield open_


def _sentences_of_page(text: str, page: int) -> Iterator[_Sentence]:
    for line in text.split("\n"):
        for number, sentence in enumerate(split_sentences(line)):
            yield _Sentence(sentence, page, page, number == 0)


def _continues(before: _Sentence, after: _Sentence) -> bool:
    """Whether `after` on the next page continues `before`: no end, and no capital letter."""
    is_next_page = before.last + 1 == after.first
    return is_next_page and after.text[0].islower() and before.text[-1] not in ".!?:;۔؟।"


def split_sentences(line: str) -> list[str]:
    """Return the sentences of one line; nothing but white space between them is lost.

    Titles and shortened words ("e.g.", "Dr.", "p. 8"), initials, numbers that open a list item,
    and a full stop before a small letter end no sentence.
    """
    sentences, start = [], 0
    for end in _END.finditer(line):
        if _ends_sentence(line[start : end.end()], line[end.end() :].lstrip()):
            sentences.append(line[start : end.end()].strip())
            start = end.end()
    rest = line[start:].strip()
    return [*sentences, rest] if rest else sentences


def _ends_sentence(sentence: str, following: str) -> bool:
    stripped = sentence.strip()
    if not stripped.endswith(".") or stripped.endswith(".."):
        return True
    if following[:1].islower():
        return False
    word = stripped.split()[-1].rstrip(".").lstrip("([\"'“‘").casefold()
    is_label = word == stripped.rstrip(".").casefold() and _LABEL.fullmatch(word) is not None
    is_initial = len(word) == 1 and word.isalpha()
    is_numbered = word in _NUMBERED and following[:1].isdigit()
    return not (word in _SHORTENED or is_label or is_initial or is_numbered)


def _fill_runs(
    parts: list[_Sentence], count_tokens: CountTokens, max_tokens: int
) -> Iterator[list[_Sentence]]:
    """`parts` in runs that fit, each closed once it is full."""
    run: list[_Sentence] = []
    for part in parts:
        n_tokens = count_tokens(_text_of([*run, part]))
        if run and n_tokens > max_tokens:
            yield run
            run, n_tokens = [], count_tokens(_text_of([part]))
        run.append(part)
        if n_tokens >= max_tokens * FULL:
            yield run
            run = []
    if run:
        yield run


def _text_of(run: list[_Sentence]) -> str:
    """Sentences of a line beside each other, lines below each other."""
    joined = "".join(("\n" if part.opens_line else " ") + part.text for part in run)
    return joined[1:]


def _split_to_fit(
    sentence: _Sentence, count_tokens: CountTokens, max_tokens: int
) -> Iterator[_Sentence]:
    """`sentence` as it is, or in parts that fit."""
    opens_line = sentence.opens_line
    for text in _parts(sentence.text, count_tokens, max_tokens):
        yield _Sentence(text, sentence.first, sentence.last, opens_line)
        opens_line = False


def _parts(text: str, count_tokens: CountTokens, max_tokens: int) -> Iterator[str]:
    rest = text
    while count_tokens(rest) > max_tokens:
        cut = _find_cut(rest, count_tokens, max_tokens)
        yield rest[:cut].rstrip()
        rest = rest[cut:].lstrip()
    if rest:
        yield rest


def _find_cut(text: str, count_tokens: CountTokens, max_tokens: int) -> int:
    """Where to cut a text that is too long: after the last word that fits, else inside it."""
    borders = [space.start() for space in re.finditer(r"\s+", text)]
    fitting = _find_last_fitting(text, borders, count_tokens, max_tokens)
    if fitting is None:
        fitting = _find_last_fitting(text, list(range(1, len(text))), count_tokens, max_tokens)
    if fitting is None:
        message = f"max_tokens is {max_tokens}, which leaves no room for a single letter"
        raise ValueError(message)
    return fitting


def _find_last_fitting(
    text: str, borders: list[int], count_tokens: CountTokens, max_tokens: int
) -> int | None:
    """Return the last of `borders` up to which `text` fits, by halving; None where none does."""
    low, high = 0, len(borders)
    while low < high:
        middle = (low + high) // 2
        if count_tokens(text[: borders[middle]]) <= max_tokens:
            low = middle + 1
        else:
            high = middle
    return borders[low - 1] if low else None

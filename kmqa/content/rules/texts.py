"""What any text that is sent must keep: limits of the channel, and nothing that hides."""

import re
from collections.abc import Iterator, Mapping
from typing import Literal, NamedTuple

from kmqa.content.corpus import Corpus
from kmqa.errors import Problem

MAX_UNITS = 4096
"""Most UTF-16 units of one WhatsApp text message. Source: Cloud API, text messages, 2026-11."""

COMFORTABLE_UNITS = 900
"""Up to here a text, its source and its buttons (body at most 1,024 units) fit one message."""

_DIRECTION = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_VISIBLE = re.compile(r"[^\s\u00ad\u200b-\u200f\u2060\ufeff]")
# Joiners are missing here on purpose: they shape Urdu, Hindi and emoji.
_CONTROL = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufff9-\uffff\ud800-\udfff\ue000-\uf8ff]"
)


class Fault(NamedTuple):
    """One thing wrong with a text: rule, message and how bad it is."""

    code: str
    message: str
    severity: Literal["error", "warning"] = "error"

    def at(self, place: tuple[str, int]) -> Problem:
        """Return the fault as a problem of one place."""
        return Problem(*place, self.code, self.message, self.severity)


def n_units(text: str) -> int:
    """Length of `text` in UTF-16 units, as WhatsApp is taken to count; an emoji has two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def faults_of_message(text: str) -> Iterator[Fault]:
    """Yield what is wrong with a text that is sent as a message."""
    units = n_units(text)
    if units > MAX_UNITS:
        yield Fault(
            "text-too-long",
            f"the text has {units:,} UTF-16 units; WhatsApp takes {MAX_UNITS:,}. Shorten it.",
        )
    elif units > COMFORTABLE_UNITS:
        message = f"the text has {units:,} UTF-16 units and needs two messages"
        best = f"{message}. With at most {COMFORTABLE_UNITS} it fits one."
        yield Fault("text-two-messages", best, "warning")
    yield from faults_of_characters(text)


def faults_of_characters(text: str) -> Iterator[Fault]:
    """Yield what stands in a text that nobody can see."""
    if not _VISIBLE.search(text):
        yield Fault("text-empty", "the text is empty. Write it, or delete its key.")
    for kind, pattern in (("a text direction", _DIRECTION), ("an invisible control", _CONTROL)):
        found = pattern.search(text)
        if found:
            message = f"the text holds {kind} character (U+{ord(found[0]):04X}). Delete it."
            yield Fault("text-hidden-character", message)


def problems_of_texts(
    corpus: Corpus, kind: str, item_id: str, where: tuple[str | int, ...], texts: Mapping[str, str]
) -> Iterator[Problem]:
    """Problems of messages by language that stand at `where` in the file of an item."""
    if not texts:
        place = corpus.place(kind, item_id, *where)
        yield Problem(*place, "text-empty", "there is no text in any language. Write one.")
    for language, text in texts.items():
        place = corpus.place(kind, item_id, *where, language)
        yield from (fault.at(place) for fault in faults_of_message(text))
        yield from problems_of_language(corpus, language, place)


def problems_of_language(
    corpus: Corpus, language: str, place: tuple[str, int]
) -> Iterator[Problem]:
    """Yield a problem when `language` is not one of the corpus."""
    known = corpus.settings.languages
    if language not in known:
        message = (
            f'the language "{language}" is not in corpus.yaml (it has {", ".join(known)}). '
            "Add it there, or delete this."
        )
        yield Problem(*place, "language-unknown", message)

"""Questions that people asked, as the service keeps them: without people, for evaluation only.

The log itself belongs to the service. Evaluation needs `QuestionLog` and nothing else: the tables
of the service are one, an export of one JSON object a line, ``{text, lang, outcome, answer_id}``,
is another.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from kmqa.errors import EvaluationError
from kmqa.eval.leaks import plain
from kmqa.masking import mask_contacts
from kmqa.state import turns
from kmqa.state.database import Database
from kmqa.state.identity import Identity


@dataclass(frozen=True, slots=True, kw_only=True)
class Logged:
    """One message that was asked, and what became of it.

    Attributes:
        text: As it was kept.
        lang: Language code, or None where it is not known.
        outcome: Of the reply, or empty.
        answer_id: Of the answer that was sent, or None.
        turn: Its row in the service's log, or None where it comes from elsewhere.
    """

    text: str
    lang: str | None = None
    outcome: str = ""
    answer_id: str | None = None
    turn: int | None = None


class QuestionLog(Protocol):
    """Anything that holds questions that were asked."""

    def questions(self) -> Iterable[Logged]:
        """Every question, in any order, repeats included."""
        ...


@dataclass(frozen=True, slots=True)
class Export:
    """A log that was written to a file, one JSON object a line."""

    path: Path

    def questions(self) -> Iterator[Logged]:
        """Every question of the file, in order; unknown keys are passed over.

        Raises:
            EvaluationError: The file cannot be read, or a line is not a logged question.
        """
        try:
            lines = self.path.read_text(encoding="utf-8-sig").split("\n")
        except (OSError, UnicodeError) as error:
            raise EvaluationError(
                "the log cannot be read",
                which=str(self.path),
                got=type(error).__name__,
                remedy="Name a .jsonl file that was exported from the service.",
            ) from error
        for number, line in enumerate(lines, start=1):
            if line.strip():
                yield self._parse(number, line)

    def _parse(self, number: int, line: str) -> Logged:
        try:
            data = json.loads(line)
        except ValueError:
            data = None
        if not isinstance(data, dict) or not isinstance(data.get("text"), str):
            raise EvaluationError(
                "a line of the log cannot be read",
                which=f"{self.path}:{number}",
                expected='an object such as {"text": "...", "lang": "en", "outcome": "refuse"}',
            )
        return Logged(
            text=data["text"],
            lang=data.get("lang") or None,
            outcome=data.get("outcome") or "",
            answer_id=data.get("answer_id") or None,
        )


@dataclass(frozen=True, slots=True)
class ServiceLog:
    """The questions that a service holds just now.

    Attributes:
        newest: How many of the newest are read; None for all.
    """

    database: Database
    identity: Identity
    newest: int | None = None

    def questions(self) -> Iterator[Logged]:
        """Every question whose text is still kept, oldest first."""
        with self.database.reading() as connection:
            for entry in turns.read_stored(connection, self.identity, self.newest):
                yield Logged(
                    text=entry.question,
                    lang=entry.language,
                    outcome=entry.outcome,
                    answer_id=entry.answer_id or None,
                    turn=entry.id,
                )


def newest(questions: Sequence[Logged], n: int) -> tuple[Logged, ...]:
    """Return the last `n` of `questions` (oldest first), each wording once, newest first."""
    once: dict[str, Logged] = {}
    for question in reversed(questions):
        words = plain(mask_contacts(question.text))
        if words and len(once) < n:
            once.setdefault(words, question)
    return tuple(once.values())


def sample(questions: Iterable[Logged], n: int, *, evenly: bool = False) -> tuple[Logged, ...]:
    """At most `n` masked questions to be labelled, each once, in a fixed arbitrary order.

    Which are drawn depends on their words alone: the same log gives the same sample, and a
    question that is drawn stays drawn while the log grows unless others come before it.

    Args:
        questions: As logged.
        n: At least 1.
        evenly: Draw in turn from each outcome and language, so that rare ones are seen; shares
            of such a sample are not shares of the log.
    """
    once: dict[str, Logged] = {}
    for question in questions:
        words = plain(mask_contacts(question.text))
        if words:
            once.setdefault(words, question)
    ordered = [once[words] for words in sorted(once, key=place_of)]
    picked = _in_turn(ordered) if evenly else ordered
    return tuple(
        Logged(text=mask_contacts(q.text), lang=q.lang, outcome=q.outcome, answer_id=q.answer_id)
        for q in picked[:n]
    )


def _in_turn(questions: Sequence[Logged]) -> list[Logged]:
    """One of each outcome and language, then the second of each, and so on."""
    turns: dict[tuple[str, str], int] = {}
    numbered = []
    for question in questions:
        key = (question.outcome, question.lang or "")
        turns[key] = turns.get(key, 0) + 1
        numbered.append((turns[key], question))
    return [question for _, question in sorted(numbered, key=lambda pair: pair[0])]


def place_of(words: str) -> float:
    """Return a place in [0, 1) that depends only on `words`, as `plain` gives them."""
    digest = hashlib.sha256(words.encode()).digest()
    return int.from_bytes(digest[:7]) / 2**56

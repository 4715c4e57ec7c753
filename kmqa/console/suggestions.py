"""New wordings that the log suggests: what people asked, and which answer they said it was; pure.

Nothing is added by itself. A curator sees who said so how often, and accepts it or not.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from kmqa.records import Answer
from kmqa.state.turns import Entry
from kmqa.text import normalise


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A question that would be a new wording of an answer.

    Attributes:
        question: Blacked out, as the log has it.
        picked: Times that somebody tapped this answer out of several.
        helpful: Times that somebody said it helped.
        ids: Of the logged questions.
    """

    question: str
    language: str
    answer: Answer
    picked: int
    helpful: int
    ids: tuple[int, ...]


def suggestions(
    confirmed: Iterable[Entry], answers: Mapping[str, Answer]
) -> tuple[Suggestion, ...]:
    """Return what `confirmed` questions suggest, said most often first, then newest.

    What is a wording of the answer already, but for case, spaces and forms of letters, is none;
    neither is a question whose answer is not among `answers` or was retired.
    """
    found: dict[tuple[str, str], list[Entry]] = {}
    known: dict[str, frozenset[str]] = {}
    for entry in confirmed:
        answer = answers.get(entry.picked or entry.answer_id)
        if answer is None or answer.status == "retired":
            continue
        if answer.id not in known:
            known[answer.id] = _wordings(answer)
        words = normalise(entry.question)
        if words and words not in known[answer.id]:
            found.setdefault((answer.id, words), []).append(entry)
    made = [_suggestion(answers[answer_id], same) for (answer_id, _), same in found.items()]
    return tuple(sorted(made, key=lambda one: (-len(one.ids), -max(one.ids))))


def _wordings(answer: Answer) -> frozenset[str]:
    return frozenset(_form(w) for wordings in answer.questions.values() for w in wordings)


@lru_cache(maxsize=2**15)
def _form(wording: str) -> str:
    """Return a curated wording, normalised; a page asks for thousands, which seldom change."""
    return normalise(wording)


def _suggestion(answer: Answer, same: list[Entry]) -> Suggestion:
    said = Counter(entry.language for entry in same)
    return Suggestion(
        question=same[0].question,
        language=said.most_common(1)[0][0],
        answer=answer,
        picked=sum(entry.picked == answer.id for entry in same),
        helpful=sum(entry.was_helpful for entry in same),
        ids=tuple(entry.id for entry in same),
    )

"""A run of today beside a recorded one of the same questions: what people would get differently."""

import json
from collections import defaultdict, deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kmqa.errors import EvaluationError
from kmqa.eval.changes import describe_outcome, describe_reply
from kmqa.eval.run import Prediction
from kmqa.eval.test_set import Query
from kmqa.masking import mask_contacts

Line = Mapping[str, Any]
_ASKED = ("text", "history", "lang", "profile")  # what makes two lines the same question


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """A question whose outcome or answer changed, mask, with what it got and gets."""

    place: str
    text: str
    before: str
    after: str


def match_recorded(
    queries: Sequence[Query], recorded: Sequence[Line], is_asked: Callable[[Query], bool]
) -> list[tuple[Query, Line]]:
    """Each query that is asked, with its line of the recorded run.

    Args:
        queries: All of a test set.
        recorded: Lines of a file of predictions, in any order.
        is_asked: Whether a query can be asked at all; the others need no line.

    Raises:
        EvaluationError: The recorded run was not over these questions.
    """
    lines: defaultdict[str, deque[Line]] = defaultdict(deque)
    for line in recorded:
        lines[_key(line)].append(line)
    found, missing = [], []
    for query in queries:
        own = lines[_key(query.source)]
        line_or_none = own.popleft() if own else None
        if not is_asked(query):
            continue
        if line_or_none is None:
            missing.append(query)
        else:
            found.append((query, line_or_none))
    n_others = sum(len(own) for own in lines.values())
    if missing or n_others:
        raise _other_questions(missing, n_others)
    return found


def find_drift(pairs: Sequence[tuple[Prediction, Line]]) -> tuple[Drift, ...]:
    """Those whose outcome, answer or choice is not what was recorded, in order.

    A score that moved without changing what is sent is no drift.
    """
    found = []
    for prediction, line in pairs:
        before, after = _describe_line(line), describe_reply(prediction.reply)
        if before != after:
            query = prediction.query
            text = mask_contacts(query.text)
            found.append(Drift(place=query.place, text=text, before=before, after=after))
    return tuple(found)


def _key(line: Mapping[str, object]) -> str:
    return json.dumps([line.get(name) for name in _ASKED], sort_keys=True)


def _describe_line(line: Line) -> str:
    return describe_outcome(str(line["outcome"]), line.get("answer_id"), line.get("offered") or ())


def _other_questions(missing: Sequence[Query], n_others: int) -> EvaluationError:
    facts = [f"{len(missing)} without a recorded line, first {missing[0].place}"] if missing else []
    if n_others:
        facts.append(f"{n_others} recorded that the test set does not have")
    return EvaluationError(
        "the recorded run is not over these questions",
        got=", ".join(facts),
        remedy="Record it anew with kmqa eval FILE --predictions OUT.",
    )

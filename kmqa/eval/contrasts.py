"""Contrast pairs: questions that share nearly every word and ask for opposite acts.

A line names the right answers as any other, and in ``opposite`` the answers that would have
somebody act in the wrong direction: an id or a list of ids. A choice is no act.
"""

from collections.abc import Sequence

from kmqa.errors import EvaluationError
from kmqa.eval.run import Prediction
from kmqa.eval.test_set import Query, TestSet


def opposites_of(query: Query) -> tuple[str, ...]:
    """Return the ids of the answers that would be the opposite of what `query` needs."""
    named = query.source.get("opposite")
    return tuple(
        str(one) for one in (named if isinstance(named, list) else [named] if named else [])
    )


def is_wrong_way(prediction: Prediction) -> bool:
    """Return whether the opposite of what was asked for was answered."""
    reply = prediction.reply
    return reply.outcome == "answer" and reply.answer_id in opposites_of(prediction.query)


def check_opposites(tests: TestSet) -> Sequence[Query]:
    """Return the queries of `tests`, each of which names its opposites.

    Raises:
        EvaluationError: A line names none, or one that is also expected.
    """
    for query in tests.queries:
        named = opposites_of(query)
        if not named or set(named) & set(query.expected):
            raise EvaluationError(
                "a contrast line must name another answer as its opposite",
                which=query.place,
                got=", ".join(named) or "none",
                expected='"opposite": the id of an answer that is not expected',
                remedy="Fix the file.",
            )
    return tests.queries

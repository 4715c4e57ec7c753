"""Test sets as a practice: questions asked twice, two people's labels, and splits that stay.

Questions are compared by their words (`kmqa.eval.leaks.plain`), so that a capital letter or a
question mark makes no new question.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sklearn.metrics import cohen_kappa_score

from kmqa.eval.leaks import plain
from kmqa.eval.logged import place_of
from kmqa.eval.test_set import Query

DEV_SHARE = 0.4
"""Of a split, for the development set; the rest is for tests."""

REFUSE = "(refuse)"


@dataclass(frozen=True, slots=True)
class Repeat:
    """A question that was asked before; it contradicts when it expects something else."""

    query: Query
    first: Query
    contradicts: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """How far two labellers agree.

    Attributes:
        n: Questions that both labelled.
        n_agreed: Of these, with the same expected ids.
        kappa: Cohen's kappa of the labels, in [-1, 1], 1 where they always agree; None where
            both gave one and the same label throughout, so that nothing can be told.
        kappa_of_kind: The same of whether a question is answerable, a danger sign or to be
            refused.
        agreed: As the first labeller wrote them.
        disputed: Pairs of what the two wrote.
        only_in_first: Questions that the second did not label.
        only_in_second: Questions that the first did not label.

    Source: J. Cohen, Educ. Psychol. Meas. 20 (1960) 37-46; scikit-learn's `cohen_kappa_score`.
    """

    n: int
    n_agreed: int
    kappa: float | None
    kappa_of_kind: float | None
    agreed: tuple[Query, ...]
    disputed: tuple[tuple[Query, Query], ...]
    only_in_first: tuple[Query, ...]
    only_in_second: tuple[Query, ...]


def repeats(queries: Sequence[Query]) -> tuple[Repeat, ...]:
    """Every question that stands earlier in the list for the same profile, in order."""
    first: dict[object, Query] = {}
    found = []
    for query in queries:
        before = first.setdefault((plain(query.text), query.profile), query)
        if before is not query:
            differs = set(before.expected) != set(query.expected)
            found.append(Repeat(query, before, contradicts=differs))
    return tuple(found)


def agreement(first: Sequence[Query], second: Sequence[Query]) -> Agreement:
    """How far the labels of two people agree on the questions that both labelled."""
    ours, theirs = _by_words(first), _by_words(second)
    both = [(query, theirs[words]) for words, query in ours.items() if words in theirs]
    agreed = [one for one, other in both if label(one) == label(other)]
    return Agreement(
        n=len(both),
        n_agreed=len(agreed),
        kappa=_kappa([(label(one), label(other)) for one, other in both]),
        kappa_of_kind=_kappa([(_kind(one), _kind(other)) for one, other in both]),
        agreed=tuple(agreed),
        disputed=tuple(pair for pair in both if label(pair[0]) != label(pair[1])),
        only_in_first=tuple(query for words, query in ours.items() if words not in theirs),
        only_in_second=tuple(query for words, query in theirs.items() if words not in ours),
    )


def label(query: Query) -> str:
    """Return what is expected, as one name; the order of ids means nothing."""
    return " or ".join(sorted(query.expected)) or REFUSE


def split(
    queries: Sequence[Query], dev_share: float = DEV_SHARE
) -> tuple[tuple[Query, ...], tuple[Query, ...]]:
    """Return `queries` for development and for tests, in order.

    Where a question goes depends on its words alone, so it never moves when others come or go.

    Args:
        queries: Of any test set.
        dev_share: Share of all questions that are for development, in [0, 1].
    """
    is_dev = [place_of(plain(query.text)) < dev_share for query in queries]
    dev = tuple(query for query, here in zip(queries, is_dev, strict=True) if here)
    test = tuple(query for query, here in zip(queries, is_dev, strict=True) if not here)
    return dev, test


def _by_words(queries: Sequence[Query]) -> Mapping[str, Query]:
    found: dict[str, Query] = {}
    for query in queries:
        found.setdefault(plain(query.text), query)
    return found


def _kappa(pairs: Sequence[tuple[str, str]]) -> float | None:
    if len({name for pair in pairs for name in pair}) < 2:  # one label tells nothing
        return None
    first, second = zip(*pairs, strict=True)
    return float(cohen_kappa_score(first, second))


def _kind(query: Query) -> str:
    if query.is_urgent:
        return "urgent"
    return "answerable" if query.is_answerable else "unanswerable"

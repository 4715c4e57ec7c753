"""How much of what a query says an answer knows: the share of its words, the rare ones first.

A near miss shares the common words of the trade with an answer; what sets it apart is often one
word that the answer has nowhere, neither in its wordings nor in its text.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from kmqa import text
from kmqa.index.contents import Contents, Target
from kmqa.index.glossary import Glossary

# Endings fall off, so that "injected" knows "injection"; measured by leaving 4 to 7 letters.
_STEM = 5


class Coverage:
    """The words of each target's wordings and, for an answer, of its titles and texts."""

    def __init__(self, held: Contents, targets: Sequence[Target]) -> None:
        """Collect the words of `targets`, which stand for rows of ``held.wordings``."""
        self._known = [set(_stems(_said(held, target))) for target in targets]
        self._told: dict[str, frozenset[str]] = {}
        glossary = Glossary(held.terms, held.settings.languages[0])
        for target in targets:
            if target.kind == "answer":
                self._told[target.id] = frozenset(_stems(_texts(held, target.id, glossary)))
        wordings = [row.plain for row in held.wordings]
        self._rarity = _rarity(wordings)
        self._unknown = math.log(1 + len(wordings)) + 1
        self._targets = targets

    def share(self, query: str, target: int) -> float:
        """Share of the words of `query` that target number `target` knows, in [0, 1].

        Each word counts by its smoothed inverse document frequency among all wordings; numbers
        count like words. A query without words is known wholly.
        """
        words = list(_stems([query]))
        known = self._known[target] | self._told.get(self._targets[target].id, frozenset())
        weights = [self._rarity.get(word, self._unknown) for word in words]
        total = sum(weights)
        if not total:
            return 1.0
        return sum(w for word, w in zip(words, weights, strict=True) if word in known) / total


def _said(held: Contents, target: Target) -> list[str]:
    return [row.plain for row in held.wordings[target.start : target.stop]]


def _texts(held: Contents, answer_id: str, glossary: Glossary) -> Iterable[str]:
    answer = held.answer_by_id[answer_id]
    yield glossary.plain(answer.title, held.settings.languages[0])
    for language, title in answer.titles.items():
        yield glossary.plain(title, language)
    for language, written in answer.text.items():
        yield glossary.plain(written, language)


def _stems(texts: Iterable[str]) -> Iterable[str]:
    return (word[:_STEM] for one in texts for word in text.words(one))


def _rarity(wordings: Sequence[str]) -> Mapping[str, float]:
    """Smoothed inverse document frequency of each stem: ``ln((1 + n) / (1 + df)) + 1``."""
    frequency = Counter(stem for wording in wordings for stem in set(_stems([wording])))
    n = len(wordings)
    return {stem: math.log((1 + n) / (1 + df)) + 1 for stem, df in frequency.items()}

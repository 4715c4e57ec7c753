"""How much of what a query says an answer knows: the share of its words, the rare ones first.

A near miss shares the common words of the trade with an answer; what sets it apart is often one
word that the answer has nowhere, neither in its wordings nor in its text.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from kmqa import text
from kmqa.index.contents import Contents, Target
from kmqa.index.glossary import Glossary

FloatArray = npt.NDArray[np.float32]
Stems = frozenset[str]

# Endings fall off, so that "injected" knows "injection"; measured by leaving 4 to 7 letters.
_STEM = 5
_NOBODY = np.zeros(0, dtype=np.int64)


class Coverage:
    """Which of t targets know which words."""

    def __init__(self, said: Sequence[Sequence[str]], told: Sequence[Stems]) -> None:
        """Collect the words of t targets.

        Args:
            said: The wordings of each target after the glossary; a target without any knows
                nothing.
            told: Stems of each target's titles and texts, see `told_by`.
        """
        knowing: dict[str, list[int]] = defaultdict(list)
        for target, wordings in enumerate(said):
            for stem in (set(_stems(wordings)) | told[target]) if wordings else ():
                knowing[stem].append(target)
        self._knowing = {stem: np.array(targets) for stem, targets in knowing.items()}
        wordings = [wording for own in said for wording in own]
        self._rarity = _rarity(wordings)
        self._unknown = math.log(1 + len(wordings)) + 1
        self._n_targets = len(said)

    def shares(self, query: str) -> FloatArray:
        """Share of the words of `query` that each target knows, float32, shape (t,), in [0, 1].

        Each word counts by its smoothed inverse document frequency among all wordings; numbers
        count like words. A query without words is known wholly.
        """
        found = np.zeros(self._n_targets, dtype=np.float32)
        total = 0.0
        for stem in _stems([query]):
            weight = self._rarity.get(stem, self._unknown)
            found[self._knowing.get(stem, _NOBODY)] += weight
            total += weight
        return found / np.float32(total) if total else np.ones_like(found)


def coverage_of(held: Contents, targets: Sequence[Target]) -> Coverage:
    """The words of `targets`, which stand for rows of ``held.wordings``."""
    said = [[row.plain for row in held.wordings[t.start : t.stop]] for t in targets]
    return Coverage(said, told_by(held, targets))


def told_by(held: Contents, targets: Sequence[Target]) -> tuple[Stems, ...]:
    """Stems of the titles and texts of each target, in every language; none of refusal groups."""
    glossary = Glossary(held.terms, held.settings.languages[0])
    return tuple(
        frozenset(_stems(_texts(held, target.id, glossary)) if target.kind == "answer" else ())
        for target in targets
    )


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

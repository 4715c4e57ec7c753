"""What the student is fitted on: the corpus's own wordings and texts in all its languages.

An answer's wordings and texts in several languages are parallel: they name one target. The head
over the student's bags learns from them which words and word parts of which language speak for
which answer, on top of what the base knows of every language.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kmqa.index import head, student
from kmqa.index.contents import Contents, Target, Wording, list_matchable
from kmqa.index.glossary import Glossary

FloatArray = npt.NDArray[np.float32]
IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingSet:
    """Bags with their targets: n wordings, in the order of the bundle's rows, and m texts.

    Attributes:
        wordings: Float32, shape (n, d).
        target: Target number of each wording, int64, shape (n,).
        texts: Float32, shape (m, d).
        text_target: Target number of each text, int64, shape (m,).
    """

    base: student.Base
    wordings: FloatArray
    target: IntArray
    texts: FloatArray
    text_target: IntArray
    n_targets: int

    def fit_head(self, kept: npt.NDArray[np.bool_]) -> head.Head | None:
        """Fit a head on the wordings `kept`, bool, shape (n,), and the texts of their targets.

        None where all wordings together are too few to generalise from, however many texts there
        are.
        """
        if not head.is_enough(self.target):
            return None
        target = self.target[kept]
        is_kept = np.isin(self.text_target, target)
        return head.fit(
            np.concatenate([self.wordings[kept], self.texts[is_kept]]),
            np.concatenate([target, self.text_target[is_kept]]),
            self.n_targets,
        )


def make_training_set(contents: Contents, base: student.Base) -> TrainingSet:
    """Return the bags of all wordings and texts of answers and refusal groups."""
    targets = list_matchable(contents.wordings)
    n = targets[-1].stop if targets else 0
    rows: Sequence[Wording] = contents.wordings[:n]
    texts, text_target = _list_texts(contents, targets)
    return TrainingSet(
        base=base,
        wordings=base.bags([row.normalised for row in rows]),
        target=np.repeat(np.arange(len(targets)), [t.stop - t.start for t in targets]),
        texts=base.bags(texts),
        text_target=text_target,
        n_targets=len(targets),
    )


def _list_texts(contents: Contents, targets: Sequence[Target]) -> tuple[list[str], IntArray]:
    """Return texts of answers after the glossary, without those that several answers share."""
    glossary = Glossary(contents.terms, contents.settings.languages[0])
    number = {t.id: place for place, t in enumerate(targets) if t.kind == "answer"}
    texts = [
        (glossary.normalise(text, language), number[answer.id])
        for answer in contents.answers
        if answer.id in number
        for language, text in sorted(answer.text.items())
    ]
    times = Counter(text for text, _ in texts)
    own = [(text, place) for text, place in texts if times[text] == 1]
    return [text for text, _ in own], np.array([place for _, place in own], dtype=np.int64)

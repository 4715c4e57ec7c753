"""From a message to what matching compares: corrected, in the corpus's terms, encoded, searched."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from kmqa import text
from kmqa.index import bundle, contents, encoder, glossary, script_bridge, spelling
from kmqa.matching import language

FloatArray = npt.NDArray[np.float32]
IntArray = npt.NDArray[np.int64]

NO_DANGER = -np.inf  # where the corpus has too few examples to fit a danger model
_NOTHING = np.zeros(0, dtype=np.float32)
_NO_ROWS = np.zeros(0, dtype=np.int64)
_DENSE_ROWS = 128  # nearest wordings whose targets are compared


@dataclass(frozen=True, slots=True)
class PreparedQuery:
    """A query in the forms that matching needs.

    Attributes:
        normalised: Its words after the glossary.
        vector: Float32, shape (d,), of length 1.
        lexical: N-gram cosines to every wording, float32, shape (n,).
        nearest: Rows of the nearest wordings by cosine, int64, shape (k,).
        danger: Score of the danger model: the higher, the surer.
        student_logits: For every target, float32, shape (t,), or empty without a student.
    """

    normalised: str
    vector: FloatArray
    lexical: FloatArray
    nearest: IntArray
    danger: float = NO_DANGER
    student_logits: FloatArray = field(default_factory=lambda: _NOTHING)


class QueryPreparer:
    """Prepares queries for one open bundle; threads may share it."""

    def __init__(
        self, held: contents.Contents, indexes: bundle.Indexes, encode: encoder.Encoder
    ) -> None:
        """Prepare for `indexes` with an encoder of the model that they were built with."""
        self._indexes = indexes
        self._encode = encode
        default = held.settings.languages[0]
        self.glossary = glossary.Glossary(held.terms, default)
        words = _collect_words(held)
        self._guesser = language.Guesser(held.settings.languages, words)
        vetted = [(default, text.words(passage.text)) for passage in held.passages]
        self._spelling = spelling.Spelling([*words, *vetted], default, encode.knows)
        self._bridge = script_bridge.ScriptBridge(words)

    def guess(self, message: str) -> language.Guess:
        """Guess in which language of the corpus `message` is."""
        return self._guesser.guess(message)

    def normalise(self, messages: Sequence[str], languages: Sequence[str]) -> list[str]:
        """Correct `messages`, each in its language, and bring them to the corpus's terms.

        What is typed in Latin letters in a language that the corpus writes in another script is
        brought to that script first.
        """
        pairs = zip(messages, languages, strict=True)
        typed = [(self._bring_over(message, language), language) for message, language in pairs]
        return [
            self.glossary.normalise(self._spelling.correct(message, language), language)
            for message, language in typed
        ]

    def bridge(self, messages: Sequence[str]) -> list[str]:
        """Return those of `messages` that are typed in Latin letters in their language's script.

        Each in the language that it is guessed to be in, and in those that it only hints at; none
        of which too little is known.
        """
        found = (
            self._bridge.bridge(message, language)
            for message in messages
            if message.isascii()
            for language in dict.fromkeys(
                (self.guess(message).language, *self._guesser.list_hinted(message))
            )
        )
        return [message for message in found if message is not None]

    def _bring_over(self, message: str, language: str) -> str:
        if not self._bridge.is_needed(language):
            return message
        return self._bridge.bridge(message, language) or message

    def vectors(self, normalised: Sequence[str]) -> FloatArray:
        """Return vectors of texts that `normalise` gave: float32, shape (n, d), of length 1."""
        return self._encode.encode(normalised)

    def prepare(self, messages: Sequence[str], languages: Sequence[str]) -> list[PreparedQuery]:
        """Prepare `messages`, each in its language, for comparison with the bundle's wordings.

        They are encoded and searched for in one batch, which takes half the time; every number
        comes out as it would for each alone.
        """
        texts = self.normalise(messages, languages)
        vectors = self.vectors(texts)
        if not len(self._indexes.wordings):
            pairs = zip(texts, vectors, strict=True)
            return [PreparedQuery(one, vector, _NOTHING, _NO_ROWS) for one, vector in pairs]
        nearest = self._indexes.wordings.nearest(vectors, _DENSE_ROWS)[1]
        return [self._prepare_one(*one) for one in zip(texts, vectors, nearest, strict=True)]

    def _prepare_one(self, normalised: str, vector: FloatArray, nearest: IntArray) -> PreparedQuery:
        """Prepare one by itself: a product of many rows adds up in another order."""
        ngrams = self._indexes.lexical.weights([normalised])
        model, student = self._indexes.danger, self._indexes.student
        return PreparedQuery(
            normalised=normalised,
            vector=vector,
            lexical=self._indexes.lexical.cosines(ngrams)[0],
            nearest=nearest,
            danger=float(model.scores(vector[None], ngrams, [normalised])[0])
            if model
            else NO_DANGER,
            student_logits=student.logits([normalised])[0] if student else _NOTHING,
        )


def _collect_words(held: contents.Contents) -> list[tuple[str, list[str]]]:
    """Return the words of all wordings and glossary forms, each time with their language."""
    texts = [(row.language, row.text) for row in held.wordings]
    texts += [
        (name, form) for term in held.terms for name, forms in term.forms.items() for form in forms
    ]
    return [(name, text.words(one)) for name, one in texts]

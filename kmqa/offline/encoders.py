"""The two encoders of a build: the original model and its export for serving.

Torch takes seconds to load, so the original is loaded only when a text is new or the model has
not been exported yet. The export is kept for later builds and proved against the original on
texts of the corpus; where a model cannot be exported, the bundle says so and is served by the
original.
"""

import hashlib
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
import numpy.typing as npt

from kmqa.index import encoder
from kmqa.offline.model import FoundModel
from kmqa.offline.vectors import VectorCache

if TYPE_CHECKING:
    from kmqa.offline.encode import TorchEncoder

FloatArray = npt.NDArray[np.float32]

PROOF_TEXTS = 256  # of those that a build encodes anew; held to the original one by one


class Progress(Protocol):
    """Shows long work; the command line draws bars, tests show nothing."""

    def __call__(self, name: str, total: int) -> AbstractContextManager[Callable[[int], None]]:
        """A stage called `name` of `total` steps; the result is told how many were done."""
        ...


class Encoders:
    """Encodes the texts of one build, each text once in the life of the index folder.

    Attributes:
        folder: Where the encoder for serving lies, to be linked into the bundle.
        n_encoded: Texts that were new.
        least_cosine: Between both encoders on the texts compared so far.
    """

    def __init__(self, model: FoundModel, caches: Path, progress: Progress) -> None:
        """Keep exports and vectors of `model` under `caches`."""
        self.folder = caches / "encoders" / _name(model.facts)
        self.n_encoded = 0
        self.least_cosine = 1.0
        self._model = model
        self._progress = progress
        self._known = VectorCache(caches / "vectors", model.facts)
        self._tokenizer = encoder.tokenizer(model.folder)
        self._loaded: TorchEncoder | None = None
        self._opened: encoder.Encoder | None = None

    def serving(self, sample: Sequence[str]) -> encoder.Encoder:
        """The encoder that the bundle will carry; a new one is proved on `sample`."""
        if self._opened is None:
            if not (self.folder / "encoder.json").is_file():
                self._export(sample[:: max(1, len(sample) // PROOF_TEXTS)])
            facts = encoder.read_facts(self.folder)
            is_onnx = facts.runtime == "onnx"
            self._opened = encoder.OnnxEncoder(self.folder) if is_onnx else self._original()
        return self._opened

    def vectors(self, texts: Sequence[str], kind: encoder.Kind, stage: str) -> FloatArray:
        """Vectors of n `texts` by the original model, float32, shape (n, d).

        Raises:
            BundleIncompatible: The exported encoder gives other vectors for new texts.
        """
        n_new = self._known.n_unknown(texts, kind)
        self.n_encoded += n_new
        with self._progress(stage, n_new) as advance:
            return self._known.encoded(texts, kind, lambda new: self._encoded(new, kind, advance))

    def count_tokens(self, text: str) -> int:
        """Tokens of `text` as the model counts them, special tokens included."""
        return len(self._tokenizer.encode(text).ids)

    def keep(self) -> None:
        """Remember the vectors of this build for the next one."""
        if self.n_encoded:
            self._known.save()

    def _encoded(
        self, texts: list[str], kind: encoder.Kind, advance: Callable[[int], None]
    ) -> FloatArray:
        made = self._original().encode_all(texts, kind, advance)
        places = np.arange(0, len(texts), max(1, len(texts) // PROOF_TEXTS))
        if isinstance(self._opened, encoder.OnnxEncoder):
            exported = self._opened.encode([texts[int(i)] for i in places], kind)
            self._compare(exported, made[places])
        return made

    def _compare(self, exported: FloatArray, original: FloatArray) -> None:
        from kmqa.offline import encode

        found = encode.least_cosine(exported, original, self._model.facts.model)
        self.least_cosine = min(self.least_cosine, found)

    def _export(self, sample: Sequence[str]) -> None:
        from kmqa.offline import encode

        with self._progress("exporting the encoder", 1) as advance:
            encode.export_or_note(self._original(), self.folder, sample)
            advance(1)

    def _original(self) -> "TorchEncoder":
        if self._loaded is None:
            from kmqa.offline import encode

            with self._progress("loading the model", 1) as advance:
                self._loaded = encode.TorchEncoder(self._model.facts, self._model.folder)
                advance(1)
        return self._loaded


def _name(facts: encoder.EncoderFacts) -> str:
    """A folder name that differs wherever the exported encoder would."""
    described = repr(replace(facts, model=""))
    return f"{facts.weights_sha256[:12]}-{hashlib.sha256(described.encode()).hexdigest()[:12]}"

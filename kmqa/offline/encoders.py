"""The encoder of a build: the model's export, the same that serves.

It is made from the original once, proved equal to it on texts of the corpus, and kept for later
builds; on processors with wide vectors it is several times faster. Torch takes seconds to load,
so it is loaded only to export, or to encode with a model that cannot be exported.
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

PROOF_TEXTS = 256  # on which an export is held to the original, one by one
_REPORTED = 1_024  # texts between two reports of progress


class Progress(Protocol):
    """Shows long work; the command line draws bars, tests show nothing."""

    def __call__(self, name: str, total: int) -> AbstractContextManager[Callable[[int], None]]:
        """A stage called `name` of `total` steps; the result is told how many were done."""
        ...


class Encoders:
    """Encodes the texts of one build, each text once in the life of the index folder.

    It is an `Encoder` itself, for parts of a build that ask as serving does.

    Attributes:
        folder: Where the encoder lies, to be linked into the bundle.
        serving: The encoder that the bundle will carry.
        n_encoded: Texts that were new.
    """

    def __init__(
        self, model: FoundModel, caches: Path, progress: Progress, sample: Sequence[str]
    ) -> None:
        """Keep exports and vectors of `model` under `caches`; prove a new export on `sample`."""
        self.folder = caches / "encoders" / _name(model.facts)
        self.n_encoded = 0
        self._n_kept = 0
        self._model = model
        self._progress = progress
        self._tokenizer = encoder.tokenizer(model.folder)
        if not (self.folder / "encoder.json").is_file():
            self._export(sample[:: max(1, len(sample) // PROOF_TEXTS)])
        facts = encoder.read_facts(self.folder)
        is_onnx = facts.runtime == "onnx"
        self.serving: encoder.Encoder = (
            encoder.OnnxEncoder(self.folder) if is_onnx else self._original()
        )
        self._known = VectorCache(caches / "vectors", facts)

    def vectors(self, texts: Sequence[str], kind: encoder.Kind, stage: str) -> FloatArray:
        """Vectors of n `texts`, float32, shape (n, d); the same whichever of them were known."""
        with self._progress(stage, self._known.n_unknown(texts, kind)) as advance:
            return self._remembered(texts, kind, advance)

    def encode(self, texts: Sequence[str], kind: encoder.Kind = "query") -> FloatArray:
        """See `kmqa.index.encoder.Encoder.encode`."""
        return self._remembered(texts, kind, _unseen)

    def knows(self, word: str) -> bool:
        """See `kmqa.index.encoder.Encoder.knows`."""
        return self.serving.knows(word)

    def count_tokens(self, text: str) -> int:
        """Tokens of `text` as the model counts them, special tokens included."""
        return len(self._tokenizer.encode(text).ids)

    def keep(self) -> None:
        """Remember the vectors of this build for the next one."""
        if self.n_encoded > self._n_kept:
            self._known.save()
            self._n_kept = self.n_encoded

    def _remembered(
        self, texts: Sequence[str], kind: encoder.Kind, advance: Callable[[int], None]
    ) -> FloatArray:
        return self._known.encoded(texts, kind, lambda new: self._encoded(new, kind, advance))

    def _encoded(
        self, texts: list[str], kind: encoder.Kind, advance: Callable[[int], None]
    ) -> FloatArray:
        self.n_encoded += len(texts)
        parts = []
        for start in range(0, len(texts), _REPORTED):
            part = texts[start : start + _REPORTED]
            parts.append(self.serving.encode(part, kind))
            advance(len(part))
        return np.concatenate(parts)

    def _export(self, sample: Sequence[str]) -> None:
        from kmqa.offline import encode

        with self._progress("exporting the encoder", 1) as advance:
            encode.export_or_note(self._original(), self.folder, sample)
            advance(1)

    def _original(self) -> "TorchEncoder":
        from kmqa.offline import encode

        with self._progress("loading the model", 1) as advance:
            loaded = encode.TorchEncoder(self._model.facts, self._model.folder)
            advance(1)
        return loaded


def _unseen(_: int) -> None:
    """Reports progress to nobody."""


def _name(facts: encoder.EncoderFacts) -> str:
    """A folder name that differs wherever the exported encoder would."""
    described = repr(replace(facts, model=""))
    return f"{facts.weights_sha256[:12]}-{hashlib.sha256(described.encode()).hexdigest()[:12]}"

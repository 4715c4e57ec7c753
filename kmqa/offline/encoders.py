"""The encoder of a build: the model's export, the same that serves.

It is made from the original once, proved equal to it on texts of the corpus, and kept for later
builds; on processors with wide vectors it is several times faster. A process of its own makes it:
what needs no vectors goes on beside it, and the memory that torch takes is free again when these
are made. Only a model that cannot be exported is loaded into the build itself.
"""

import hashlib
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from functools import cached_property
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
import numpy.typing as npt

from kmqa.errors import BundleError
from kmqa.index import encoder
from kmqa.offline.model import FoundModel
from kmqa.offline.vectors import VectorCache

if TYPE_CHECKING:
    from kmqa.offline.encode import TorchEncoder

FloatArray = npt.NDArray[np.float32]

PROOF_TEXTS = 256  # on which an export is held to the original, one by one
_REPORT_EVERY = 1_024  # texts between two reports of progress


class Progress(Protocol):
    """Shows long work; the command line draws bars, tests show nothing."""

    def __call__(self, name: str, total: int) -> AbstractContextManager[Callable[[int], None]]:
        """Start a stage called `name` of `total` steps; tell the result how many were done."""
        ...


@dataclass(frozen=True, slots=True)
class _OpenEncoder:
    """The encoder that the bundle will carry, and the vectors that it made before."""

    serving: encoder.Encoder
    known: VectorCache


class Encoders:
    """Encodes the texts of one build, each text once in the life of the index folder.

    It is an `Encoder` itself, for parts of a build that ask as serving does.

    Attributes:
        folder: Where the encoder lies once there are vectors, to be linked into the bundle.
        n_encoded: Texts that were new.
    """

    def __init__(
        self, model: FoundModel, caches: Path, progress: Progress, sample: Sequence[str]
    ) -> None:
        """Keep exports and vectors of `model` under `caches`; begin to export, where it is new.

        The export is proved on some of the texts in `sample`.
        """
        self.folder = caches / "encoders" / _name(model.facts)
        self.n_encoded = 0
        self._n_saved = 0
        self._model = model
        self._caches = caches
        self._progress = progress
        self._tokenizer = encoder.tokenizer(model.folder)
        self._export: Future[None] | None = None
        if not (self.folder / "encoder.json").is_file():
            self._export = _start_export(
                model, self.folder, sample[:: max(1, len(sample) // PROOF_TEXTS)]
            )

    @cached_property
    def _open_encoder(self) -> _OpenEncoder:
        """What encodes; waits for the export."""
        if self._export is not None:
            with self._progress("exporting the encoder", 1) as advance:
                wait_for(self._export, self._model.facts.model)
                advance(1)
        facts = encoder.read_facts(self.folder)
        return _OpenEncoder(
            encoder.OnnxEncoder(self.folder) if facts.runtime == "onnx" else self._original(),
            VectorCache(self._caches / "vectors", facts),
        )

    def vectors(self, texts: Sequence[str], kind: encoder.Kind, stage: str) -> FloatArray:
        """Vectors of n `texts`, float32, shape (n, d); the same whichever of them were known."""
        n_unknown = self._open_encoder.known.n_unknown(texts, kind)
        with self._progress(stage, n_unknown) as advance:
            return self._encode_cached(texts, kind, advance)

    def encode(self, texts: Sequence[str], kind: encoder.Kind = "query") -> FloatArray:
        """See `kmqa.index.encoder.Encoder.encode`."""
        return self._encode_cached(texts, kind, _report_nothing)

    def knows(self, word: str) -> bool:
        """See `kmqa.index.encoder.Encoder.knows`."""
        return self._open_encoder.serving.knows(word)

    def count_tokens(self, text: str) -> int:
        """Tokens of `text` as the model counts them, special tokens included."""
        return len(self._tokenizer.encode(text).ids)

    def save_vectors(self) -> None:
        """Remember the vectors of this build for the next one."""
        if self.n_encoded > self._n_saved:
            self._open_encoder.known.save()
            self._n_saved = self.n_encoded

    def _encode_cached(
        self, texts: Sequence[str], kind: encoder.Kind, advance: Callable[[int], None]
    ) -> FloatArray:
        return self._open_encoder.known.encode(
            texts, kind, lambda new: self._encode_new(new, kind, advance)
        )

    def _encode_new(
        self, texts: list[str], kind: encoder.Kind, advance: Callable[[int], None]
    ) -> FloatArray:
        self.n_encoded += len(texts)
        parts = []
        for start in range(0, len(texts), _REPORT_EVERY):
            part = texts[start : start + _REPORT_EVERY]
            parts.append(self._open_encoder.serving.encode(part, kind))
            advance(len(part))
        return np.concatenate(parts)

    def _original(self) -> "TorchEncoder":
        from kmqa.offline import encode

        with self._progress("loading the model", 1) as advance:
            loaded = encode.TorchEncoder(self._model.facts, self._model.folder)
            advance(1)
        return loaded


def _start_export(model: FoundModel, folder: Path, sample: Sequence[str]) -> Future[None]:
    """Export `model` into `folder`, in a process that ends with the block."""
    process = ProcessPoolExecutor(1, mp_context=get_context("spawn"))
    export = process.submit(_export_model, model, folder, sample)
    process.shutdown(wait=False)
    return export


def _export_model(model: FoundModel, folder: Path, sample: Sequence[str]) -> None:
    from kmqa.offline import encode

    encode.export_or_note(encode.TorchEncoder(model.facts, model.folder), folder, sample)


def wait_for(export: Future[None], model: str) -> None:
    """Return when `export` is done.

    Raises:
        BundleError: Its process has died, which hardly anything but a lack of memory brings about.
    """
    try:
        export.result()
    except BrokenProcessPool as error:
        raise BundleError(
            "the process that exports the encoder has died",
            which=model,
            remedy="Look whether the machine has run out of memory, and build again.",
        ) from error


def _report_nothing(_: int) -> None:
    """Report progress to nobody."""


def _name(facts: encoder.EncoderFacts) -> str:
    """Return a folder name that differs wherever the exported encoder would."""
    described = repr(replace(facts, model=""))
    return f"{facts.weights_sha256[:12]}-{hashlib.sha256(described.encode()).hexdigest()[:12]}"

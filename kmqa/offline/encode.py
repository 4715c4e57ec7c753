"""The original model: sentence-transformers, exported for building and serving.

The only module that knows torch. It is imported when a model has to be exported or cannot be,
because loading it takes seconds.
"""

import contextlib
import logging
import os
import shutil
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules.pooling import Pooling
from torch.onnx import OnnxExporterError

from kmqa.errors import BundleIncompatible
from kmqa.index.encoder import EncoderFacts, Kind, OnnxEncoder, is_one_piece, write_facts

FloatArray = npt.NDArray[np.float32]

LEAST_COSINE = 0.9999  # between the exported model and the original, on the corpus's own texts
_BATCH = 32


class TorchEncoder:
    """The original model; the reference that the exported one must equal."""

    def __init__(self, facts: EncoderFacts, folder: Path) -> None:
        """Load the model in `folder`, on the processor and without the network."""
        os.environ["HF_HUB_OFFLINE"] = "1"
        os.environ["TRANSFORMERS_VERBOSITY"] = "error"
        os.environ["HF_HUB_DISABLE_PROGRESS_BARS"] = "1"
        self.facts = facts
        with _quiet():
            self.model = SentenceTransformer(str(folder), device="cpu")
        self.model.max_seq_length = facts.max_tokens

    def encode(self, texts: Sequence[str], kind: Kind = "query") -> FloatArray:
        """See `kmqa.index.encoder.Encoder.encode`."""
        vectors = self.model.encode(
            self.facts.add_prefix(texts, kind),
            batch_size=_BATCH,
            normalize_embeddings=True,
            show_progress_bar=False,
        )
        return np.asarray(vectors, dtype=np.float32).reshape(len(texts), self.facts.width)

    def knows(self, word: str) -> bool:
        """See `kmqa.index.encoder.Encoder.knows`."""
        return is_one_piece(self.model.tokenizer.backend_tokenizer, word)

    def export(self, folder: Path) -> None:
        """Write `model.onnx`, `tokenizer.json` and `encoder.json` into `folder`.

        The file carries no names of places on this machine, so that the same model gives the
        same bytes wherever it is exported on one kind of machine.
        """
        folder.mkdir(parents=True, exist_ok=True)
        with _quiet():
            program = torch.onnx.export(
                _Pooled(self.model).eval(),
                _example(),
                dynamo=True,
                input_names=["input_ids", "attention_mask"],
                output_names=["vectors"],
                dynamic_shapes=_free_shapes(),
            )
        if program is None:
            message = "the exporter returned nothing"
            raise RuntimeError(message)
        path = folder / "model.onnx"
        program.save(str(path), external_data=False)
        exported = onnx.load(str(path))
        _strip(exported)
        onnx.save(exported, str(path))
        self.model.tokenizer.backend_tokenizer.save(str(folder / "tokenizer.json"))
        write_facts(self.facts, folder)


class _Pooled(torch.nn.Module):
    """The whole sentence-transformers pipeline as one module, ending in vectors of length 1."""

    def __init__(self, model: SentenceTransformer) -> None:
        super().__init__()
        self.parts = torch.nn.ModuleList(
            _MeanByProduct() if _is_plain_mean(part) else part for part in model
        )

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        features: dict[str, Any] = {
            "input_ids": input_ids,
            "attention_mask": attention_mask,
            "token_type_ids": torch.zeros_like(input_ids),
        }
        for part in self.parts:
            features = part(features)
        return torch.nn.functional.normalize(features["sentence_embedding"], p=2, dim=1)


class _MeanByProduct(torch.nn.Module):
    """The mean over a text's tokens as a product of matrices.

    ONNX Runtime adds up the tokens of one text in another order than those of several, so the last
    bits of a vector would depend on what is encoded beside it. A product takes each text by itself.
    """

    def forward(self, features: dict[str, Any]) -> dict[str, Any]:
        tokens = features["token_embeddings"]
        mask = features["attention_mask"].to(tokens.dtype)
        shares = mask / mask.sum(1, keepdim=True)
        mean = torch.matmul(shares.unsqueeze(1), tokens).squeeze(1)
        return features | {"sentence_embedding": mean}


def _is_plain_mean(part: torch.nn.Module) -> bool:
    return isinstance(part, Pooling) and part.pooling_mode == "mean"


def _example() -> tuple[torch.Tensor, torch.Tensor]:
    return torch.ones(2, 8, dtype=torch.long), torch.ones(2, 8, dtype=torch.long)


def _free_shapes() -> tuple[dict[int, Any], dict[int, Any]]:
    rows, columns = torch.export.Dim("rows"), torch.export.Dim("columns")
    return {0: rows, 1: columns}, {0: rows, 1: columns}


def _strip(exported: onnx.ModelProto) -> None:
    """Take out what the exporter notes about source files, which differs between machines."""
    graph = exported.graph
    exported.ClearField("metadata_props")
    exported.ClearField("doc_string")
    graph.ClearField("doc_string")
    graph.ClearField("metadata_props")
    for group in (graph.node, graph.input, graph.output, graph.value_info, graph.initializer):
        for item in group:
            item.ClearField("doc_string")
            if "metadata_props" in item.DESCRIPTOR.fields_by_name:
                item.ClearField("metadata_props")


def export_or_note(original: TorchEncoder, folder: Path, sample: Sequence[str]) -> None:
    """Export `original` into `folder`, or note there that it must serve itself.

    The folder appears whole or not at all. `sample` are texts on which the export must equal the
    original.
    """
    staged = folder.with_name(folder.name + f".{os.getpid()}.tmp")
    shutil.rmtree(staged, ignore_errors=True)
    try:
        original.export(staged)
        exported = OnnxEncoder(staged)
        least_cosine(exported.encode(sample), original.encode(sample), original.facts.model)
    except (RuntimeError, ValueError, TypeError, OnnxExporterError, BundleIncompatible):
        shutil.rmtree(staged, ignore_errors=True)
        staged.mkdir(parents=True)
        write_facts(replace(original.facts, runtime="sentence-transformers"), staged)
    staged.replace(folder)


def least_cosine(exported: FloatArray, original: FloatArray, model: str) -> float:
    """Return the least cosine between rows of both arrays, float32, shape (n, d), rows of length 1.

    Raises:
        BundleIncompatible: It lies under `LEAST_COSINE`.
    """
    least = float(np.min(np.sum(exported * original, axis=1), initial=1.0))
    if least < LEAST_COSINE:
        raise BundleIncompatible(
            "the exported encoder does not equal the model",
            which=model,
            got=f"least cosine {least:.6f}",
            expected=f"at least {LEAST_COSINE}",
            remedy="Nothing was built. Try another model in KMQA_MODEL.",
        )
    return least


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Without the notes that torch and its exporter write for their own developers."""
    previous = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        with (
            warnings.catch_warnings(),
            open(os.devnull, "w", encoding="utf-8") as nowhere,  # noqa: PTH123 - not a real path
            contextlib.redirect_stdout(nowhere),
            contextlib.redirect_stderr(nowhere),
        ):
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(previous)

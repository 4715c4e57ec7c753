"""From text to vectors when serving: ONNX Runtime and a tokenizer, without torch.

An `Encoder` is anything that turns texts into rows of length 1. The build writes an encoder
folder (`model.onnx`, `tokenizer.json`, `encoder.json`) into each bundle; `load` opens it.
"""

import json
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal, Protocol

import numpy as np
import numpy.typing as npt
import onnxruntime
from tokenizers import Encoding, Tokenizer

FloatArray = npt.NDArray[np.float32]
Kind = Literal["query", "passage"]

_WORD_START = "\u2581\u0120"  # how SentencePiece and byte-level BPE mark where a word begins
BATCH = 64  # measured: 16 to 64 give the same rate on two cores


class Encoder(Protocol):
    """Turns texts into vectors whose inner product is their cosine."""

    def encode(self, texts: Sequence[str], kind: Kind = "query") -> FloatArray:
        """Vectors of n `texts`, float32, shape (n, d), each of length 1.

        Args:
            texts: Any text; what exceeds the model's tokens is cut off.
            kind: ``query`` for questions on either side, ``passage`` for document text; models
                trained with prefixes get the matching one.
        """
        ...

    def knows(self, word: str) -> bool:
        """Whether the model reads `word`, in lower case, in one piece: it is common, spelt so."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class EncoderFacts:
    """What must be known of a model to use it.

    Attributes:
        model: Name or folder that it was loaded from.
        weights_sha256: Of the file of weights.
        files_sha256: Of tokenizer and configuration together.
        width: Components d of a vector.
        max_tokens: Tokens after which a text is cut, special tokens included.
        query_prefix: Put before each query and curated question.
        passage_prefix: Put before each passage.
        runtime: ``onnx``, or ``sentence-transformers`` where the export could not be made.
        export: Number of the way of exporting, which decides on the last bits of vectors.
    """

    model: str
    weights_sha256: str
    files_sha256: str
    width: int
    max_tokens: int
    query_prefix: str = ""
    passage_prefix: str = ""
    runtime: Literal["onnx", "sentence-transformers"] = "onnx"
    export: int = 1

    def add_prefix(self, texts: Sequence[str], kind: Kind) -> list[str]:
        """`texts` with the prefix that the model wants for `kind`."""
        prefix = self.query_prefix if kind == "query" else self.passage_prefix
        return [prefix + text for text in texts]


def write_facts(facts: EncoderFacts, folder: Path) -> None:
    """Write `facts` into `folder` as ``encoder.json``."""
    content = json.dumps(asdict(facts), indent=1, sort_keys=True)
    (folder / "encoder.json").write_text(content + "\n", encoding="utf-8")


def read_facts(folder: Path) -> EncoderFacts:
    """Read the facts that `write_facts` wrote into `folder`."""
    return EncoderFacts(**json.loads((folder / "encoder.json").read_text(encoding="utf-8")))


class OnnxEncoder:
    """The exported model; holds one session, safe to share between threads."""

    def __init__(self, folder: Path, n_threads: int = 0) -> None:
        """Open the model in `folder`.

        Args:
            folder: As the build wrote it.
            n_threads: Batches that are run side by side; 0 means as many as there are cores. Each
                is run by one thread: two that share one take 1.4 times the processor's time.
        """
        self._n_threads = n_threads or os.cpu_count() or 1
        self.facts = read_facts(folder)
        self._tokenizer = tokenizer(folder, self.facts.max_tokens)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.log_severity_level = 3  # errors only: warnings about cores are of no use to people
        self._session = onnxruntime.InferenceSession(
            str(folder / "model.onnx"), options, providers=["CPUExecutionProvider"]
        )

    def encode(self, texts: Sequence[str], kind: Kind = "query") -> FloatArray:
        """See `Encoder.encode`.

        Texts share a batch only with texts of as many tokens, so nothing is padded and a text has
        the same vector, bit for bit, whatever is encoded with it.
        """
        encodings = self._tokenizer.encode_batch(self.facts.add_prefix(texts, kind))
        vectors = np.zeros((len(texts), self.facts.width), dtype=np.float32)
        batches = list(_alike(encodings))

        def run(rows: Sequence[int]) -> None:
            vectors[rows] = self._run([encodings[row] for row in rows])

        if self._n_threads == 1 or len(batches) == 1:
            for rows in batches:
                run(rows)
        else:
            with ThreadPoolExecutor(self._n_threads) as threads:
                list(threads.map(run, batches))
        return vectors

    def knows(self, word: str) -> bool:
        """See `Encoder.knows`."""
        return is_one_piece(self._tokenizer, word)

    def _run(self, encodings: Sequence[Encoding]) -> FloatArray:
        """Vectors of `encodings`, which all have as many tokens."""
        ids = np.array([encoding.ids for encoding in encodings], dtype=np.int64)
        given = {"input_ids": ids, "attention_mask": np.ones_like(ids)}
        output: FloatArray = self._session.run(None, given)[0]
        return output


def _alike(encodings: Sequence[Encoding]) -> Iterator[list[int]]:
    """Places of encodings with as many tokens, at most `BATCH` at once."""
    by_length: dict[int, list[int]] = {}
    for place, encoding in enumerate(encodings):
        by_length.setdefault(len(encoding), []).append(place)
    for places in by_length.values():
        for start in range(0, len(places), BATCH):
            yield places[start : start + BATCH]


def is_one_piece(opened: Tokenizer, word: str) -> bool:
    """Whether `opened` makes one token of `word`, and that token is the word itself."""
    encoding = opened.encode(word, add_special_tokens=False)
    read = zip(encoding.tokens, encoding.attention_mask, strict=True)
    pieces = [token for token, is_read in read if is_read]  # without what only pads
    return len(pieces) == 1 and pieces[0].lstrip(_WORD_START) == word


def tokenizer(folder: Path, max_tokens: int | None = None) -> Tokenizer:
    """Load the tokenizer in `folder`, never padding, and cutting at `max_tokens` where given."""
    opened = Tokenizer.from_file(str(folder / "tokenizer.json"))
    opened.no_padding()
    if max_tokens is None:
        opened.no_truncation()
    else:
        opened.enable_truncation(max_tokens)
    return opened

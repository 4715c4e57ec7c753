"""Vectors of texts that were encoded before, so that no text is ever encoded twice.

One file for each model under the index folder's cache, keyed on the text with its prefix. A file
that cannot be read is as good as none: the vectors are made again.
"""

import hashlib
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt

from kmqa.index.encoder import EncoderFacts, Kind

FloatArray = npt.NDArray[np.float32]


class VectorCache:
    """Vectors by the sha256 of their text, for one model."""

    def __init__(self, folder: Path, facts: EncoderFacts) -> None:
        """Open the vectors kept in `folder` for the model of `facts`."""
        self._facts = facts
        model = f"{facts.weights_sha256[:16]}-{facts.files_sha256[:8]}"
        self._path = folder / f"{model}-{facts.runtime}-{facts.export}.npz"
        self._known = _read(self._path, facts.width)

    def encode(
        self, texts: Sequence[str], kind: Kind, encode: Callable[[list[str]], FloatArray]
    ) -> FloatArray:
        """Vectors of n `texts`, float32, shape (n, d); only unknown ones go to `encode`."""
        keys = [_key(text) for text in self._facts.add_prefix(texts, kind)]
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in self}
        if missing:
            vectors = encode(list(missing.values()))
            self._known.update(zip(missing, vectors, strict=True))
        found = [self._known[key] for key in keys]
        return np.stack(found) if found else np.zeros((0, self._facts.width), dtype=np.float32)

    def n_unknown(self, texts: Sequence[str], kind: Kind) -> int:
        """How many different `texts` would have to be encoded."""
        return len(
            {key for key in map(_key, self._facts.add_prefix(texts, kind)) if key not in self}
        )

    def __contains__(self, key: bytes) -> bool:
        return key in self._known

    def save(self) -> None:
        """Keep everything known, in one atomic step."""
        self._write(dict(self._known))

    def save_only(self, texts: Sequence[str], kind: Kind) -> None:
        """Keep what is known of `texts`, and nothing else, in one atomic step."""
        known = dict(self._known)
        keys = dict.fromkeys(map(_key, self._facts.add_prefix(texts, kind)))
        self._write({key: known[key] for key in keys if key in known})

    def _write(self, known: Mapping[bytes, FloatArray]) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        keys = np.frombuffer(b"".join(known), dtype=np.uint8).reshape(-1, 32)
        width = self._facts.width
        vectors = np.stack(list(known.values())) if known else np.zeros((0, width))
        temporary = self._path.with_suffix(f".{os.getpid()}.tmp")
        with temporary.open("wb") as stream:
            np.savez(stream, keys=keys, vectors=vectors.astype(np.float32))
        temporary.replace(self._path)


def _key(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


def _read(path: Path, width: int) -> dict[bytes, FloatArray]:
    try:
        with path.open("rb") as stream, np.load(stream, allow_pickle=False) as stored:
            keys, vectors = stored["keys"], stored["vectors"]
    except (OSError, ValueError, KeyError, EOFError, AttributeError, BadZipFile):
        return {}
    if vectors.ndim != 2 or vectors.shape[1] != width or len(keys) != len(vectors):
        return {}
    known: Mapping[bytes, FloatArray] = {
        key.tobytes(): vector for key, vector in zip(keys, vectors, strict=True)
    }
    return dict(known)

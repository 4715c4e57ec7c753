"""Vectors of texts that were encoded before, so that no text is ever encoded twice.

One file for each model under the index folder's cache, keyed on the text with its prefix. A file
that cannot be read is as good as none: the vectors are made again. Texts of people are known by
keyed hashes, and their file is sealed: from a vector somebody could guess what was asked.
"""

import contextlib
import hashlib
import io
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Protocol
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt

from kmqa.index.encoder import EncoderFacts, Kind

FloatArray = npt.NDArray[np.float32]


class Secrecy(Protocol):
    """Keeps what people wrote from whoever has the file alone: `kmqa.state.identity.Identity`."""

    def hash_text(self, text: str) -> bytes:
        """Return 32 bytes by which a text is found."""

    def seal_bytes(self, content: bytes) -> bytes:
        """Return `content` encrypted."""

    def open_bytes(self, sealed: bytes) -> bytes:
        """Return what was sealed.

        Raises:
            ValueError: It cannot be opened.
        """


class VectorCache:
    """Vectors by a hash of their text, for one model."""

    def __init__(self, folder: Path, facts: EncoderFacts, secrecy: Secrecy | None = None) -> None:
        """Open the vectors kept in `folder` for the model of `facts`.

        Args:
            folder: With `secrecy`, of these vectors alone: any other file of them is removed.
            facts: The model.
            secrecy: Hashes the texts and seals the file, where they are those of people.
        """
        self._facts = facts
        self._secrecy = secrecy
        model = f"{facts.weights_sha256[:16]}-{facts.files_sha256[:8]}"
        ending = ".npz" if secrecy is None else ".npz.sealed"
        self._path = folder / f"{model}-{facts.runtime}-{facts.export}{ending}"
        if secrecy is not None:
            _remove_others(self._path)
        self._known = _read(self._path, facts.width, secrecy)

    def __len__(self) -> int:
        """Return of how many texts the vectors are known."""
        return len(self._known)

    def encode(
        self, texts: Sequence[str], kind: Kind, encode: Callable[[list[str]], FloatArray]
    ) -> FloatArray:
        """Vectors of n `texts`, float32, shape (n, d); only unknown ones go to `encode`."""
        keys = self._keys(texts, kind)
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in self}
        if missing:
            vectors = encode(list(missing.values()))
            self._known.update(zip(missing, vectors, strict=True))
        found = [self._known[key] for key in keys]
        return np.stack(found) if found else np.zeros((0, self._facts.width), dtype=np.float32)

    def n_unknown(self, texts: Sequence[str], kind: Kind) -> int:
        """How many different `texts` would have to be encoded."""
        return len({key for key in self._keys(texts, kind) if key not in self})

    def __contains__(self, key: bytes) -> bool:
        return key in self._known

    def save(self) -> None:
        """Keep everything known, in one atomic step."""
        self._write(dict(self._known))

    def keep_only(self, texts: Sequence[str], kind: Kind) -> None:
        """Keep what is known of `texts`, and nothing else, in one atomic step; forget the rest."""
        known = dict(self._known)
        kept = {key: known[key] for key in dict.fromkeys(self._keys(texts, kind)) if key in known}
        self._write(kept)
        for key in known.keys() - kept.keys():
            self._known.pop(key, None)

    def _write(self, known: Mapping[bytes, FloatArray]) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        keys = np.frombuffer(b"".join(known), dtype=np.uint8).reshape(-1, 32)
        width = self._facts.width
        vectors = np.stack(list(known.values())) if known else np.zeros((0, width))
        temporary = self._path.with_suffix(f".{os.getpid()}.tmp")
        with temporary.open("wb") as stream:
            if self._secrecy is None:
                np.savez(stream, keys=keys, vectors=vectors.astype(np.float32))
            else:
                content = io.BytesIO()
                np.savez(content, keys=keys, vectors=vectors.astype(np.float32))
                stream.write(self._secrecy.seal_bytes(content.getvalue()))
        temporary.replace(self._path)

    def _keys(self, texts: Sequence[str], kind: Kind) -> list[bytes]:
        make_key = _key if self._secrecy is None else self._secrecy.hash_text
        return [make_key(text) for text in self._facts.add_prefix(texts, kind)]


def _key(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


def _remove_others(path: Path) -> None:
    """Remove what other models and versions left beside `path`: nobody would ever forget it."""
    for other in path.parent.glob("*.npz*"):
        if other != path:
            with contextlib.suppress(OSError):  # such as a folder that only others may write
                other.unlink()


def _read(path: Path, width: int, secrecy: Secrecy | None) -> dict[bytes, FloatArray]:
    try:
        content = path.read_bytes()
        opened = content if secrecy is None else secrecy.open_bytes(content)
        with np.load(io.BytesIO(opened), allow_pickle=False) as stored:
            keys, vectors = stored["keys"], stored["vectors"]
    except (OSError, ValueError, KeyError, EOFError, AttributeError, BadZipFile):
        return {}
    if vectors.ndim != 2 or vectors.shape[1] != width or len(keys) != len(vectors):
        return {}
    known: Mapping[bytes, FloatArray] = {
        key.tobytes(): vector for key, vector in zip(keys, vectors, strict=True)
    }
    return dict(known)

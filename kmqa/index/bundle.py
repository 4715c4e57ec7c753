"""A bundle on disk: written once, sealed by hashes, verified whole on every open.

::

    index/<bundle_id>/
      SEAL                 sha256 of manifest.json
      manifest.json        what the bundle holds, and the sha256 of every other file
      SIGNATURE.json       who vouches for the manifest, where somebody does (`signature`)
      contents/*.json      what `kmqa.index.content_files` writes
      wordings.faiss  passages.faiss  lexical/*.npy  head/*.npy  danger/*.npy
      student/base/*.npy  student/head/*.npy
      documents/*.pdf      and other companions of reviewed content, by folder of their kind
      encoder/             model.onnx, tokenizer.json, encoder.json
"""

import hashlib
import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from kmqa import disk
from kmqa.content import registry
from kmqa.errors import BundleCorrupt, BundleIncompatible, BundleMissing
from kmqa.index import (
    content_files,
    danger_model,
    dense,
    encoder,
    head,
    lexical,
    student,
    vocabulary,
)
from kmqa.index.contents import Contents

FORMAT = 11
SIGNATURE = "SIGNATURE.json"
"""Name of the file that `kmqa.index.signature` writes; the manifest does not list it."""
_APART = frozenset({"manifest.json", "SEAL", SIGNATURE})
_CHUNK = 2**20


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a bundle is and where it came from.

    Attributes:
        bundle_id: Sixteen hexadecimal digits that depend on the corpus, the model and the
            settings of the build alone.
        counts: Number of answers, wordings, passages and so on.
        corpus_sha256: Of all that the build took from the corpus.
        files: Sha256 of each file by its path inside the bundle, apart from this and the seal.
    """

    bundle_id: str
    format: int
    corpus_name: str
    languages: tuple[str, ...]
    counts: Mapping[str, int]
    model: encoder.EncoderFacts
    corpus_sha256: str
    policy: Mapping[str, Any]
    files: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Indexes:
    """What is searched: one row for each wording, one for each passage.

    Attributes:
        head: None where wordings are too few to train one.
        danger: None where examples of danger signs are too few to teach it.
        student: None where there is no head.
        vocabulary: Of answers and refusal groups.
    """

    wordings: dense.DenseIndex
    passages: dense.DenseIndex
    lexical: lexical.LexicalIndex
    head: head.Head | None
    danger: danger_model.DangerModel | None
    student: student.Student | None
    vocabulary: vocabulary.Vocabulary

    def save(self, folder: Path) -> None:
        """Write all of them into `folder`."""
        self.wordings.save(folder / "wordings.faiss")
        self.passages.save(folder / "passages.faiss")
        self.lexical.save(folder / "lexical")
        self.vocabulary.save(folder / "vocabulary")
        if self.head is not None:
            self.head.save(folder / "head")
        if self.danger is not None:
            self.danger.save(folder / "danger")
        if self.student is not None:
            self.student.save(folder / "student")


def load_indexes(folder: Path) -> Indexes:
    """Load what `Indexes.save` wrote into `folder`."""
    return Indexes(
        wordings=dense.load(folder / "wordings.faiss"),
        passages=dense.load(folder / "passages.faiss"),
        lexical=lexical.load(folder / "lexical"),
        head=head.load(folder / "head") if (folder / "head").is_dir() else None,
        danger=danger_model.load(folder / "danger") if (folder / "danger").is_dir() else None,
        student=student.load(folder / "student") if (folder / "student").is_dir() else None,
        vocabulary=vocabulary.load(folder / "vocabulary"),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """An open bundle, verified; its folder holds the encoder as well."""

    folder: Path
    manifest: Manifest
    contents: Contents
    indexes: Indexes

    def pdf(self, document: str) -> Path | None:
        """Return the PDF of a document, or None where the bundle does not hold it."""
        if document not in self.contents.document_sizes:
            return None
        return self.folder / "documents" / f"{document}.pdf"

    def find_sha256(self, document: str) -> str:
        """Return the sealed sha256 of a document's PDF; empty where the bundle has none."""
        return self.manifest.files.get(f"documents/{document}.pdf", "")

    def is_intact(self, document: str) -> bool:
        """Return whether a document's PDF has the bytes that were sealed; False where it is gone.

        It is read again only after its file changed. Who sends it compares once more what is sent,
        because a disk may give other bytes without a change of the file.
        """
        path = self.folder / "documents" / f"{document}.pdf"
        try:
            found = path.stat()
            stamp = (found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)
            return _sha256_at(path, stamp) == self.find_sha256(document)
        except OSError:
            return False

    def companions(self, kind: str, item_id: str) -> Mapping[str, Path]:
        """Return the files that belong to an item beside its record, by their names.

        Args:
            kind: Name of its content kind.
            item_id: Its id.

        Returns:
            Sealed files as they were in the corpus; none where there is no such item.
        """
        known, item = registry.kind_named(kind), self.contents.find(kind, item_id)
        if known is None or item is None:
            return {}
        names = known.select_companions(item, self.manifest.files)
        return {name.rpartition("/")[2]: self.folder / name for name in names}


_MANIFEST = TypeAdapter(Manifest)


def seal(folder: Path, manifest: Manifest) -> None:
    """Write `manifest` with the hash of every file in `folder`, then the seal; sync to disk."""
    files = {name: sha256_of(folder / name) for name in _list_files(folder) if name not in _APART}
    content = _MANIFEST.dump_python(replace(manifest, files=files), mode="json")
    content_files.write_json(folder / "manifest.json", content)
    (folder / "SEAL").write_text(sha256_of(folder / "manifest.json") + "\n", encoding="ascii")
    for path in [*(folder / name for name in _list_files(folder)), folder]:
        disk.sync(path)


def open_bundle(folder: Path) -> Bundle:
    """Open the bundle in `folder`, after checking every byte of it.

    Raises:
        BundleMissing: There is no such folder.
        BundleCorrupt: A file is absent, unexpected or changed.
        BundleIncompatible: It was written in another format.
    """
    manifest = verify(folder)
    try:
        return Bundle(
            folder=folder,
            manifest=manifest,
            contents=content_files.read(folder / "contents"),
            indexes=load_indexes(folder),
        )
    except (ValidationError, ValueError, KeyError, OSError, RuntimeError) as error:
        raise BundleCorrupt(
            "the bundle is sealed but cannot be read",
            which=str(folder),
            got=str(error).splitlines()[0],
            remedy='Run "kmqa build" again.',
        ) from error


def verify(folder: Path) -> Manifest:
    """Hash every file of the bundle in `folder` and return its manifest, if all are right."""
    manifest = read_manifest(folder)
    present = set(_list_files(folder)) - _APART
    for name in sorted(present ^ set(manifest.files)):
        raise BundleCorrupt(
            "a file of the bundle is " + ("unexpected" if name in present else "missing"),
            which=str(folder / name),
            remedy=_REBUILD,
        )
    for name, expected in manifest.files.items():
        _check_file(folder, name, expected)
    return manifest


def read_manifest(folder: Path) -> Manifest:
    """Return the manifest of the bundle in `folder`, checked; no other file is read."""
    if not (folder / "manifest.json").is_file() or not (folder / "SEAL").is_file():
        raise BundleMissing(
            "no finished bundle here", which=str(folder), remedy='Run "kmqa build".'
        )
    _check_file(folder, "manifest.json", (folder / "SEAL").read_bytes().decode("latin-1").strip())
    return _parse_manifest(folder)


_REBUILD = 'Nothing was served from it. Run "kmqa build" again, or "kmqa rollback".'


def _parse_manifest(folder: Path) -> Manifest:
    raw = json.loads((folder / "manifest.json").read_bytes())
    if raw.get("format") != FORMAT:
        raise BundleIncompatible(
            "the bundle has another format",
            which=str(folder),
            got=str(raw.get("format")),
            expected=str(FORMAT),
            remedy='Run "kmqa build" with this version.',
        )
    return _MANIFEST.validate_python(raw)


def _check_file(folder: Path, name: str, expected: str) -> None:
    got = sha256_of(folder / name)
    if got != expected:
        raise BundleCorrupt(
            "a file of the bundle was changed",
            which=str(folder / name),
            got=f"sha256 {got[:12]}",
            expected=expected[:12],
            remedy=_REBUILD,
        )


def sha256_of(path: Path) -> str:
    """Return the sha256 of a file's bytes, in lower-case hexadecimal."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(_CHUNK):
            digest.update(block)
    return digest.hexdigest()


@lru_cache(maxsize=1_024)  # documents; a page that is open asks every few seconds
def _sha256_at(path: Path, _stamp: tuple[int, int, int, int]) -> str:
    return sha256_of(path)


def link_or_copy(source: Path, target: Path) -> None:
    """Make `target` the same file as `source`, or a copy where the disk cannot link."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


def _list_files(folder: Path) -> list[str]:
    found = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    return sorted(path.as_posix() for path in found)

"""Where things lie in a corpus folder, and which paths may be trusted.

Paths are built from ids only after the schema has checked the ids, so no id can leave the
folder; symbolic links that point out of it are refused by `inside`.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kmqa.content import answer, danger_sign, document, registry
from kmqa.content.kind import ContentKind
from kmqa.errors import Problem
from kmqa.records import Reviewed

SETTINGS = "corpus.yaml"
REFUSALS = "refusals.yaml"
GLOSSARY = "glossary.yaml"
DOCUMENTS = document.KIND.folder
ANSWERS = answer.KIND.folder
URGENT = danger_sign.KIND.folder
PHRASES = "phrases"
TESTS = "tests"
AUDIT = "audit.jsonl"
FOLDERS = (DOCUMENTS, ANSWERS, URGENT, PHRASES, TESTS)


def answer_path(topic: str, answer_id: str) -> str:
    """Path of an answer's file, relative to the corpus folder."""
    return f"{ANSWERS}/{topic}/{answer_id}.yaml"


def document_path(document_id: str) -> str:
    """Path of a document's description, relative to the corpus folder."""
    return f"{DOCUMENTS}/{document_id}.yaml"


def pdf_path(root: Path, document_id: str) -> Path:
    """Return the PDF of a document; it need not exist."""
    return root / DOCUMENTS / f"{document_id}.pdf"


def phrases_path(language: str) -> str:
    """Return the path of the phrases in one language, relative to the corpus folder."""
    return f"{PHRASES}/{language}.yaml"


def folders_of(root: Path, kind: ContentKind[Any]) -> tuple[str, ...]:
    """Return the folders in which items of `kind` may lie, relative to `root`, sorted."""
    is_flat = "/" not in kind.file
    return (kind.folder,) if is_flat else (kind.folder, *folders(root, kind.folder))


def files_in(root: Path, folder: str) -> tuple[str, ...]:
    """Return the files right inside `folder`, sorted, relative to `root`; hidden ones not."""
    inner = (entry.name for entry in _list_files(root / folder) if entry.is_file())
    return tuple(f"{folder}/{name}" for name in inner if not name.startswith("."))


def yaml_files(root: Path, folder: str) -> tuple[tuple[str, ...], tuple[Problem, ...]]:
    """YAML files right inside `folder` of a corpus, sorted, and those that cannot be used.

    Returns:
        Paths relative to `root`, with forward slashes; and a problem for each file that links
        out of the corpus or whose name will not be read.
    """
    problems = [*_find_misnamed(root, folder)]
    found = []
    # Where the folder itself is inside, only a link can lead out: following each file costs more
    # than all the rest of reading a large corpus again.
    is_outside = link_problem(root, folder) is not None
    for entry in _list_files(root / folder):
        if not entry.name.endswith(".yaml") or entry.name.startswith("."):
            continue
        name = f"{folder}/{entry.name}"
        outside = link_problem(root, name) if is_outside or entry.is_symlink() else None
        if outside:
            problems.append(outside)
        else:
            found.append(name)
    return tuple(found), tuple(problems)


def folders(root: Path, folder: str) -> tuple[str, ...]:
    """Folders right inside `folder` of a corpus, sorted, relative to `root`; hidden ones not."""
    inner = (entry.name for entry in _list_files(root / folder) if entry.is_dir())
    return tuple(f"{folder}/{name}" for name in inner if not name.startswith("."))


def companions_of(root: Path, kind: ContentKind[Any], item: Reviewed) -> dict[str, Path]:
    """Return the files that belong to `item`, by path relative to `root`; links out of it not."""
    folder = kind.path_of(item).rpartition("/")[0]
    names = kind.select_companions(item, files_in(root, folder))
    return {name: root / name for name in names if not link_problem(root, name)}


def stamps(root: Path) -> tuple[tuple[str, int], ...]:
    """Return every file that is read with its time in nanoseconds: differs when any changes."""
    inside = [PHRASES, *(name for kind in registry.kinds() for name in folders_of(root, kind))]
    entries = [e for e in _list_files(root) if e.name.endswith(".yaml")]
    entries += [entry for folder in inside for entry in _list_files(root / folder)]
    return tuple((entry.path, _last_change(entry)) for entry in entries)


def _last_change(entry: os.DirEntry[str]) -> int:
    """When a file changed last, in nanoseconds; 0 where it went away or links to nothing."""
    try:
        return entry.stat().st_mtime_ns
    except OSError:
        return 0


def link_problem(root: Path, name: str) -> Problem | None:
    """Find whether `name`, relative to `root`, leads out of the corpus folder."""
    if (root / name).resolve().is_relative_to(root.resolve()):
        return None
    message = "the path leads out of the corpus folder. Put the file itself there, not a link."
    return Problem(name, 0, "outside-corpus", message)


def _list_files(folder: Path) -> list[os.DirEntry[str]]:
    """Return what is right inside `folder`, by name; nothing where it is no folder."""
    try:
        with os.scandir(folder) as entries:
            return sorted(entries, key=lambda entry: entry.name)
    except (FileNotFoundError, NotADirectoryError):
        return []


def _find_misnamed(root: Path, folder: str) -> Iterator[Problem]:
    for entry in _list_files(root / folder):
        stem, dot, suffix = entry.name.rpartition(".")
        if stem and dot and suffix != "yaml" and suffix.lower() in {"yml", "yaml"}:
            message = f'this file is not read. Rename it to "{stem}.yaml".'
            yield Problem(f"{folder}/{entry.name}", 0, "file-ignored", message, "warning")

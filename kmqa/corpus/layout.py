"""Where things lie in a corpus folder, and which paths may be trusted.

Paths are built from ids only after the schema has checked the ids, so no id can leave the
folder; symbolic links that point out of it are refused by `inside`.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from kmqa.errors import Problem

Kind = Literal["settings", "document", "answer", "urgent", "refusals", "glossary", "phrases"]

SETTINGS = "corpus.yaml"
REFUSALS = "refusals.yaml"
GLOSSARY = "glossary.yaml"
DOCUMENTS = "documents"
ANSWERS = "answers"
URGENT = "urgent"
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
    """The PDF of a document; it need not exist."""
    return root / DOCUMENTS / f"{document_id}.pdf"


def item_path(kind: Kind, item_id: str, topic: str = "") -> str:
    """Path at which an item belongs, relative to the corpus folder."""
    paths = {
        "settings": SETTINGS,
        "refusals": REFUSALS,
        "glossary": GLOSSARY,
        "document": document_path(item_id),
        "answer": answer_path(topic, item_id),
        "urgent": f"{URGENT}/{item_id}.yaml",
        "phrases": f"{PHRASES}/{item_id}.yaml",
    }
    return paths[kind]


def yaml_files(root: Path, folder: str) -> tuple[tuple[str, ...], tuple[Problem, ...]]:
    """YAML files right inside `folder` of a corpus, sorted, and those that cannot be used.

    Returns:
        Paths relative to `root`, with forward slashes; and a problem for each file that links
        out of the corpus or whose name will not be read.
    """
    problems = [*_misnamed(root, folder)]
    found = []
    # Where the folder itself is inside, only a link can lead out: following each file costs more
    # than all the rest of reading a large corpus again.
    is_outside = link_problem(root, folder) is not None
    for entry in _listed(root / folder):
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
    inner = (entry.name for entry in _listed(root / folder) if entry.is_dir())
    return tuple(f"{folder}/{name}" for name in inner if not name.startswith("."))


def stamps(root: Path) -> tuple[tuple[str, int], ...]:
    """Every YAML file of the corpus with its time in nanoseconds: changes when any of them does."""
    inside = (ANSWERS, DOCUMENTS, URGENT, PHRASES, *folders(root, ANSWERS))
    entries = [*_listed(root), *(entry for folder in inside for entry in _listed(root / folder))]
    return tuple((e.path, _changed_at(e)) for e in entries if e.name.endswith(".yaml"))


def _changed_at(entry: os.DirEntry[str]) -> int:
    """When a file changed last, in nanoseconds; 0 where it went away or links to nothing."""
    try:
        return entry.stat().st_mtime_ns
    except OSError:
        return 0


def link_problem(root: Path, name: str) -> Problem | None:
    """A problem when `name`, relative to `root`, leads out of the corpus folder."""
    if (root / name).resolve().is_relative_to(root.resolve()):
        return None
    message = "the path leads out of the corpus folder. Put the file itself there, not a link."
    return Problem(name, 0, "outside-corpus", message)


def _listed(folder: Path) -> list[os.DirEntry[str]]:
    """What is right inside `folder`, by name; nothing where it is no folder."""
    try:
        with os.scandir(folder) as entries:
            return sorted(entries, key=lambda entry: entry.name)
    except (FileNotFoundError, NotADirectoryError):
        return []


def _misnamed(root: Path, folder: str) -> Iterator[Problem]:
    for entry in _listed(root / folder):
        stem, dot, suffix = entry.name.rpartition(".")
        if stem and dot and suffix != "yaml" and suffix.lower() in {"yml", "yaml"}:
            message = f'this file is not read. Rename it to "{stem}.yaml".'
            yield Problem(f"{folder}/{entry.name}", 0, "file-ignored", message, "warning")

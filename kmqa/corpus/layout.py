"""Where things lie in a corpus folder, and which paths may be trusted.

Paths are built from ids only after the schema has checked the ids, so no id can leave the
folder; symbolic links that point out of it are refused by `inside`.
"""

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
    for path in _listed(root / folder):
        if path.suffix != ".yaml" or path.name.startswith("."):
            continue
        name = f"{folder}/{path.name}"
        outside = link_problem(root, name)
        if outside:
            problems.append(outside)
        else:
            found.append(name)
    return tuple(found), tuple(problems)


def folders(root: Path, folder: str) -> tuple[str, ...]:
    """Folders right inside `folder` of a corpus, sorted, relative to `root`; hidden ones not."""
    inner = (path for path in _listed(root / folder) if path.is_dir())
    return tuple(f"{folder}/{path.name}" for path in inner if not path.name.startswith("."))


def link_problem(root: Path, name: str) -> Problem | None:
    """A problem when `name`, relative to `root`, leads out of the corpus folder."""
    if (root / name).resolve().is_relative_to(root.resolve()):
        return None
    message = "the path leads out of the corpus folder. Put the file itself there, not a link."
    return Problem(name, 0, "outside-corpus", message)


def _listed(folder: Path) -> list[Path]:
    return sorted(folder.iterdir()) if folder.is_dir() else []


def _misnamed(root: Path, folder: str) -> Iterator[Problem]:
    for path in _listed(root / folder):
        if path.suffix.lower() in {".yml", ".yaml"} and path.suffix != ".yaml":
            message = f'this file is not read. Rename it to "{path.stem}.yaml".'
            yield Problem(f"{folder}/{path.name}", 0, "file-ignored", message, "warning")

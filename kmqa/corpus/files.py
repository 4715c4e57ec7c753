"""Read a corpus folder into records; `kmqa.corpus.item_files` writes them back.

Reading collects every problem of form: what YAML, the schema and the file names can get wrong.
What the records say is judged by `kmqa.corpus.validate`. This module decides nothing about
status; see `kmqa.corpus.workflow`.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from kmqa import phrases
from kmqa.content import registry
from kmqa.content.corpus import Corpus
from kmqa.corpus import layout
from kmqa.corpus.reader import FileMemory, Reader
from kmqa.errors import CorpusFileError, CorpusInvalid, Problem
from kmqa.records import CorpusSettings, GlossaryFile, Refusals, Text

_PHRASES = dict[str, Text]
_remembered: dict[Path, FileMemory] = {}


@dataclass(frozen=True, slots=True)
class Reading:
    """What could be read: a corpus unless its `corpus.yaml` is unusable, and every problem."""

    corpus: Corpus | None
    problems: tuple[Problem, ...]


def read_corpus(root: Path) -> Corpus:
    """Return the corpus in `root`.

    Raises:
        CorpusFileError: `root` is not a corpus folder.
        CorpusInvalid: Some file has the wrong form; carries all such problems.
    """
    reading = read(root)
    errors = tuple(problem for problem in reading.problems if problem.severity == "error")
    if errors or reading.corpus is None:
        raise CorpusInvalid(errors)
    return reading.corpus


def remember(root: Path) -> None:
    """Make reading `root` again, in this process, as cheap as what has changed in it.

    For processes that read a corpus again and again. A file counts as unchanged where its inode,
    size and time in nanoseconds are the same.
    """
    _remembered.setdefault(root, FileMemory())


def read(root: Path) -> Reading:
    """Return what is in the corpus folder `root`, with all problems of form instead of the first.

    An item with a wrong form is left out. Where two files claim one id, the first is kept.

    Raises:
        CorpusFileError: `root` is not a folder or has no `corpus.yaml`.
    """
    if not (root / layout.SETTINGS).exists():
        raise CorpusFileError(
            "there is no corpus here",
            path=root,
            expected=f"a folder with {layout.SETTINGS}",
            remedy='Check the path, or begin one with "kmqa init DIR".',
        )
    reader = Reader(root, _remembered.get(root, FileMemory()))
    settings = reader.read_one("settings", "", layout.SETTINGS, CorpusSettings)
    parts: dict[str, Any] = {
        "items": {kind.name: reader.read_items(kind) for kind in registry.kinds()},
        "refusals": reader.read_optional("refusals", layout.REFUSALS, Refusals),
        "glossary": reader.read_optional("glossary", layout.GLOSSARY, GlossaryFile),
    }
    own_phrases = _read_phrases(reader)
    problems = tuple(sorted(reader.problems))
    if settings is None:
        return Reading(None, problems)
    parts["phrases"] = phrases.complete(own_phrases, settings.languages)
    corpus = Corpus(root=root, settings=settings, origins=reader.origins, **parts)
    return Reading(corpus, problems)


def _read_phrases(reader: Reader) -> dict[str, dict[str, str]]:
    found = {}
    for path in reader.yaml_files(layout.PHRASES):
        language = Path(path).stem
        # The schema of a phrase file is a mapping, for which there is no record class.
        texts = reader.read_one("phrases", language, path, cast("type[dict[str, str]]", _PHRASES))
        if texts is not None:
            found[language] = texts
    return found

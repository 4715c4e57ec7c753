"""Read a corpus folder into records, and write answers back.

Reading collects every problem of form: what YAML, the schema and the file names can get wrong.
What the records say is judged by `kmqa.corpus.validate`. This module decides nothing about
status; see `kmqa.corpus.workflow`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar, cast

from kmqa import disk
from kmqa.corpus import layout, schema, yaml_file, yaml_writer
from kmqa.errors import CorpusFileError, CorpusInvalid, EditConflict, Problem
from kmqa.records import (
    Answer,
    CorpusSettings,
    Document,
    GlossaryFile,
    Refusals,
    Text,
    UrgentEntry,
)

Item = Answer | Document | UrgentEntry
Record = TypeVar("Record")


@dataclass(frozen=True, slots=True)
class Origin:
    """The file that something was read from.

    Attributes:
        path: Relative to the corpus folder, with forward slashes.
        sha256: Of the file's bytes when it was read.
        lines: Line of each key and list item, counted from 1, by its path of keys and numbers.
    """

    path: str
    sha256: str
    lines: Mapping[yaml_file.Place, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Corpus:
    """Everything that the files of a corpus say; items are sorted by id, ids are unique.

    Attributes:
        phrases: Fixed phrases by language and name.
        origins: Where each thing was read, by kind and id (empty id: settings, refusals, glossary);
            a language is the id of its phrases.
    """

    root: Path
    settings: CorpusSettings
    documents: tuple[Document, ...] = ()
    answers: tuple[Answer, ...] = ()
    urgent: tuple[UrgentEntry, ...] = ()
    refusals: Refusals = field(default_factory=Refusals)
    glossary: GlossaryFile = field(default_factory=GlossaryFile)
    phrases: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    origins: Mapping[tuple[layout.Kind, str], Origin] = field(default_factory=dict)

    def place(self, kind: layout.Kind, item_id: str, *where: str | int) -> tuple[str, int]:
        """File and line of an item, or of the part of it that `where` leads to.

        The line is 0 for a thing that was not read from a file.
        """
        origin = self.origins.get((kind, item_id))
        if origin is None:
            return layout.item_path(kind, item_id, self._topic(item_id)), 0
        while where and where not in origin.lines:
            where = where[:-1]
        return origin.path, origin.lines.get(where, 1)

    def _topic(self, item_id: str) -> str:
        return next((answer.topic for answer in self.answers if answer.id == item_id), "")


@dataclass(frozen=True, slots=True)
class Reading:
    """What could be read: a corpus unless its `corpus.yaml` is unusable, and every problem."""

    corpus: Corpus | None
    problems: tuple[Problem, ...]


def read_corpus(root: Path) -> Corpus:
    """The corpus in `root`.

    Raises:
        CorpusFileError: `root` is not a corpus folder.
        CorpusInvalid: Some file has the wrong form; carries all such problems.
    """
    reading = read(root)
    errors = tuple(problem for problem in reading.problems if problem.severity == "error")
    if errors or reading.corpus is None:
        raise CorpusInvalid(errors)
    return reading.corpus


Stamp = tuple[int, int, int]
_remembered: dict[Path, dict[Path, tuple[Stamp, "_Parsed"]]] = {}
"""What each file said when it was last read, by corpus folder and file."""


def remember(root: Path) -> None:
    """From now on reading `root` again is as cheap as what has changed in it.

    For processes that read a corpus again and again. A file counts as unchanged where its inode,
    size and time in nanoseconds are the same.
    """
    _remembered.setdefault(root, {})


def read(root: Path) -> Reading:
    """What is in the corpus folder `root`, with all problems of form instead of the first.

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
    reader = _Reader(root)
    settings = reader.one("settings", "", layout.SETTINGS, CorpusSettings)
    parts: dict[str, Any] = {
        "documents": reader.documents(),
        "answers": reader.answers(),
        "urgent": reader.items("urgent", layout.URGENT, UrgentEntry),
        "refusals": reader.refusals(),
        "glossary": reader.glossary(),
        "phrases": reader.phrases(),
    }
    problems = tuple(sorted(reader.problems))
    if settings is None:
        return Reading(None, problems)
    corpus = Corpus(root=root, settings=settings, origins=reader.origins, **parts)
    return Reading(corpus, problems)


class _Reader:
    """Reads files one by one, keeping origins and problems as it goes."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.memory = _remembered.get(root, {})
        self.problems: list[Problem] = []
        self.origins: dict[tuple[layout.Kind, str], Origin] = {}

    def one(
        self, kind: layout.Kind, item_id: str, path: str, record: type[Record]
    ) -> Record | None:
        outside = layout.link_problem(self.root, path)
        if outside:
            self.problems.append(outside)
            return None
        read = self._record(path, record)
        if read is None:
            return None
        self.origins[kind, item_id] = read[1]
        return read[0]

    def refusals(self) -> Refusals:
        if not (self.root / layout.REFUSALS).exists():
            return Refusals()
        return self.one("refusals", "", layout.REFUSALS, Refusals) or Refusals()

    def glossary(self) -> GlossaryFile:
        if not (self.root / layout.GLOSSARY).exists():
            return GlossaryFile()
        return self.one("glossary", "", layout.GLOSSARY, GlossaryFile) or GlossaryFile()

    def phrases(self) -> dict[str, dict[str, str]]:
        found = {}
        for path in self._yaml_files(layout.PHRASES):
            language = Path(path).stem
            # The schema of a phrase file is a mapping, for which there is no record class.
            texts = self.one("phrases", language, path, cast("type[dict[str, str]]", _PHRASES))
            if texts is not None:
                found[language] = texts
        return found

    def documents(self) -> tuple[Document, ...]:
        for pdf in sorted((self.root / layout.DOCUMENTS).glob("*.pdf")):
            if not pdf.with_suffix(".yaml").exists():
                message = f'this PDF is not used. Describe it in "{pdf.stem}.yaml".'
                name = f"{layout.DOCUMENTS}/{pdf.name}"
                self.problems.append(Problem(name, 0, "file-ignored", message, "warning"))
        return self.items("document", layout.DOCUMENTS, Document)

    def answers(self) -> tuple[Answer, ...]:
        answers = list(self.items("answer", layout.ANSWERS, Answer))
        for folder in layout.folders(self.root, layout.ANSWERS):
            answers += self.items("answer", folder, Answer)
        return tuple(sorted(answers, key=lambda answer: answer.id))

    def items(self, kind: layout.Kind, folder: str, record: type[Record]) -> tuple[Record, ...]:
        found: dict[str, Record] = {}
        for path in self._yaml_files(folder):
            read = self._record(path, record)
            if read is not None and self._is_new(kind, cast("Item", read[0]), read[1]):
                found[cast("Item", read[0]).id] = read[0]
        return tuple(found[item_id] for item_id in sorted(found))

    def _yaml_files(self, folder: str) -> tuple[str, ...]:
        paths, problems = layout.yaml_files(self.root, folder)
        self.problems += problems
        return paths

    def _record(self, path: str, record: type[Record]) -> tuple[Record, Origin] | None:
        parsed = self._parsed(path, record)
        self.problems += parsed.problems
        if parsed.value is None or parsed.origin is None:
            return None
        return cast("Record", parsed.value), parsed.origin

    def _parsed(self, path: str, record: type[Record]) -> "_Parsed":
        stamp = _stamp(self.root / path)
        before = self.memory.get(self.root / path)
        if before is not None and stamp is not None and before[0] == stamp:
            return before[1]
        parsed = _parse(self.root, path, record)
        if stamp is not None:
            self.memory[self.root / path] = (stamp, parsed)
        return parsed

    def _is_new(self, kind: layout.Kind, item: Item, origin: Origin) -> bool:
        """Keep the origin of an item, unless another file has claimed its id."""
        line = origin.lines.get(("id",), 1)
        first = self.origins.get((kind, item.id))
        if first:
            message = f'the id "{item.id}" is also in {first.path}. Give one of the two another id.'
            self.problems.append(Problem(origin.path, line, "id-repeated", message))
            return False
        self.origins[kind, item.id] = origin
        belongs = layout.item_path(kind, item.id, getattr(item, "topic", ""))
        if origin.path != belongs:
            message = f'the file name does not fit its id. Move it to "{belongs}".'
            self.problems.append(Problem(origin.path, line, "file-misplaced", message))
        return True


_PHRASES = dict[str, Text]


@dataclass(frozen=True, slots=True)
class _Parsed:
    """What one file gave: a record with its origin, or problems that say why not."""

    value: object = None
    origin: Origin | None = None
    problems: tuple[Problem, ...] = ()


def _parse(root: Path, path: str, record: type[Record]) -> _Parsed:
    try:
        file = yaml_file.read(root / path)
    except CorpusFileError as error:
        return _Parsed(problems=(_unreadable(path, error),))
    # Validated even when absent: a default made by the dataclass alone would not be.
    data = {"policy": {}} | file.data if record is CorpusSettings else file.data
    value, problems = schema.record_of(record, data, path, file.line)
    return _Parsed(value, Origin(path, file.sha256, file.lines), tuple(problems))


def _stamp(path: Path) -> Stamp | None:
    """What changes when a file is written, also where its size stays; None where it is gone."""
    try:
        facts = path.stat()
    except OSError:
        return None
    return facts.st_ino, facts.st_size, facts.st_mtime_ns


def _unreadable(path: str, error: CorpusFileError) -> Problem:
    facts = f"; got {error.got}" if error.got else ""
    facts += f", expected {error.expected}" if error.expected else ""
    message = f"{error.what}{facts}. {error.remedy}".strip()
    return Problem(path, error.line or 0, "file-unreadable", message)


def write_answer(root: Path, answer: Answer, expected_sha256: str | None) -> str:
    """The file of `answer` says what `answer` says; see `write_item`."""
    return write_item(root, answer, expected_sha256)


def write_item(root: Path, item: Item, expected_sha256: str | None) -> str:
    """The file of `item` says what `item` says, safely on disk, comments and key order kept.

    An answer whose topic changed must be moved first; this writes where the item belongs.

    Args:
        root: The corpus folder.
        item: What to write.
        expected_sha256: Of the file's bytes when the item was read (`Origin.sha256`), or None
            for an item that is new.

    Returns:
        SHA-256 of the new bytes.

    Raises:
        EditConflict: The file is no longer the one that was read, or a new item has one.
        CorpusFileError: The path leads out of the corpus, or the file cannot be parsed.
    """
    name = layout.item_path(kind_of(item), item.id, getattr(item, "topic", ""))
    text = rewritten(root, name, item, expected_sha256)
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    disk.write_atomically(path, text)
    return disk.sha256_of(text.encode())


def rewritten(root: Path, name: str, item: Item, expected_sha256: str | None) -> str:
    """What the file `name` will hold once it says what `item` says; raises as `write_item`."""
    outside = layout.link_problem(root, name)
    if outside:
        raise CorpusFileError("the path leads out of the corpus", path=root / name)
    path = root / name
    if expected_sha256 is None:
        if path.exists():
            raise _conflict(name, "a file", "no file yet")
        return yaml_writer.dump(schema.plain(item))
    if not path.exists():
        raise _conflict(name, "no file", "the file that was read")
    file = yaml_file.read(path)
    if file.sha256 != expected_sha256:
        raise _conflict(name, "other bytes", "those that were read")
    before, _ = schema.record_of(type(item), file.data, name, file.line)
    old = schema.plain(before) if before else {}
    return yaml_writer.changed(path, old, schema.plain(item))


def kind_of(item: Item) -> layout.Kind:
    """Which kind of item this is, as paths and audit lines name it."""
    if isinstance(item, Answer):
        return "answer"
    return "document" if isinstance(item, Document) else "urgent"


def _conflict(name: str, got: str, expected: str) -> EditConflict:
    return EditConflict(
        "somebody changed the file meanwhile",
        which=name,
        got=got,
        expected=expected,
        remedy="Read it again and repeat your change.",
    )

"""Read the files of a corpus one by one, keeping where each thing stood and what was wrong."""

from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import Any, TypeVar, cast

from kmqa import disk
from kmqa.content.corpus import Origin
from kmqa.content.kind import ContentKind, Item
from kmqa.corpus import layout, schema, yaml_file
from kmqa.errors import CorpusFileError, Problem
from kmqa.records import CorpusSettings

Record = TypeVar("Record")
_Stamp = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class _Parsed:
    """What one file gave: a record with its origin, or problems that say why not."""

    value: object = None
    origin: Origin | None = None
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class FileMemory:
    """What files said when they were last read, with what changes when they are written."""

    parsed: dict[Path, tuple[_Stamp, _Parsed]] = field(default_factory=dict)
    hashes: dict[Path, tuple[_Stamp, str]] = field(default_factory=dict)


class Reader:
    """Reads files of the corpus `root`.

    Attributes:
        problems: Of all files that were read so far.
        origins: Where each thing was read, as in `kmqa.content.corpus.Corpus`.
    """

    def __init__(self, root: Path, memory: FileMemory) -> None:
        self.root = root
        self.memory = memory
        self.problems: list[Problem] = []
        self.origins: dict[tuple[str, str], Origin] = {}

    def read_one(self, kind: str, item_id: str, path: str, record: type[Record]) -> Record | None:
        """Return what the file `path` says, or None where it cannot be used."""
        outside = layout.link_problem(self.root, path)
        if outside:
            self.problems.append(outside)
            return None
        found = self._record(path, record)
        if found is None:
            return None
        self.origins[kind, item_id] = found[1]
        return found[0]

    def read_optional(self, kind: str, path: str, record: type[Record]) -> Record:
        """Return what the file `path` says, or an empty record where there is no such file."""
        if not (self.root / path).exists():
            return record()
        return self.read_one(kind, "", path, record) or record()

    def read_items(self, kind: ContentKind[Item]) -> tuple[Item, ...]:
        """Return the items of `kind` by id."""
        found: dict[str, Item] = {}
        paths = self._item_files(kind)
        for path in paths:
            read = self._record(path, kind.record)
            if read is not None and self._is_new(kind, *read):
                found[read[0].id] = read[0]
        self._warn_of_strays(kind, paths)
        return tuple(found[item_id] for item_id in sorted(found))

    def yaml_files(self, folder: str) -> tuple[str, ...]:
        """Return the YAML files right inside `folder`, and keep the problems of the others."""
        paths, problems = layout.yaml_files(self.root, folder)
        self.problems += problems
        return paths

    def _item_files(self, kind: ContentKind[Any]) -> tuple[str, ...]:
        folders = layout.folders_of(self.root, kind)
        paths = [path for folder in folders for path in self.yaml_files(folder)]
        if not kind.is_folder:
            return tuple(paths)
        # In an item's folder only the one file says what it is; others may be its companions.
        own, flat = PurePosixPath(kind.file).name, f"{kind.folder}/"
        return tuple(p for p in paths if PurePosixPath(p).name == own or "/" not in p[len(flat) :])

    def _warn_of_strays(self, kind: ContentKind[Any], paths: tuple[str, ...]) -> None:
        """Warn of files that look as if they belonged to an item whose YAML is not there."""
        if kind.is_folder:
            described = {str(PurePosixPath(path).parent) for path in paths}
            for folder in layout.folders(self.root, kind.folder):
                if folder not in described:
                    name = PurePosixPath(kind.file).name
                    message = f'this folder is not used. Describe it in "{name}".'
                    self._warn(folder, message)
        elif kind.companions:
            for folder in layout.folders_of(self.root, kind):
                for name in layout.files_in(self.root, folder):
                    path = PurePosixPath(name)
                    yaml = path.with_suffix(".yaml")
                    if kind.companions.fit(path.stem, path.name) and str(yaml) not in paths:
                        what = "this PDF" if path.suffix == ".pdf" else "this file"
                        self._warn(name, f'{what} is not used. Describe it in "{yaml.name}".')

    def _warn(self, path: str, message: str) -> None:
        self.problems.append(Problem(path, 0, "file-ignored", message, "warning"))

    def _record(self, path: str, record: type[Record]) -> tuple[Record, Origin] | None:
        parsed = self._parse_cached(path, record)
        self.problems += parsed.problems
        if parsed.value is None or parsed.origin is None:
            return None
        return cast("Record", parsed.value), parsed.origin

    def _parse_cached(self, path: str, record: type[Record]) -> _Parsed:
        stamp = _stamp(self.root / path)
        before = self.memory.parsed.get(self.root / path)
        if before is not None and stamp is not None and before[0] == stamp:
            return before[1]
        parsed = _parse(self.root, path, record)
        if stamp is not None:
            self.memory.parsed[self.root / path] = (stamp, parsed)
        return parsed

    def _is_new(self, kind: ContentKind[Item], item: Item, origin: Origin) -> bool:
        """Keep the origin of an item, unless another file has claimed its id."""
        line = origin.line("id")
        first = self.origins.get((kind.name, item.id))
        if first:
            message = f'the id "{item.id}" is also in {first.path}. Give one of the two another id.'
            self.problems.append(Problem(origin.path, line, "id-repeated", message))
            return False
        companions = self._companions(kind, item) if kind.is_vouched_by_log else {}
        self.origins[kind.name, item.id] = replace(origin, companions=companions)
        belongs = kind.path_of(item)
        if origin.path != belongs:
            message = f'the file name does not fit its id. Move it to "{belongs}".'
            self.problems.append(Problem(origin.path, line, "file-misplaced", message))
        return True

    def _companions(self, kind: ContentKind[Item], item: Item) -> dict[str, str]:
        """Return the sha256 of each file that belongs to `item`, and keep problems of links."""
        folder = kind.path_of(item).rpartition("/")[0]
        names = kind.select_companions(item, layout.files_in(self.root, folder))
        self.problems += filter(None, (layout.link_problem(self.root, name) for name in names))
        return {name: self._sha256(name) for name in layout.companions_of(self.root, kind, item)}

    def _sha256(self, name: str) -> str:
        path = self.root / name
        stamp = _stamp(path)
        before = self.memory.hashes.get(path)
        if before is not None and before[0] == stamp:
            return before[1]
        sha256 = disk.sha256_of(path.read_bytes())
        if stamp is not None:
            self.memory.hashes[path] = (stamp, sha256)
        return sha256


def _parse(root: Path, path: str, record: type[Record]) -> _Parsed:
    try:
        file = yaml_file.read(root / path)
    except CorpusFileError as error:
        return _Parsed(problems=(_unreadable(path, error),))
    # Validated even when absent: a default made by the dataclass alone would not be.
    data = {"policy": {}} | file.data if record is CorpusSettings else file.data
    value, problems = schema.record_of(record, data, path, file.line)
    return _Parsed(value, Origin(path, file.sha256, file.lines), tuple(problems))


def _stamp(path: Path) -> _Stamp | None:
    """Return what changes when a file is written, even at the same size; None if it is gone."""
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

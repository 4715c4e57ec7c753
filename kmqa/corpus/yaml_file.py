"""One YAML file, read with its line numbers; `kmqa.corpus.yaml_writer` writes them.

Reading is strict and made for files from strangers: no aliases, tags, second documents or
repeated keys, and limits on size and depth. Every scalar stays text, so ``lang: no`` is never
a Boolean and ``id: 042`` keeps its nought; `kmqa.corpus.schema` turns text into dates and
numbers. Libyaml's event stream is used because the pure reader of ruamel.yaml takes about
twenty times as long.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import yaml

from kmqa import disk
from kmqa.errors import CorpusFileError

MAX_BYTES = 5_000_000
MAX_DEPTH = 12  # the deepest record, a variant's conditions, has six levels

Place = tuple[str | int, ...]

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml is optional in PyYAML
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})


@dataclass(frozen=True, slots=True)
class YamlFile:
    """What one file says, and where in it each thing stands.

    Attributes:
        sha256: Of the file's bytes.
        data: Mappings, lists and text; keys without a value are left out.
        lines: Line, counted from 1, of each key and list item by its path of keys and numbers.
    """

    path: Path
    sha256: str
    data: dict[str, object]
    lines: Mapping[Place, int]

    def line(self, *place: str | int) -> int:
        """Line of the innermost part of `place` that stands in the file, or 1."""
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, 1)


def read(path: Path) -> YamlFile:
    """Read what `path` says, with line numbers.

    Raises:
        CorpusFileError: It cannot be read, is too large, is not UTF-8 or is not plain YAML with
            keys at the top.
    """
    content = _content(path)
    builder = _Builder(path, _decode(path, content))
    data = builder.document()
    return YamlFile(path, disk.sha256_of(content), data, builder.lines)


def text_of(path: Path) -> str:
    """Read the text of the file `path`; raise as `read` where it cannot be read at all."""
    return _decode(path, _content(path))


def _content(path: Path) -> bytes:
    try:
        if not path.is_file():
            raise CorpusFileError("not a file", path=path, remedy="Put a YAML file there.")
        n_bytes = path.stat().st_size
        if n_bytes > MAX_BYTES:
            raise CorpusFileError(
                "the file is too large",
                path=path,
                got=f"{n_bytes:,} bytes",
                expected=f"at most {MAX_BYTES:,}",
                remedy="Split it into smaller files.",
            )
        return path.read_bytes()
    except OSError as error:
        raise CorpusFileError(
            "the file cannot be read",
            path=path,
            got=error.strerror or type(error).__name__,
            remedy="Check that it exists and may be read.",
        ) from error


def _decode(path: Path, content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CorpusFileError(
            "the file is not UTF-8",
            path=path,
            line=content.count(b"\n", 0, error.start) + 1,
            got=f"byte 0x{content[error.start]:02x}",
            remedy="Save it again with the encoding UTF-8.",
        ) from error


class _Builder:
    """Turns libyaml's events into plain data and remembers the lines."""

    def __init__(self, path: Path, text: str) -> None:
        self.path = path
        self.lines: dict[Place, int] = {}
        self._events = self._translate(text)

    def document(self) -> dict[str, object]:
        next(self._events)  # start of the stream
        if not isinstance(next(self._events), yaml.DocumentStartEvent):
            raise self._fault("the file is empty", 1, "Write its keys, or delete it.")
        data = self._value(next(self._events), ())
        next(self._events)  # end of the document
        after = next(self._events)
        if not isinstance(after, yaml.StreamEndEvent):
            raise self._fault(
                "a second document begins", after, 'Keep one document in a file, without "---".'
            )
        if not isinstance(data, dict):
            raise self._fault("no keys at the top", 1, 'Begin with lines such as "id: name".')
        return data

    def _translate(self, text: str) -> Iterator[yaml.Event]:
        try:
            yield from yaml.parse(text, Loader=_Loader)
        except yaml.reader.ReaderError as error:
            line = text.count("\n", 0, error.position) + 1
            raise self._fault(
                "a control character stands in the file", line, "Delete it."
            ) from error
        except yaml.MarkedYAMLError as error:
            raise self._fault(*_syntax_fault(error, text)) from error

    def _value(self, event: yaml.Event, place: Place) -> object:
        self._check_allowed(event, place)
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(place)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(place)
        scalar = cast("yaml.ScalarEvent", event)  # all that a value can still be
        return None if scalar.implicit[0] and scalar.value in _NULLS else str(scalar.value)

    def _mapping(self, place: Place) -> dict[str, object]:
        found: dict[str, object] = {}
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            if not isinstance(event, yaml.ScalarEvent):
                raise self._fault("a key is not a plain word", event, "Write it as a word.")
            key = (*place, str(event.value))
            if key in self.lines:
                raise self._fault(
                    f'the key "{event.value}" stands twice (first in line {self.lines[key]})',
                    event,
                    "Keep one of them.",
                )
            self.lines[key] = _line(event)
            value = self._value(next(self._events), key)
            if value is not None:
                found[str(event.value)] = value
        return found

    def _sequence(self, place: Place) -> list[object]:
        found: list[object] = []
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            item = (*place, len(found))
            self.lines[item] = _line(event)
            found.append(self._value(event, item))
        return found

    def _check_allowed(self, event: yaml.Event, place: Place) -> None:
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise self._fault(
                "an anchor or alias (& or *) stands here", event, "Write the text out, or quote it."
            )
        if getattr(event, "tag", None):
            raise self._fault("a tag (!) stands here", event, "Delete it, or quote the text.")
        if len(place) > MAX_DEPTH:
            raise self._fault("lists or keys are nested too deep", event, "Flatten them.")

    def _fault(self, what: str, where: yaml.Event | int, remedy: str) -> CorpusFileError:
        line = where if isinstance(where, int) else _line(where)
        return CorpusFileError(what, path=self.path, line=line, remedy=remedy)


def _line(event: yaml.Event) -> int:
    mark = event.start_mark
    return mark.line + 1 if mark else 1


def _syntax_fault(error: yaml.MarkedYAMLError, text: str) -> tuple[str, int, str]:
    line = error.problem_mark.line + 1 if error.problem_mark else 1
    problem = (error.problem or "unknown fault").replace("\t", "tab")
    lines = text.split("\n")[line - 1 : line]
    if lines and "\t" in lines[0][: len(lines[0]) - len(lines[0].lstrip())]:
        return "a tab stands where spaces belong", line, "Indent with spaces."
    quoting = "Check the indentation, and put text with a colon or # in quotation marks."
    return f"not valid YAML ({problem})", line, quoting

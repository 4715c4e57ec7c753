"""Everything that the files of a corpus say, and where each thing was read."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from kmqa import disk
from kmqa.records import (
    Answer,
    CorpusSettings,
    Document,
    GlossaryFile,
    Refusals,
    Reviewed,
    UrgentEntry,
)

FileLines = Mapping[tuple[str | int, ...], int]
"""Line of each key and list item of a file, counted from 1, by its path of keys and numbers."""


@dataclass(frozen=True, slots=True)
class Origin:
    """The file that something was read from.

    Attributes:
        path: Relative to the corpus folder, with forward slashes.
        sha256: Of the file's bytes when it was read.
        lines: Where in the file each thing stands.
        companions: Sha256 of each file that belongs to an item, by its path relative to the
            corpus, where the audit log vouches for them.
    """

    path: str
    sha256: str
    lines: FileLines
    companions: Mapping[str, str] = field(default_factory=dict)

    @property
    def state(self) -> str:
        """A fingerprint of all bytes that were read; `sha256` where there is one file."""
        if not self.companions:
            return self.sha256
        parts = (self.sha256, *(f"{name} {sha256}" for name, sha256 in self.companions.items()))
        return disk.sha256_of("\n".join(parts).encode())

    def line(self, *where: str | int) -> int:
        """Return the line of the innermost part of `where` that stands in the file, or 1.

        The line is 0 where no file was read.
        """
        while where and where not in self.lines:
            where = where[:-1]
        return self.lines.get(where, 1 if self.lines else 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Corpus:
    """Everything that the files of a corpus say; items are sorted by id, ids are unique.

    Attributes:
        items: Reviewed content by the name of its kind (`kmqa.content.registry`).
        phrases: Fixed phrases by language and name.
        origins: Where each thing was read: by the name of its kind and its id, or by ``settings``,
            ``refusals`` or ``glossary`` and an empty id, or by ``phrases`` and a language.
    """

    root: Path
    settings: CorpusSettings
    items: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    refusals: Refusals = field(default_factory=Refusals)
    glossary: GlossaryFile = field(default_factory=GlossaryFile)
    phrases: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    origins: Mapping[tuple[str, str], Origin] = field(default_factory=dict)

    @property
    def answers(self) -> tuple[Answer, ...]:
        """Vetted answers."""
        return self.items.get("answer", ())

    @property
    def documents(self) -> tuple[Document, ...]:
        """Reviewed PDFs, as they are described."""
        return self.items.get("document", ())

    @property
    def urgent(self) -> tuple[UrgentEntry, ...]:
        """Danger signs."""
        return self.items.get("danger_sign", ())

    def all_items(self) -> Iterator[Reviewed]:
        """Yield everything that has a status, of every kind."""
        for items in self.items.values():
            yield from items

    def with_items(self, **items: tuple[Any, ...]) -> "Corpus":
        """Return the corpus with other items of the kinds that are named."""
        return replace(self, items={**self.items, **items})

    def place(self, kind: str, item_id: str, *where: str | int) -> tuple[str, int]:
        """Return file and line of an item, or of the part of it that `where` leads to."""
        origin = self.origins.get((kind, item_id))
        return (origin.path, origin.line(*where)) if origin else (f"{kind} {item_id}", 0)

    def companions(self, kind: str, item_id: str) -> Mapping[str, str]:
        """Return the sha256 of each file of an item for which the audit log vouches, by path."""
        origin = self.origins.get((kind, item_id))
        return origin.companions if origin else {}

"""What a bundle says: everything that serving needs apart from vectors, as plain records."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from kmqa.records import (
    Answer,
    CorpusSettings,
    Document,
    Passage,
    Policy,
    Refusals,
    Reviewed,
    Term,
    UrgentEntry,
)

WordingKind = Literal["answer", "refusal", "urgent", "near_miss"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """One row of the index of wordings.

    Attributes:
        kind: What the wording belongs to.
        target: Id of that answer, refusal group or danger sign.
        normalised: What is matched: `text` after `kmqa.index.glossary`.
    """

    text: str
    normalised: str
    language: str
    kind: WordingKind
    target: str


@dataclass(frozen=True, kw_only=True)
class Contents:
    """The records of a bundle.

    Attributes:
        items: Reviewed content by the name of its kind (`kmqa.content.registry`).
        phrases: Fixed phrases by language and name.
        terms: Of the glossary that wordings and queries go through.
        wordings: One for each row of the wordings index: answers first, by id, then refusals,
            danger signs and near-misses, so that the rows of one target lie together.
        passages: One for each row of the passages index.
        policy: None in a bundle that may not answer anything.
        document_sizes: Bytes of each document's PDF that the bundle holds, by document id.
    """

    settings: CorpusSettings
    items: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    refusals: Refusals = field(default_factory=Refusals)
    phrases: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    terms: tuple[Term, ...] = ()
    wordings: tuple[Wording, ...] = ()
    passages: tuple[Passage, ...] = ()
    policy: Policy | None = None
    document_sizes: Mapping[str, int] = field(default_factory=dict)

    @property
    def answers(self) -> tuple[Answer, ...]:
        """Vetted answers."""
        return self.items.get("answer", ())

    @property
    def urgent(self) -> tuple[UrgentEntry, ...]:
        """Danger signs."""
        return self.items.get("danger_sign", ())

    @property
    def documents(self) -> tuple[Document, ...]:
        """Reviewed PDFs, as they are described."""
        return self.items.get("document", ())

    @cached_property
    def answer_by_id(self) -> Mapping[str, Answer]:
        """Answers by id."""
        return {answer.id: answer for answer in self.answers}

    @cached_property
    def urgent_by_id(self) -> Mapping[str, UrgentEntry]:
        """Danger signs by id."""
        return {entry.id: entry for entry in self.urgent}

    @cached_property
    def document_by_id(self) -> Mapping[str, Document]:
        """Documents by id."""
        return {document.id: document for document in self.documents}

    def find(self, kind: str, item_id: str) -> Reviewed | None:
        """Return the item that `kmqa.messages.ContentRef` names, with its review date.

        Args:
            kind: Name of its content kind, such as ``danger_sign``.
            item_id: Its id.

        Returns:
            The item, or None where the bundle has no such kind or no such item.
        """
        return self._by_kind.get(kind, {}).get(item_id)

    @cached_property
    def _by_kind(self) -> Mapping[str, Mapping[str, Reviewed]]:
        return {name: {item.id: item for item in found} for name, found in self.items.items()}


@dataclass(frozen=True, slots=True)
class Target:
    """A run of rows that stand for one answer or one refusal group.

    Attributes:
        start: First row.
        stop: Row after the last.
    """

    kind: WordingKind
    id: str
    start: int
    stop: int


def targets_of(wordings: Sequence[Wording]) -> tuple[Target, ...]:
    """Return the runs of rows with the same kind and target, in order."""
    found: list[Target] = []
    start = 0
    for row, wording in enumerate(wordings):
        following = wordings[row + 1] if row + 1 < len(wordings) else None
        if following is None or _key(following) != _key(wording):
            found.append(Target(wording.kind, wording.target, start, row + 1))
            start = row + 1
    return tuple(found)


def list_matchable(wordings: Sequence[Wording]) -> tuple[Target, ...]:
    """Return the targets that answers are found among: answers, and refusal groups against them."""
    return tuple(t for t in targets_of(wordings) if t.kind in {"answer", "refusal"})


def _key(wording: Wording) -> tuple[str, str]:
    return wording.kind, wording.target

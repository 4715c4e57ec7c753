"""Danger signs: the schema of the files in `urgent/`."""

from dataclasses import dataclass, field
from datetime import date
from typing import Annotated

from pydantic import Field, StringConstraints

from kmqa.records.sources import Source
from kmqa.records.values import FORBID_UNKNOWN_KEYS, Identifier, Status, Text, Texts, Wordings


@dataclass(frozen=True, slots=True, kw_only=True)
class UrgentEntry:
    """A danger sign: how people report it, the fixed text to send, and what only looks like it.

    Attributes:
        examples: Messages that must trigger it, by language.
        patterns: Word patterns by language (see `kmqa.matching.danger` for their few rules).
        near_misses: Messages that must not trigger it, by language.
        text: Reviewed text by language, sent at once and word for word.
        related: Answers to offer after the urgent text.
    """

    __pydantic_config__ = FORBID_UNKNOWN_KEYS

    id: Annotated[Identifier, StringConstraints(pattern=r"^urgent-")]
    title: str = ""
    status: Status = "draft"
    version: Annotated[int, Field(ge=1)] = 1
    examples: Wordings
    patterns: Wordings = field(default_factory=dict)
    near_misses: Wordings = field(default_factory=dict)
    text: Texts
    sources: tuple[Source, ...] = ()
    related: tuple[Identifier, ...] = ()
    authored_by: str = ""
    reviewed_by: tuple[Text, ...] = ()
    approved_on: date | None = None
    review_by: date | None = None

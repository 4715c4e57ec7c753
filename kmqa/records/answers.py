"""Vetted answers: the schema of the files in `answers/`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from kmqa.records.sources import Source
from kmqa.records.values import FORBID_UNKNOWN_KEYS, Identifier, Status, Text, Texts, Wordings


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """A text that replaces an answer's own for the people whom all conditions fit.

    Attributes:
        when: Profile field to accepted values, such as ``{"role": ("chw",)}``; all must hold.
        text: Approved wording by language.
    """

    __pydantic_config__ = FORBID_UNKNOWN_KEYS

    when: Mapping[Literal["role", "country", "age_group", "gender"], tuple[str, ...]]
    text: Texts


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One vetted answer in all its languages.

    Attributes:
        title: What stands in lists, in the corpus's first language.
        titles: The same in other languages; a wording stands in where there is none.
        questions: Curated wordings by language, as people type them.
        text: Approved wording by language, sent word for word.
        variants: Replacements of `text`; the first whose conditions all hold is used.
        review_by: Last day on which the answer may be served, or None while it is a draft.
    """

    __pydantic_config__ = FORBID_UNKNOWN_KEYS

    id: Identifier
    topic: Identifier
    title: str = ""
    titles: Texts = field(default_factory=dict)
    status: Status = "draft"
    version: Annotated[int, Field(ge=1)] = 1
    questions: Wordings = field(default_factory=dict)
    text: Texts
    variants: tuple[Variant, ...] = ()
    sources: tuple[Source, ...] = ()
    resources: tuple[Identifier, ...] = ()
    related: tuple[Identifier, ...] = ()
    authored_by: str = ""
    reviewed_by: tuple[Text, ...] = ()
    approved_on: date | None = None
    review_by: date | None = None

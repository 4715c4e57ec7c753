"""What is refused, and to whom people are handed over: the schema of `refusals.yaml`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from kmqa.records.values import FORBID_UNKNOWN_KEYS, Identifier, Texts, Wordings

RefusalKind = Literal["near", "far", "injection", "abuse"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusalGroup:
    """Messages of one sort that the bot must refuse, by language."""

    __pydantic_config__ = FORBID_UNKNOWN_KEYS

    id: Identifier
    kind: RefusalKind
    questions: Wordings


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """A person or service to turn to in one country.

    Attributes:
        text: What to send, by language.
        confirmed_on: Day on which somebody last checked it; None means not confirmed.
        noted_on: Day on which it was written down; an unconfirmed text must say what it is.
    """

    __pydantic_config__ = FORBID_UNKNOWN_KEYS

    text: Texts
    confirmed_on: date | None = None
    noted_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusals:
    """`refusals.yaml`: what to refuse, and to whom a person is handed over.

    Attributes:
        contacts: By country code, or ``default`` where the country is unknown or not listed.
    """

    __pydantic_config__ = FORBID_UNKNOWN_KEYS

    groups: tuple[RefusalGroup, ...] = ()
    contacts: Mapping[str, Contact] = field(default_factory=dict)

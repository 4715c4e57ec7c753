"""What an answer or danger sign rests on."""

from dataclasses import dataclass

from kmqa.records.values import FORBID_UNKNOWN_KEYS, Identifier, Pages


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where an answer's facts stand: a document, its pages, and a few words found there."""

    __pydantic_config__ = FORBID_UNKNOWN_KEYS

    document: Identifier
    pages: Pages
    quote: str = ""

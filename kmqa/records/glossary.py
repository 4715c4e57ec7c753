"""Things that have many names: the schema of `glossary.yaml`."""

from dataclasses import dataclass

from kmqa.records.values import FORBID_UNKNOWN_KEYS, Text, Wordings


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A thing that people call by many names.

    Attributes:
        term: What all of them are brought to before matching, in the corpus's first language.
        forms: The names by language; a ``*`` before or after one stands for any letters.
    """

    __pydantic_config__ = FORBID_UNKNOWN_KEYS

    term: Text
    forms: Wordings


@dataclass(frozen=True, slots=True, kw_only=True)
class GlossaryFile:
    """`glossary.yaml`: brands, abbreviations and words of other languages, with their terms."""

    __pydantic_config__ = FORBID_UNKNOWN_KEYS

    terms: tuple[Term, ...] = ()

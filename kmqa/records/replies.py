"""What leaves the bot."""

from dataclasses import dataclass

from kmqa.records.decisions import Candidate, Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class CitedSource:
    """A source as it is shown: title and pages, never a path.

    Attributes:
        line: The fixed phrase for a source, filled in the language of the reply.
    """

    document: str
    title: str
    pages: tuple[int, ...]
    line: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """A vetted document that can be sent."""

    document: str
    title: str
    pages: tuple[int, ...] = ()
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What leaves the bot: approved texts, fixed phrases and document titles, nothing else.

    Attributes:
        text: The words to send.
        language: Language of `text`, which may differ from the one asked in.
        answer_id: The answer or danger sign that was sent, or None.
        confidence: Fitted probability in [0, 1] of the best candidate, 0 where none was ranked.
        candidates: At least five where the bundle has them, best first.
        offered: Those of them that the reply shows.
    """

    outcome: Outcome
    reason: str
    text: str
    language: str
    answer_id: str | None = None
    confidence: float = 0.0
    sources: tuple[CitedSource, ...] = ()
    resources: tuple[Resource, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    offered: tuple[Candidate, ...] = ()
    bundle_id: str = ""
    took_ms: float = 0.0

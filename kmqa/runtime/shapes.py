"""What the API takes and gives, for the side that serves it and the side that asks it."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from kmqa.records import Outcome

MOST_BEFORE = 5  # messages of a history; each is answered first, which takes as long as a question
Code = Annotated[str, Field(max_length=40)]
Message = Annotated[str, Field(min_length=1, max_length=4096)]


class Question(BaseModel):
    """A question and what is known of who asks."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "text": "client is 3 weeks late for depo, can I give it?",
                "language": "en",
                "role": "chw",
                "country": "KE",
            }
        },
    )

    text: Message
    language: Annotated[str | None, Field(pattern="^[a-z]{2,3}$")] = None
    role: Code | None = None
    country: Annotated[str | None, Field(pattern="^[A-Z]{2}$")] = None
    age_group: Code | None = None
    gender: Code | None = None
    topic: Annotated[str | None, Field(max_length=100)] = None
    history: list[Message] = Field(
        default=[],
        max_length=MOST_BEFORE,
        description="What the person sent right before, first to last, for follow-up questions.",
    )
    explain: bool = Field(default=False, description="Whether to send `candidates` as well.")


class Source(BaseModel):
    """Where an answer stands."""

    document: str
    title: str
    pages: list[int]
    line: str = Field(description="The source as it is to be shown under the text.")


class Shown(BaseModel):
    """A vetted document that can be shown."""

    document: str
    title: str
    pages: list[int]
    url: str


class Choice(BaseModel):
    """An answer that might fit."""

    answer_id: str
    score: float
    question: str
    language: str = Field(default="", description="Of `question`.")


class Answer(BaseModel):
    """What to send, word for word. Show `text`, and the lines of `sources` under it."""

    outcome: Outcome
    answer_id: str | None
    score: float = Field(description="Fitted confidence in [0, 1].")
    language: str
    text: str
    sources: list[Source]
    resources: list[Shown]
    offered: list[Choice] = Field(description="What to choose from, where the outcome is choose.")
    bundle_id: str
    reason: str = Field(default="", description="Name of the rule that decided.")
    candidates: list[Choice] | None = Field(
        default=None, description="All that were ranked, best first; null unless asked for."
    )


class KnownAnswer(BaseModel):
    """An answer of the live bundle."""

    id: str
    topic: str


class LiveBundle(BaseModel):
    """What the live bundle can answer."""

    bundle_id: str
    threshold: float | None = Field(description="Least confidence in [0, 1] to answer.")
    answers: list[KnownAnswer]
    danger_signs: list[str]

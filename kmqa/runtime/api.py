"""The API for flow builders: ask a question, say whether an answer helped."""

import hashlib
import hmac
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, HTTPException, Response
from fastapi.concurrency import run_in_threadpool
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import insert

from kmqa.records import Profile, Reply
from kmqa.runtime import metrics
from kmqa.runtime.service import Service
from kmqa.state import tables

PER_MINUTE = 600  # questions of one key; ten a second is more than a flow builder's users type
Code = Annotated[str, Field(max_length=40)]


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

    text: Annotated[str, Field(min_length=1, max_length=4096)]
    language: Annotated[str | None, Field(pattern="^[a-z]{2,3}$")] = None
    role: Code | None = None
    country: Annotated[str | None, Field(pattern="^[A-Z]{2}$")] = None
    age_group: Code | None = None
    gender: Code | None = None


class Feedback(BaseModel):
    """Whether an answer helped, with the ids that came with it."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "answer_id": "dmpa-late-injection",
                "bundle_id": "4f0c2a9d1b7e3a55",
                "helpful": True,
            }
        },
    )

    answer_id: Annotated[str, Field(min_length=1, max_length=100)]
    bundle_id: Annotated[str, Field(pattern="^[0-9a-f]{1,16}$")]
    helpful: bool


class Source(BaseModel):
    """Where an answer stands."""

    document: str
    title: str
    pages: list[int]
    line: str = Field(description="The source as it is to be shown under the text.")


class Choice(BaseModel):
    """An answer that might fit."""

    answer_id: str
    score: float
    question: str


class Answer(BaseModel):
    """What to send, word for word. Show `text`, and the lines of `sources` under it."""

    outcome: str = Field(description="answer, choose, resources, refuse, urgent or chat")
    answer_id: str | None
    score: float = Field(description="Fitted confidence in [0, 1].")
    language: str
    text: str
    sources: list[Source]
    resources: list[dict[str, Any]]
    offered: list[Choice] = Field(description="What to choose from, where the outcome is choose.")
    bundle_id: str


def routes(service: Service) -> APIRouter:
    """The routes of the API, working on `service`."""
    router = APIRouter(prefix="/api/v1", tags=["API"])
    key_of = _key_checker(service.settings.api_key_hashes)

    @router.post("/ask")
    async def ask(question: Question, _key: Annotated[str, Depends(key_of)]) -> Answer:
        """The vetted answer to a question, a choice, or a refusal."""
        given = question.model_dump(exclude={"text"})
        responder = service.live.current()
        reply = await run_in_threadpool(responder, question.text, Profile(**given))
        metrics.replies.labels(reply.outcome).inc()
        return _answer(reply)

    @router.post("/feedback", status_code=204)
    async def feedback(said: Feedback, _key: Annotated[str, Depends(key_of)]) -> Response:
        """Keep whether an answer helped; nobody is named."""
        now = service.clock()
        await service.writer.write(
            lambda connection: connection.execute(
                insert(tables.feedback).values(
                    answer_id=said.answer_id,
                    bundle_id=said.bundle_id,
                    is_helpful=said.helpful,
                    at=now,
                )
            )
        )
        return Response(status_code=204)

    return router


def _answer(reply: Reply) -> Answer:
    return Answer(
        outcome=reply.outcome,
        answer_id=reply.answer_id,
        score=reply.score,
        language=reply.language,
        text=reply.text,
        sources=[
            Source(document=s.document, title=s.title, pages=list(s.pages), line=s.line)
            for s in reply.sources
        ],
        resources=[
            {"document": r.document, "title": r.title, "pages": list(r.pages), "url": r.url}
            for r in reply.resources
        ],
        offered=[
            Choice(answer_id=c.answer_id, score=c.score, question=c.question) for c in reply.offered
        ],
        bundle_id=reply.bundle_id,
    )


def _key_checker(hashes: tuple[str, ...]) -> Any:  # noqa: ANN401 - a FastAPI dependency
    limiter = MovingWindowRateLimiter(MemoryStorage())
    limit = RateLimitItemPerMinute(PER_MINUTE)

    async def key_of(authorization: Annotated[str, Header()] = "") -> str:
        """The hash of the key that came along, if it is one of ours and not too busy."""
        given = hashlib.sha256(authorization.removeprefix("Bearer ").encode()).hexdigest()
        is_ours = [hmac.compare_digest(given, known.lower()) for known in hashes]
        if not authorization.startswith("Bearer ") or not any(is_ours):
            raise HTTPException(401, "the key is not known", headers={"WWW-Authenticate": "Bearer"})
        if not limiter.hit(limit, given):
            raise HTTPException(429, f"more than {PER_MINUTE} questions a minute")
        return given

    return key_of

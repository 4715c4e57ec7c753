"""The API for flow builders: ask a question, say whether an answer helped."""

import math
import time
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, HTTPException, Response
from fastapi.concurrency import run_in_threadpool
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from pydantic import BaseModel, ConfigDict, Field

from kmqa.flows import conversation
from kmqa.records import Candidate, Profile, Reply
from kmqa.runtime import metrics
from kmqa.runtime.keyring import Keyring
from kmqa.runtime.service import Service
from kmqa.runtime.shapes import Answer, Choice, KnownAnswer, LiveBundle, Question, Shown, Source
from kmqa.state import api_keys
from kmqa.state import feedback as stored_feedback


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

    answer_id: Annotated[str, Field(pattern=r"^[^\x00]{1,100}$")]
    bundle_id: Annotated[str, Field(pattern="^[0-9a-f]{1,16}$")]
    helpful: bool


def routes(service: Service) -> APIRouter:
    """Return the routes of the API, working on `service`."""
    router = APIRouter(prefix="/api/v1", tags=["API"])
    key_of = _key_checker(service)

    @router.post("/ask")
    async def ask(question: Question, _key: Annotated[str, Depends(key_of)]) -> Answer:
        """Answer a question with a vetted answer, a choice, or a refusal."""
        reply = await run_in_threadpool(_reply, question, service)
        metrics.replies.labels(reply.outcome).inc()
        return _answer(reply, explain=question.explain)

    @router.get("/bundle")
    async def bundle(_key: Annotated[str, Depends(key_of)]) -> LiveBundle:
        """Show the bundle that answers just now, and what it can answer."""
        live = (await service.responder()).bundle
        policy = live.contents.policy
        return LiveBundle(
            bundle_id=live.manifest.bundle_id,
            threshold=policy.threshold if policy else None,
            answers=[KnownAnswer(id=one.id, topic=one.topic) for one in live.contents.answers],
            danger_signs=[sign.id for sign in live.contents.urgent],
        )

    @router.post("/feedback", status_code=204)
    async def feedback(said: Feedback, _key: Annotated[str, Depends(key_of)]) -> Response:
        """Keep whether an answer helped; nobody is named."""
        now = service.clock()
        given = stored_feedback.Feedback(
            answer_id=said.answer_id, bundle_id=said.bundle_id, is_helpful=said.helpful
        )
        await service.writer.write(
            lambda c: stored_feedback.record_feedback(c, service.identity, given, now)
        )
        return Response(status_code=204)

    return router


def _reply(question: Question, service: Service) -> Reply:
    """In a thread, as a new bundle is opened by whoever asks first, which takes seconds."""
    responder = service.live.current()
    profile = Profile(**question.model_dump(exclude={"text", "history", "explain"}))
    if not question.history:
        return responder(question.text, profile)
    return conversation.reply_after(
        question.history, question.text, profile, responder, service.clock()
    )


def _answer(reply: Reply, *, explain: bool) -> Answer:
    return Answer(
        outcome=reply.outcome,
        answer_id=reply.answer_id,
        score=reply.confidence,
        language=reply.language,
        text=reply.text,
        sources=[
            Source(document=s.document, title=s.title, pages=list(s.pages), line=s.line)
            for s in reply.sources
        ],
        resources=[
            Shown(document=r.document, title=r.title, pages=list(r.pages), url=r.url)
            for r in reply.resources
        ],
        offered=[_choice(candidate) for candidate in reply.offered],
        bundle_id=reply.bundle_id,
        reason=reply.reason,
        candidates=[_choice(candidate) for candidate in reply.candidates] if explain else None,
    )


def _choice(candidate: Candidate) -> Choice:
    return Choice(
        answer_id=candidate.answer_id,
        score=candidate.confidence,
        question=candidate.question,
        language=candidate.language,
    )


def _key_checker(service: Service) -> Any:  # noqa: ANN401 - a FastAPI dependency
    keyring = Keyring(service.settings.api_key_hashes, service.database, service.writer)
    limiter = MovingWindowRateLimiter(MemoryStorage())

    async def key_of(authorization: Annotated[str, Header()] = "") -> str:
        """Return the hash of the key that came along, if it is one of ours and not too busy."""
        given = api_keys.hash_key(authorization.removeprefix("Bearer "))
        most = await keyring.limit(given) if authorization.startswith("Bearer ") else None
        if most is None:
            raise HTTPException(401, "the key is not known", headers={"WWW-Authenticate": "Bearer"})
        limit = RateLimitItemPerMinute(most)
        if not limiter.hit(limit, given):
            again = limiter.get_window_stats(limit, given).reset_time - time.time()
            told = {"Retry-After": str(max(1, math.ceil(again)))}
            raise HTTPException(429, f"more than {most} questions a minute", headers=told)
        await keyring.note(given, service.clock())
        return given

    return key_of

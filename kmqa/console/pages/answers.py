"""Answers: find one, edit it beside the phone, take it through review, stop it at once."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import TypeAdapter, ValidationError

from kmqa.console import editing, steps
from kmqa.console.desk import Desk
from kmqa.console.web import Web
from kmqa.corpus import audit, workflow
from kmqa.corpus.files import Corpus
from kmqa.index import store
from kmqa.records import Answer
from kmqa.state.accounts import User

COMFORTABLE = 900  # UTF-16 units that fit one message with source and buttons
_ANSWER = TypeAdapter(Answer)


@dataclass(frozen=True, slots=True)
class Change:
    """A text or a list of questions that differs from the live bundle."""

    what: str
    before: str
    after: str


def routes(web: Web) -> APIRouter:
    """The routes of this page."""
    router = APIRouter()
    _add_list(router, web)
    _add_answer(router, web)
    _add_steps(router, web)
    return router


def _add_list(router: APIRouter, web: Web) -> None:
    @router.get("/answers")
    async def listed(
        request: Request, q: str = "", topic: str = "", status: str = "", language: str = ""
    ) -> Response:
        """The answers that fit what is searched for."""
        web.user(request)
        corpus = web.desk.corpus()
        found = [a for a in corpus.answers if _fits(a, q, topic, status, language)]
        return web.page(
            request,
            "answers",
            found=found[:300],
            n_found=len(found),
            asked={"q": q, "topic": topic, "status": status, "language": language},
            topics=corpus.settings.topics,
            languages_of_corpus=corpus.settings.languages,
            withheld=store.withheld(web.desk.index),
        )


def _fits(answer: Answer, words: str, topic: str, status: str, language: str) -> bool:
    if (topic and answer.topic != topic) or (status and answer.status != status):
        return False
    if language and language not in answer.text:
        return False
    held = " ".join(
        [answer.id, answer.title, *answer.text.values(), *sum(answer.questions.values(), ())]
    )
    return all(word in held.casefold() for word in words.casefold().split())


def _add_answer(router: APIRouter, web: Web) -> None:
    @router.get("/answers/{answer_id}")
    async def shown(request: Request, answer_id: str) -> Response:
        """One answer with its form."""
        user = web.user(request)
        return await run_in_threadpool(_page, web, request, user, answer_id)

    @router.post("/answers/{answer_id}")
    async def saved(request: Request, answer_id: str) -> Response:
        """The answer says what the form says, as a draft."""
        user, form = await web.form(request, "write")
        corpus = web.desk.corpus()
        before = _named(corpus, answer_id)
        given = {str(key): str(value) for key, value in form.multi_items()}
        after = _edited(before, corpus.settings.languages, given)
        await run_in_threadpool(
            editing.edited, web.desk.corpus_root, after, user.name, given.get("sha256", "")
        )
        return web.to(request, f"answers/{answer_id}")

    @router.post("/preview")
    async def preview(request: Request) -> Response:
        """How a text looks on the phone, and how long it is."""
        _, form = await web.form(request, "read")
        name = next((str(k) for k in form if str(k).startswith("text-")), "")
        text = str(form.get(name, ""))
        return web.page(
            request, "preview", text=text, units=_units(text), most=COMFORTABLE,
            language=name.removeprefix("text-"),
        )  # fmt: skip


def _add_steps(router: APIRouter, web: Web) -> None:
    @router.post("/answers/{answer_id}/move")
    async def moved(request: Request, answer_id: str) -> Response:
        """The answer takes a step of its review."""
        user, form = await web.form(request, "write")
        step = steps.asked(form, user, web.desk.today())
        _named(web.desk.corpus(), answer_id)
        await run_in_threadpool(
            workflow.move,
            web.desk.corpus_root,
            "answer",
            answer_id,
            step,
            str(form.get("sha256", "")),
        )
        return web.to(request, f"answers/{answer_id}")

    @router.post("/answers/{answer_id}/withhold")
    async def withheld(request: Request, answer_id: str) -> Response:
        """The answer is not sent any more, within seconds, or is sent again."""
        user, form = await web.form(request, "review")
        _named(web.desk.corpus(), answer_id)
        reason = str(form.get("reason", "")).strip()[:200]
        is_stop = str(form.get("action", "")) == "stop"
        if is_stop and not reason:
            raise HTTPException(422, "problem")
        store.withhold(web.desk.index, answer_id, f"{user.name}: {reason}" if is_stop else "")
        action = "withhold" if is_stop else "release"
        await run_in_threadpool(
            editing.noted, web.desk.corpus_root, f"answer:{answer_id}", action, user.name
        )
        return web.to(request, f"answers/{answer_id}")


def _page(web: Web, request: Request, user: User, answer_id: str) -> Response:
    desk = web.desk
    corpus = desk.corpus()
    answer = _named(corpus, answer_id)
    entries = [e for e in audit.read(desk.corpus_root) if e.item == f"answer:{answer_id}"]
    return web.page(
        request,
        "answer",
        here="answers",
        answer=answer,
        sha256=editing.sha256_of(corpus, answer_id),
        languages_of_corpus=corpus.settings.languages,
        units={code: _units(text) for code, text in answer.text.items()},
        most=COMFORTABLE,
        documents={document.id: document for document in corpus.documents},
        steps=steps.offered(answer, user, desk.today(), entries),
        changes=_changes(desk, answer),
        entries=entries[::-1][:30],
        withheld=store.withheld(desk.index).get(answer_id, ""),
    )


def _named(corpus: Corpus, answer_id: str) -> Answer:
    found = next((answer for answer in corpus.answers if answer.id == answer_id), None)
    if found is None:
        raise HTTPException(404, "not-found")
    return found


def _edited(before: Answer, languages: Sequence[str], given: dict[str, str]) -> Answer:
    """`before` with what the form says; the form has a field for each language of the corpus."""
    texts = editing.texts_of([(code, given.get(f"text-{code}", "")) for code in languages])
    questions = {code: editing.lines_of(given.get(f"questions-{code}", "")) for code in languages}
    titles = editing.texts_of([(code, given.get(f"title-{code}", "")) for code in languages])
    after = replace(
        before,
        title=titles.pop(languages[0], ""),
        titles=titles,
        text=texts,
        questions={code: lines for code, lines in questions.items() if lines},
    )
    try:
        return _ANSWER.validate_python(after)
    except ValidationError as error:
        raise HTTPException(422, "problem") from error


def _changes(desk: Desk, answer: Answer) -> list[Change]:
    """What differs from what the live bundle sends."""
    if desk.live is None:
        return []
    live = desk.live.current().bundle.contents.answer_by_id.get(answer.id)
    if live is None:
        return [Change("answer", "", answer.title or answer.id)]
    found = []
    for code in sorted({*live.text, *answer.text}):
        if live.text.get(code) != answer.text.get(code):
            found.append(Change(f"text {code}", live.text.get(code, ""), answer.text.get(code, "")))
    for code in sorted({*live.questions, *answer.questions}):
        before, after = live.questions.get(code, ()), answer.questions.get(code, ())
        if before != after:
            gone = "\n".join(line for line in before if line not in after)
            new = "\n".join(line for line in after if line not in before)
            found.append(Change(f"questions {code}", gone, new))
    return found


def _units(text: str) -> int:
    return len(text.replace("\r\n", "\n").encode("utf-16-le", "surrogatepass")) // 2

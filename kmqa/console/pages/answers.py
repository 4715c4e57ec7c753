"""Answers: find one, edit it beside the phone, take it through review, stop it at once."""

from dataclasses import dataclass, replace

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.concurrency import run_in_threadpool

from kmqa.console import answer_form, editing, steps
from kmqa.console.desk import Desk
from kmqa.console.fault_words import name_of_error
from kmqa.console.web import Web
from kmqa.corpus import audit, layout, workflow
from kmqa.corpus.files import Corpus
from kmqa.corpus.rules import answers as rules_of_answers
from kmqa.corpus.rules import sources
from kmqa.errors import EditConflict, Problem
from kmqa.index import withholding
from kmqa.offline import extract
from kmqa.records import Answer
from kmqa.state.accounts import User

ON_A_PAGE = 100
COMFORTABLE = 900  # UTF-16 units that fit one message with source and buttons


@dataclass(frozen=True, slots=True)
class Change:
    """What differs from the live bundle.

    Attributes:
        what: ``title``, ``text`` or ``questions``.
        language: Of it; empty for the whole answer.
    """

    what: str
    language: str
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
    async def listed(  # noqa: PLR0913 - one argument a field of the form
        request: Request,
        q: str = "",
        topic: str = "",
        status: str = "",
        language: str = "",
        due: str = "",
        page: int = 1,
    ) -> Response:
        """The answers that fit what is searched for, a hundred on a page."""
        web.user(request)
        corpus = web.desk.corpus()
        found = [a for a in corpus.answers if _fits(a, q, topic, status, language)]
        found = [a for a in found if _is_due(a, due)]
        n_pages = max(1, -(-len(found) // ON_A_PAGE))
        page = min(max(page, 1), n_pages)
        return web.page(
            request,
            "answers",
            found=found[(page - 1) * ON_A_PAGE : page * ON_A_PAGE],
            number=page,
            n_pages=n_pages,
            n_found=len(found),
            asked={"q": q, "topic": topic, "status": status, "language": language, "due": due},
            topics=corpus.settings.topics,
            statuses=tuple(workflow.TRANSITIONS),
            languages_of_corpus=corpus.settings.languages,
            withheld=withholding.read_withheld(web.desk.index),
        )


def _is_due(answer: Answer, before: str) -> bool:
    """Whether the answer must be reviewed by this day at the latest; any answer without a day."""
    return not before or (answer.review_by is not None and answer.review_by.isoformat() <= before)


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
        try:
            after = answer_form.answer_of(before, corpus.settings.languages, given)
            await run_in_threadpool(
                editing.edited, web.desk.corpus_root, after, user.name, given.get("sha256", "")
            )
        except (EditConflict, answer_form.FormInvalid) as error:
            return web.page(
                request,
                "conflict",
                error.http_status,
                here="answers",
                path=f"answers/{answer_id}",
                again="open-again",
                what=name_of_error(error),
                detail=error.message,
                yours={key: value for key, value in given.items() if _is_typed(key, value)},
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


def _is_typed(name: str, value: str) -> bool:
    """Whether somebody wrote this field, so that it must not be lost with the form."""
    return bool(value.strip()) and name not in {"form_key", "sha256"}


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
            raise HTTPException(422, "needs-reason")
        withholding.withhold(web.desk.index, answer_id, f"{user.name}: {reason}" if is_stop else "")
        action = "withhold" if is_stop else "release"
        line = audit.Entry(by=user.name, action=action, item=f"answer:{answer_id}")
        await run_in_threadpool(editing.noted, web.desk.corpus_root, line)
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
        conditions=_conditions(corpus),
        problems=_problems(desk, corpus, answer),
        steps=steps.offered(answer, user, desk.today(), entries),
        changes=_changes(desk, answer),
        entries=entries[::-1][:30],
        withheld=withholding.read_withheld(desk.index).get(answer_id, ""),
    )


def _conditions(corpus: Corpus) -> dict[str, tuple[str, ...]]:
    """What a variant may depend on, with the values that the corpus knows."""
    settings = corpus.settings
    return {
        "role": settings.roles,
        "country": settings.countries,
        "age_group": settings.age_groups,
        "gender": settings.genders,
    }


def _named(corpus: Corpus, answer_id: str) -> Answer:
    found = next((answer for answer in corpus.answers if answer.id == answer_id), None)
    if found is None:
        raise HTTPException(404, "not-found")
    return found


def _problems(desk: Desk, corpus: Corpus, answer: Answer) -> list[Problem]:
    """What `kmqa check` would say about the words and the sources of this answer."""
    named = {answer.id, *answer.related}
    alone = replace(corpus, answers=tuple(a for a in corpus.answers if a.id in named), urgent=())
    place = corpus.place("answer", answer.id)[0]
    cited = {source.document for source in answer.sources}
    paths = {name: layout.pdf_path(corpus.root, name) for name in cited}
    cache = desk.index / ".cache" / "extractions"
    extractions = {
        name: extract.read_pdf(path, cache=cache) for name, path in paths.items() if path.is_file()
    }
    found = (*rules_of_answers.problems_of(alone), *sources.problems_of(alone, extractions))
    return sorted(problem for problem in found if problem.path == place)


def _changes(desk: Desk, answer: Answer) -> list[Change]:
    """What differs from what the live bundle sends."""
    if desk.live is None:
        return []
    live = desk.live.current().bundle.contents.answer_by_id.get(answer.id)
    if live is None:
        return [Change("title", "", "", answer.title or answer.id)]
    found = []
    for code in sorted({*live.text, *answer.text}):
        if live.text.get(code) != answer.text.get(code):
            before, after = live.text.get(code, ""), answer.text.get(code, "")
            found.append(Change("text", code, before, after))
    for code in sorted({*live.questions, *answer.questions}):
        old, new = live.questions.get(code, ()), answer.questions.get(code, ())
        if old != new:
            gone = "\n".join(line for line in old if line not in new)
            come = "\n".join(line for line in new if line not in old)
            found.append(Change("questions", code, gone, come))
    return found


def _units(text: str) -> int:
    return len(text.replace("\r\n", "\n").encode("utf-16-le", "surrogatepass")) // 2

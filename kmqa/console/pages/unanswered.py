"""What was refused or not what people meant, grouped by meaning, and one step to do about each.

Beside it stand the wordings that the log suggests, and what was done lately.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.concurrency import run_in_threadpool
from starlette.datastructures import FormData

from kmqa.console import editing
from kmqa.console.desk import Desk
from kmqa.console.questions import Seen
from kmqa.console.suggestions import Suggestion, suggestions
from kmqa.console.web import LARGEST_ID, Web
from kmqa.corpus.files import Corpus
from kmqa.records import Answer
from kmqa.state import turns
from kmqa.state.turns import Done, Entry, Step

SHOWN = 25  # groups of a page
_CONFIRMED = 1_000  # newest questions that suggestions are drawn from
_DONE = 1_000  # questions about which something was done last
_ASIDE: tuple[Step, ...] = ("ignored", "declined")  # done about a question without the corpus
_OFFERED = 20  # answers that a field offers while somebody types


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a form asks to be done about a question, by whom."""

    question: str
    language: str
    by: str
    form: FormData

    def field(self, name: str) -> str:
        """A field of the form."""
        return str(self.form.get(name, "")).strip()


def routes(web: Web) -> APIRouter:
    """The routes of this page."""
    router = APIRouter()
    _add_lists(router, web)
    _add_steps(router, web)
    return router


def _add_lists(router: APIRouter, web: Web) -> None:
    desk = web.desk

    @router.get("/unanswered")
    async def listed(request: Request, page: int = 0) -> Response:
        """The groups, largest first."""
        web.user(request)
        seen = await run_in_threadpool(_seen, desk)
        first = min(max(page, 0), len(seen.groups)) * SHOWN
        shown = seen.groups[first : first + SHOWN]
        more = page + 1 if len(seen.groups) > first + SHOWN else 0
        corpus = desk.corpus()
        return _page(web, request, "unanswered", corpus, seen=seen, groups=shown, more=more)

    @router.get("/unanswered/waiting")
    async def waiting(request: Request) -> Response:
        """How many are still to be grouped, for a page that asks every few seconds."""
        web.user(request)
        seen = await run_in_threadpool(_seen, desk)
        return web.page(request, "being-grouped", n_waiting=seen.n_waiting, is_news=True)

    @router.get("/unanswered/suggested")
    async def suggested(request: Request) -> Response:
        """Wordings that the log suggests."""
        web.user(request)
        corpus = desk.corpus()
        found = await run_in_threadpool(_suggested, desk, corpus)
        return _page(web, request, "suggested", corpus, found=found[:SHOWN], n_found=len(found))

    @router.get("/unanswered/done")
    async def done(request: Request) -> Response:
        """What was done, newest first."""
        web.user(request)
        steps = await run_in_threadpool(_steps, desk)
        return _page(web, request, "done", desk.corpus(), steps=steps[: 4 * SHOWN])

    @router.get("/answer-ids")
    async def offered(request: Request, answer: str = "") -> Response:
        """Answers whose id or title holds what somebody types, for the field that she types in."""
        web.user(request)
        words = answer.casefold().split()
        found = (a for a in desk.corpus().answers if a.status != "retired")
        fits = [a for a in found if all(w in f"{a.id} {a.title}".casefold() for w in words)]
        return web.page(request, "answer-ids", found=fits[:_OFFERED])


def _page(web: Web, request: Request, name: str, corpus: Corpus, **values: Any) -> Response:  # noqa: ANN401 - what a template shows
    return web.page(
        request,
        name,
        here="unanswered",
        topics=corpus.settings.topics,
        refusal_groups=[group.id for group in corpus.refusals.groups],
        languages_of_corpus=corpus.settings.languages,
        **values,
    )


def _add_steps(router: APIRouter, web: Web) -> None:
    desk = web.desk

    @router.post("/unanswered")
    async def handled(request: Request) -> Response:
        """One step for one group."""
        user, form = await web.form(request, "write")
        done = await run_in_threadpool(_handle, desk, form, user.name)
        return web.to(request, f"answers/{done.thing}" if done.what == "new" else "unanswered")

    @router.post("/unanswered/suggested")
    async def judged(request: Request) -> Response:
        """A suggestion is accepted, or not."""
        user, form = await web.form(request, "write")
        await run_in_threadpool(_handle, desk, form, user.name)
        return web.to(request, "unanswered/suggested")

    @router.post("/unanswered/done")
    async def reopened(request: Request) -> Response:
        """Questions wait again. What was written into the corpus stays there."""
        _, form = await web.form(request, "write")
        ids = _ids(form)

        def reopen() -> None:
            with desk.database.writing() as connection:
                turns.reopen(connection, ids)

        await run_in_threadpool(reopen)
        return web.to(request, "unanswered/done")


def _seen(desk: Desk) -> Seen:
    return desk.questions.seen(desk.source())


def _suggested(desk: Desk, corpus: Corpus) -> Sequence[Suggestion]:
    with desk.database.reading() as connection:
        confirmed = turns.confirmed(connection, desk.identity, _CONFIRMED)
    return suggestions(confirmed, {answer.id: answer for answer in corpus.answers})


def _steps(desk: Desk) -> list[list[Entry]]:
    """Questions about which something was done in one step, together."""
    with desk.database.reading() as connection:
        entries = turns.handled(connection, desk.identity, _DONE)
    same = groupby(entries, lambda e: (e.handled_at, e.handled_by, e.handled, e.handled_with))
    return [list(step) for _, step in same]


def _ids(form: FormData) -> list[int]:
    given = str(form.get("ids", "")).split(",")
    ids = [int(one) for one in given if one.isascii() and one.isdecimal() and len(one) < 20]
    return [one for one in ids if one <= LARGEST_ID]


def _handle(desk: Desk, form: FormData, by: str) -> Done:
    """Do what the form asks for; what was done.

    Raises:
        HTTPException: 422 where it makes no sense, 409 where somebody did something about all of
            these questions meanwhile; nothing is done then.
    """
    corpus = desk.corpus()
    wish = Wish(
        question=" ".join(str(form.get("question", "")).split()),
        language=str(form.get("language", "")),
        by=by,
        form=form,
    )
    if not wish.question or wish.language not in corpus.settings.languages:
        raise HTTPException(422, "needs-question")
    ids = _ids(form)
    with desk.database.reading() as connection:
        if ids and not turns.any_waits(connection, ids):
            raise HTTPException(409, "handled")
    what, thing = _done(desk, corpus, str(form.get("action", "")), wish)
    done = Done(what=what, thing=thing, by=by, at=desk.clock())
    with desk.database.writing() as connection:
        turns.handle(connection, ids, done)
    return done


def _done(desk: Desk, corpus: Corpus, action: str, wish: Wish) -> tuple[Step, str]:
    """What was done, and with which answer or group of refusals."""
    root, question, language, by = desk.corpus_root, wish.question, wish.language, wish.by
    if action == "wording":
        answer = wish.field("answer")
        editing.with_wording(root, answer, language, question, by)
        return "wording", answer
    if action == "refusal":
        group = wish.field("group")
        editing.refused(root, group, language, question, by)
        return "refusal", group
    if action == "new":
        new = _new(corpus, wish)
        editing.created(root, new, by)
        return "new", new.id
    if aside := next((one for one in _ASIDE if one == action), None):
        return aside, ""
    raise HTTPException(422, "problem")


def _new(corpus: Corpus, wish: Wish) -> Answer:
    topic, answer_id = wish.field("topic"), wish.field("id")
    is_id = answer_id.replace("-", "").isalnum() and answer_id.isascii() and len(answer_id) <= 60
    if topic not in corpus.settings.topics or not is_id or answer_id.startswith("-"):
        raise HTTPException(422, "needs-id")
    return Answer(
        id=answer_id,
        topic=topic,
        questions={wish.language: (wish.question,)},
        text={wish.language: "…"},
    )

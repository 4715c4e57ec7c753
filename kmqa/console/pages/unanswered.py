"""What was refused or not what people meant, grouped by meaning, and one step to do about each.

Beside it stand the wordings that the log suggests, and what was done lately.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Request, Response
from starlette.datastructures import FormData

from kmqa.console import editing
from kmqa.console.context import ConsoleContext
from kmqa.console.guards import LARGEST_ID, Context, Form, needs
from kmqa.console.messages import message
from kmqa.console.page import Page
from kmqa.console.paging import Paging
from kmqa.console.questions import Seen
from kmqa.console.render import redirect, render_page
from kmqa.console.suggestions import Suggestion, suggestions
from kmqa.content.corpus import Corpus
from kmqa.records import Answer
from kmqa.state import turns
from kmqa.state.accounts import User
from kmqa.state.turns import Done, Step

router = APIRouter()
PAGE = Page(name="unanswered", label=message("Unanswered"), order=20, router=router)
SHOWN = 25  # groups of a page
_CONFIRMED = 1_000  # newest questions that suggestions are drawn from
DONE_SHOWN = 100  # steps of a page
_ASIDE: tuple[Step, ...] = ("ignored", "declined")  # done about a question without the corpus
_OFFERED = 20  # answers that a field offers while somebody types


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRequest:
    """What a form asks to be done about a question, by whom."""

    question: str
    language: str
    by: str
    form: FormData

    def field(self, name: str) -> str:
        """Return a field of the form."""
        return str(self.form.get(name, "")).strip()


@router.get("/unanswered", dependencies=[needs("read")])
def show_unanswered(request: Request, context: Context, page: int = 1) -> Response:
    """Show the groups, largest first."""
    seen = _read_groups(context)
    paging = Paging(len(seen.groups), SHOWN, page)
    groups = paging.cut(seen.groups)
    return _render(request, context, "unanswered", seen=seen, groups=groups, paging=paging)


@router.get("/unanswered/waiting", dependencies=[needs("read")])
def show_waiting(request: Request, context: Context) -> Response:
    """Show how many are still to be grouped, for a page that asks every few seconds."""
    seen = _read_groups(context)
    return render_page(request, "being-grouped", n_waiting=seen.n_waiting, is_news=True)


@router.get("/unanswered/suggested", dependencies=[needs("read")])
def show_suggestions(request: Request, context: Context, page: int = 1) -> Response:
    """Show wordings that the log suggests."""
    found = _find_suggestions(context, context.read_corpus())
    paging = Paging(len(found), SHOWN, page)
    return _render(request, context, "suggested", found=paging.cut(found), paging=paging)


@router.get("/unanswered/done", dependencies=[needs("read")])
def show_done(request: Request, context: Context, page: int = 1) -> Response:
    """Show what was done, newest first."""
    with context.database.reading() as connection:
        paging = Paging(turns.count_steps(connection), DONE_SHOWN, page)
        steps = turns.read_steps(
            connection, context.identity, most=DONE_SHOWN, skip=paging.n_before
        )
    return _render(request, context, "done", steps=steps, paging=paging)


@router.get("/answer-ids", dependencies=[needs("read")])
def offer_answers(request: Request, context: Context, answer: str = "") -> Response:
    """Offer answers whose id or title holds what somebody types into a field."""
    words = answer.casefold().split()
    found = (a for a in context.read_corpus().answers if a.status != "retired")
    fits = [a for a in found if all(w in f"{a.id} {a.title}".casefold() for w in words)]
    return render_page(request, "answer-ids", found=fits[:_OFFERED])


@router.post("/unanswered")
def handle_group(
    request: Request, context: Context, user: Annotated[User, needs("write")], form: Form
) -> Response:
    """Take one step about one group."""
    done = _handle(context, form, user.name)
    return redirect(request, f"answers/{done.thing}" if done.what == "new" else "unanswered")


@router.post("/unanswered/suggested")
def decide_suggestion(
    request: Request, context: Context, user: Annotated[User, needs("write")], form: Form
) -> Response:
    """Accept a suggestion, or do not."""
    _handle(context, form, user.name)
    return redirect(request, "unanswered/suggested")


@router.post("/unanswered/done", dependencies=[needs("write")])
def reopen_questions(request: Request, context: Context, form: Form) -> Response:
    """Let questions wait again. What was written into the corpus stays there."""
    with context.database.writing() as connection:
        turns.reopen(connection, _ids(form))
    return redirect(request, "unanswered/done")


def _render(request: Request, context: ConsoleContext, name: str, **values: Any) -> Response:  # noqa: ANN401 - what a template shows
    corpus = context.read_corpus()
    return render_page(
        request,
        name,
        here="unanswered",
        topics=corpus.settings.topics,
        refusal_groups=[group.id for group in corpus.refusals.groups],
        languages_of_corpus=corpus.settings.languages,
        **values,
    )


def _read_groups(context: ConsoleContext) -> Seen:
    return context.questions.read_groups(context.question_source())


def _find_suggestions(context: ConsoleContext, corpus: Corpus) -> Sequence[Suggestion]:
    with context.database.reading() as connection:
        confirmed = turns.list_confirmed(connection, context.identity, _CONFIRMED)
    return suggestions(confirmed, {answer.id: answer for answer in corpus.answers})


def _ids(form: FormData) -> list[int]:
    given = str(form.get("ids", "")).split(",")
    ids = [int(one) for one in given if one.isascii() and one.isdecimal() and len(one) < 20]
    return [one for one in ids if one <= LARGEST_ID]


def _handle(context: ConsoleContext, form: FormData, by: str) -> Done:
    """Do what the form asks for; what was done.

    Raises:
        HTTPException: 422 where it makes no sense, 409 where somebody did something about all of
            these questions meanwhile; nothing is done then.
    """
    corpus = context.read_corpus()
    wanted = StepRequest(
        question=" ".join(str(form.get("question", "")).split()),
        language=str(form.get("language", "")),
        by=by,
        form=form,
    )
    if not wanted.question or wanted.language not in corpus.settings.languages:
        raise HTTPException(422, "needs-question")
    ids = _ids(form)
    with context.database.reading() as connection:
        if ids and not turns.is_any_waiting(connection, ids):
            raise HTTPException(409, "handled")
    what, thing = _take_step(context, corpus, str(form.get("action", "")), wanted)
    done = Done(what=what, thing=thing, by=by, at=context.clock())
    with context.database.writing() as connection:
        turns.handle(connection, ids, done)
    return done


def _take_step(
    context: ConsoleContext, corpus: Corpus, action: str, wanted: StepRequest
) -> tuple[Step, str]:
    """Take a step; return which, and with which answer or group of refusals."""
    root, question, language, by = context.corpus_root, wanted.question, wanted.language, wanted.by
    if action == "wording":
        answer = wanted.field("answer")
        editing.add_wording(root, answer, language, question, by)
        return "wording", answer
    if action == "refusal":
        group = wanted.field("group")
        editing.add_refusal(root, group, language, question, by)
        return "refusal", group
    if action == "new":
        new = _draft_of(corpus, wanted)
        editing.create_answer(root, new, by)
        return "new", new.id
    if aside := next((one for one in _ASIDE if one == action), None):
        return aside, ""
    raise HTTPException(422, "problem")


def _draft_of(corpus: Corpus, wanted: StepRequest) -> Answer:
    topic, answer_id = wanted.field("topic"), wanted.field("id")
    is_id = answer_id.replace("-", "").isalnum() and answer_id.isascii() and len(answer_id) <= 60
    if topic not in corpus.settings.topics or not is_id or answer_id.startswith("-"):
        raise HTTPException(422, "needs-id")
    return Answer(
        id=answer_id,
        topic=topic,
        questions={wanted.language: (wanted.question,)},
        text={wanted.language: "…"},
    )

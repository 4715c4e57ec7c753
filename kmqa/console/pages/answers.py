"""Answers: find one, edit it beside the phone, take it through review, stop it at once."""

from dataclasses import asdict, dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Request, Response

from kmqa.console import answer_form, editing, steps
from kmqa.console.context import ConsoleContext
from kmqa.console.faults import name_of_error
from kmqa.console.form_fields import read_field, read_fields, read_typed_fields
from kmqa.console.guards import Context, Form, needs
from kmqa.console.messages import message
from kmqa.console.page import Page
from kmqa.console.pages import emergency
from kmqa.console.paging import Paging
from kmqa.console.render import redirect, render_page
from kmqa.content import answer as answer_kind
from kmqa.content.corpus import Corpus
from kmqa.content.kind import Checking
from kmqa.corpus import audit, layout, validate, workflow
from kmqa.errors import CorpusFileError, EditConflict, Problem
from kmqa.index import withholding
from kmqa.offline import extract
from kmqa.records import Answer
from kmqa.state.accounts import User

router = APIRouter()
PAGE = Page(name="answers", label=message("Answers"), order=40, router=router)
ON_A_PAGE = 100
ENTRIES_SHOWN = 30  # lines of the audit log; the others stand on the page of the log
COMFORTABLE = 900  # UTF-16 units that fit one message with source and buttons


@dataclass(frozen=True, slots=True)
class TextChange:
    """What differs from the live bundle.

    Attributes:
        what: ``title``, ``text`` or ``questions``.
        language: Of it; empty for the whole answer.
    """

    what: str
    language: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for; what is empty holds for every answer.

    Attributes:
        q: Words that each stand somewhere in the answer.
        due: Day by which it must be reviewed at the latest, ISO 8601.
    """

    q: str = ""
    topic: str = ""
    status: str = ""
    language: str = ""
    due: str = ""

    def fits(self, answer: Answer) -> bool:
        """Return whether this is one of the answers that are looked for."""
        if (self.topic and answer.topic != self.topic) or (
            self.status and answer.status != self.status
        ):
            return False
        if self.language and self.language not in answer.text:
            return False
        return _is_due(answer, self.due) and _has_words(answer, self.q)


@router.get("/answers", dependencies=[needs("read")])
def show_answers(
    request: Request, context: Context, search: Annotated[Search, Depends()], page: int = 1
) -> Response:
    """Show the answers that fit what is searched for, a hundred on a page."""
    corpus = context.read_corpus()
    found = [answer for answer in corpus.answers if search.fits(answer)]
    paging = Paging(len(found), ON_A_PAGE, page)
    return render_page(
        request,
        "answers",
        found=paging.cut(found),
        paging=paging,
        asked=asdict(search),
        topics=corpus.settings.topics,
        statuses=tuple(workflow.TRANSITIONS),
        languages_of_corpus=corpus.settings.languages,
        withheld=withholding.read_withheld(context.index),
    )


@router.get("/answers/{answer_id}")
def show_answer(
    request: Request, context: Context, user: Annotated[User, needs("read")], answer_id: str
) -> Response:
    """Show one answer with its form."""
    corpus = context.read_corpus()
    answer = _find_answer(corpus, answer_id)
    entries = _read_lines(context, answer_id)
    return render_page(
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
        problems=_problems(context, corpus, answer),
        steps=steps.list_steps(answer, user, context.today(), entries),
        changes=_changes(context, answer),
        entries=entries[::-1][:ENTRIES_SHOWN],
        n_entries=len(entries),
        withheld=withholding.read_withheld(context.index).get(answer_id, ""),
    )


def _read_lines(context: ConsoleContext, answer_id: str) -> list[audit.Entry]:
    """Return the lines about an answer; none of a log that cannot be read, as *History* tells."""
    try:
        lines = audit.read(context.corpus_root)
    except CorpusFileError:
        return []
    return [entry for entry in lines if entry.item == f"answer:{answer_id}"]


@router.post("/answers/{answer_id}")
def save_answer(
    request: Request,
    context: Context,
    user: Annotated[User, needs("write")],
    form: Form,
    answer_id: str,
) -> Response:
    """Write what the form says into the answer, as a draft."""
    corpus = context.read_corpus()
    before = _find_answer(corpus, answer_id)
    given = read_fields(form)
    try:
        after = answer_form.answer_of(before, corpus.settings.languages, given)
        editing.save_draft(context.corpus_root, after, user.name, given.get("sha256", ""))
    except (EditConflict, answer_form.FormInvalid) as error:
        return render_page(
            request,
            "conflict",
            error.http_status,
            here="answers",
            path=f"answers/{answer_id}",
            again=message("Open the answer as it is now"),
            what=name_of_error(error),
            detail=error.message,
            yours=read_typed_fields(form),
        )
    return redirect(request, f"answers/{answer_id}")


@router.post("/preview", dependencies=[needs("read")])
def preview_text(request: Request, form: Form) -> Response:
    """Show how a text looks on the phone, and how long it is."""
    name = next((str(k) for k in form if str(k).startswith("text-")), "")
    text = read_field(form, name)
    return render_page(
        request, "preview", text=text, units=_units(text), most=COMFORTABLE,
        language=name.removeprefix("text-"),
    )  # fmt: skip


@router.post("/answers/{answer_id}/move")
def move_answer(
    request: Request,
    context: Context,
    user: Annotated[User, needs("write")],
    form: Form,
    answer_id: str,
) -> Response:
    """Take the answer a step through its review."""
    step = steps.step_of(form, user, context.today())
    _find_answer(context.read_corpus(), answer_id)
    workflow.move(context.corpus_root, "answer", answer_id, step, read_field(form, "sha256"))
    return redirect(request, f"answers/{answer_id}")


@router.post("/answers/{answer_id}/withhold")
def withhold_answer(
    request: Request,
    context: Context,
    user: Annotated[User, needs("review")],
    form: Form,
    answer_id: str,
) -> Response:
    """Stop sending the answer, within seconds, or send it again.

    A stop needs neither a corpus that can be read nor a log that can be written.
    """
    if not emergency.is_served(context, answer_id):
        _find_answer(context.read_corpus(), answer_id)
    is_stop = read_field(form, "action") == "stop"
    emergency.change_stop(context, user, answer_id, read_field(form, "reason") if is_stop else None)
    return redirect(request, f"answers/{answer_id}")


def _is_due(answer: Answer, before: str) -> bool:
    """Whether the answer must be reviewed by this day at the latest; any answer without a day."""
    return not before or (answer.review_by is not None and answer.review_by.isoformat() <= before)


def _has_words(answer: Answer, words: str) -> bool:
    held = " ".join(
        [answer.id, answer.title, *answer.text.values(), *sum(answer.questions.values(), ())]
    )
    return all(word in held.casefold() for word in words.casefold().split())


def _conditions(corpus: Corpus) -> dict[str, tuple[str, ...]]:
    """Return what a variant may depend on, with the values that the corpus knows."""
    settings = corpus.settings
    return {
        "role": settings.roles,
        "country": settings.countries,
        "age_group": settings.age_groups,
        "gender": settings.genders,
    }


def _find_answer(corpus: Corpus, answer_id: str) -> Answer:
    found = next((answer for answer in corpus.answers if answer.id == answer_id), None)
    if found is None:
        raise HTTPException(404, "not-found")
    return found


def _problems(context: ConsoleContext, corpus: Corpus, answer: Answer) -> list[Problem]:
    """Return what `kmqa check` would say about the words and the sources of this answer."""
    named = {answer.id, *answer.related}
    alone = corpus.with_items(
        answer=tuple(a for a in corpus.answers if a.id in named), danger_sign=()
    )
    place = corpus.place("answer", answer.id)[0]
    cited = {source.document for source in answer.sources}
    paths = {name: layout.pdf_path(corpus.root, name) for name in cited}
    cache = context.index / ".cache" / "extractions"
    extractions = {
        name: extract.read_pdf(path, cache=cache) for name, path in paths.items() if path.is_file()
    }
    checking = Checking(corpus=alone, extractions=extractions, today=context.today())
    found = validate.problems_of_kind(answer_kind.KIND, checking)
    return sorted(problem for problem in found if problem.path == place)


def _changes(context: ConsoleContext, answer: Answer) -> list[TextChange]:
    """Return what differs from what the live bundle sends."""
    if context.live is None:
        return []
    live = context.live.current().bundle.contents.answer_by_id.get(answer.id)
    if live is None:
        return [TextChange("title", "", "", answer.title or answer.id)]
    found = []
    for code in sorted({*live.text, *answer.text}):
        if live.text.get(code) != answer.text.get(code):
            before, after = live.text.get(code, ""), answer.text.get(code, "")
            found.append(TextChange("text", code, before, after))
    for code in sorted({*live.questions, *answer.questions}):
        old, new = live.questions.get(code, ()), answer.questions.get(code, ())
        if old != new:
            gone = "\n".join(line for line in old if line not in new)
            come = "\n".join(line for line in new if line not in old)
            found.append(TextChange("questions", code, gone, come))
    return found


def _units(text: str) -> int:
    return len(text.replace("\r\n", "\n").encode("utf-16-le", "surrogatepass")) // 2

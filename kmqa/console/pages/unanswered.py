"""What was refused or not what people meant, grouped by meaning, and one step to do about each."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.concurrency import run_in_threadpool
from sqlalchemy import or_, select
from starlette.datastructures import FormData

from kmqa.console import editing
from kmqa.console.desk import Desk
from kmqa.console.grouping import groups_of
from kmqa.console.web import Web
from kmqa.corpus.files import Corpus
from kmqa.records import Answer
from kmqa.state import tables, turns
from kmqa.state.turns import Entry

MOST = 2_000  # newest questions that are grouped
SHOWN = 50  # groups of a page


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Questions that mean the same.

    Attributes:
        entries: The first stands for all.
        nearest: Answer ids with the scores that the first one had.
    """

    entries: Sequence[Entry]
    nearest: Sequence[tuple[str, float]]

    @property
    def ids(self) -> str:
        """Ids of its questions, parted by commas, for a form."""
        return ",".join(str(entry.id) for entry in self.entries)


def routes(web: Web) -> APIRouter:
    """The routes of this page."""
    router = APIRouter()

    @router.get("/unanswered")
    async def listed(request: Request) -> Response:
        """The groups, largest first."""
        web.user(request)
        groups = await run_in_threadpool(_groups, web.desk)
        corpus = web.desk.corpus()
        return web.page(
            request,
            "unanswered",
            groups=groups[:SHOWN],
            n_groups=len(groups),
            answers=corpus.answers,
            topics=corpus.settings.topics,
            refusal_groups=[group.id for group in corpus.refusals.groups],
            languages_of_corpus=corpus.settings.languages,
        )

    @router.post("/unanswered")
    async def handled(request: Request) -> Response:
        """One step for one group."""
        user, form = await web.form(request, "write")
        what = await run_in_threadpool(_handle, web.desk, form, user.name)
        if what.startswith("new:"):
            return web.to(request, f"answers/{what.removeprefix('new:')}")
        return web.to(request, "unanswered")

    return router


def _groups(desk: Desk) -> list[Group]:
    entries = _entries(desk)
    if not entries:
        return []
    texts = list(dict.fromkeys(entry.question.casefold().strip() for entry in entries))
    place = {text: number for number, text in enumerate(texts)}
    vectors = (
        desk.live.current().vectors(texts) if desk.live else np.eye(len(texts), dtype=np.float32)
    )
    same: dict[int, list[Entry]] = {number: [] for number in range(len(texts))}
    for entry in entries:
        same[place[entry.question.casefold().strip()]].append(entry)
    groups = [[entry for row in rows for entry in same[row]] for rows in groups_of(vectors)]
    groups.sort(key=len, reverse=True)
    return [Group(entries=group, nearest=group[0].candidates[:5]) for group in groups]


def _entries(desk: Desk) -> list[Entry]:
    table = tables.turns
    query = (
        select(table)
        .where(table.c.handled == "", table.c.question != "", table.c.picked == "")
        .where(or_(table.c.outcome.in_(("refuse", "resources")), table.c.wish != ""))
        .order_by(table.c.id.desc())
        .limit(MOST)
    )
    with desk.database.reading() as connection:
        return [e for e in turns.entries(connection, desk.identity, query) if e.question.strip()]


def _handle(desk: Desk, form: FormData, by: str) -> str:
    """Do what the form asks for; what was done."""
    question = str(form.get("question", "")).strip()
    language = str(form.get("language", ""))
    corpus = desk.corpus()
    if not question or language not in corpus.settings.languages:
        raise HTTPException(422, "problem")
    action = str(form.get("action", ""))
    done = _done(desk, corpus, action, form, (question, language, by))
    ids = [int(one) for one in str(form.get("ids", "")).split(",") if one.isdecimal()]
    with desk.database.writing() as connection:
        turns.handle(connection, ids, done.split(":")[0])
    return done


def _done(
    desk: Desk, corpus: Corpus, action: str, form: FormData, what: tuple[str, str, str]
) -> str:
    question, language, by = what
    if action == "wording":
        answer_id = str(form.get("answer", ""))
        editing.with_wording(desk.corpus_root, answer_id, language, question, by)
        return "wording"
    if action == "refusal":
        group = str(form.get("group", ""))
        editing.refused(desk.corpus_root, group, language, question, by)
        return "refusal"
    if action == "new":
        answer = _new(corpus, form, question, language)
        editing.created(desk.corpus_root, answer, by)
        return f"new:{answer.id}"
    if action == "ignore":
        return "ignored"
    raise HTTPException(422, "problem")


def _new(corpus: Corpus, form: FormData, question: str, language: str) -> Answer:
    topic, answer_id = str(form.get("topic", "")), str(form.get("id", "")).strip()
    is_id = answer_id.replace("-", "").isalnum() and answer_id.isascii() and len(answer_id) <= 60
    if topic not in corpus.settings.topics or not is_id:
        raise HTTPException(422, "problem")
    return Answer(
        id=answer_id, topic=topic, questions={language: (question,)}, text={language: "…"}
    )

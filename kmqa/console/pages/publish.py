"""Build a bundle with its progress, look at what it would change, publish it, roll back."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, get_args

from fastapi import APIRouter, HTTPException, Request, Response

from kmqa.console.context import ConsoleContext
from kmqa.console.form_fields import read_field
from kmqa.console.guards import Context, Form, needs
from kmqa.console.jobs import Job, Work
from kmqa.console.messages import message
from kmqa.console.page import Page
from kmqa.console.paging import Paging
from kmqa.console.render import redirect, render_page
from kmqa.index import preview, store
from kmqa.state import turns
from kmqa.state.accounts import User

router = APIRouter()
PAGE = Page(name="publish", label=message("Publish"), order=80, router=router)
ON_A_PAGE = 20  # publications

_SHOWN = 100  # questions that would change answer; their true number stands beside them


@dataclass(frozen=True, slots=True)
class ChangedQuestion:
    """A past question and what it gets now and would get; empty words where they were forgotten."""

    question: str
    before: str
    after: str


@router.get("/publish", dependencies=[needs("read")])
def show_versions(request: Request, context: Context, page: int = 1) -> Response:
    """Show bundles, verdicts and what is going on."""
    index = context.index
    looked = preview.read_against_live(index)
    history = store.read_history(index)[::-1]
    paging = Paging(len(history), ON_A_PAGE, page)
    return render_page(
        request,
        "publish",
        bundles=_list_bundles(index),
        verdicts=store.read_verdicts(index) if index.is_dir() else {},
        looks=looked,
        changes={one: _changes(context, looked[one]) for one in looked},
        history=paging.cut(history),
        paging=paging,
        job=context.jobs.last,
    )


@router.get("/publish/job", dependencies=[needs("read")])
def show_job(request: Request, context: Context) -> Response:
    """Show what is going on, for a page that asks every second."""
    return render_page(request, "job", here="publish", job=context.jobs.last)


@router.post("/publish")
def start_job(
    request: Request, context: Context, user: Annotated[User, needs("publish")], form: Form
) -> Response:
    """Start a build, a look, a publication or a rollback."""
    work = next((one for one in get_args(Work) if one == form.get("action")), None)
    if work is None:
        raise HTTPException(422, "problem")
    bundle_id = read_field(form, "bundle")
    force = read_field(form, "force").strip()[:200]
    arguments = _arguments(context, work, bundle_id)
    if work != "look":
        arguments += [f"--by={user.name}"]  # one word, so that no name is taken for an option
    if work == "publish" and force:
        arguments += [f"--force={force}"]
    if not context.jobs.start(Job(work, bundle_id, user.name), arguments):
        raise HTTPException(409, "busy")
    return redirect(request, "publish")


def _arguments(context: ConsoleContext, work: Work, bundle_id: str) -> list[str]:
    """Return what `kmqa` is called with.

    Raises:
        HTTPException: 422 where there is no such bundle, or nobody has looked yet at
            what publishing the bundle would change.
    """
    place = ["--corpus", str(context.corpus_root), "--index", str(context.index)]
    if work == "build":
        return ["build", *place]
    if work == "rollback":
        return ["rollback", *place]
    if not _is_bundle(context, bundle_id):
        raise HTTPException(422, "problem")
    if work == "look":
        return ["publish", bundle_id, *place, "--look"]
    if bundle_id not in preview.read_against_live(context.index):
        raise HTTPException(422, "needs-look")
    return ["publish", bundle_id, *place]


def _list_bundles(index: Path) -> Sequence[store.ListedBundle]:
    return store.list_bundles(index, verify=False) if index.is_dir() else ()


def _is_bundle(context: ConsoleContext, bundle_id: str) -> bool:
    return any(item.bundle_id == bundle_id for item in _list_bundles(context.index))


def _changes(context: ConsoleContext, look: preview.PublishPreview) -> Sequence[ChangedQuestion]:
    """Return the first questions that would change answer, in words that the log still has."""
    shown = look.changes[:_SHOWN]
    with context.database.reading() as connection:
        entries = turns.read_by_id(connection, context.identity, [turn for turn, _, _ in shown])
    words = {entry.id: entry.question for entry in entries}
    return [ChangedQuestion(words.get(turn, ""), before, after) for turn, before, after in shown]

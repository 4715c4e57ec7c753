"""Pages register themselves: a module with a `PAGE` is found, guarded and in the navigation."""

from types import ModuleType
from typing import Annotated

import pytest
from console_client import curator
from fastapi import APIRouter, Request, Response
from fastapi.testclient import TestClient

from kmqa.console import page as page_module
from kmqa.console.app import console
from kmqa.console.context import ConsoleContext
from kmqa.console.guards import Context, Form, needs
from kmqa.console.messages import message
from kmqa.console.page import Page, find_pages
from kmqa.console.render import render_page
from kmqa.state.accounts import User


def make_page(**given: object) -> Page:
    """A page that only publishers see, with a form."""
    router = APIRouter()

    @router.get("/toys")
    def show_toys(
        request: Request, _context: Context, _user: Annotated[User, needs("publish")]
    ) -> Response:
        """Show a page that exists already, marked as this one."""
        return render_page(request, "history", here="toys", entries=(), paging=None, asked={},
                           people=(), actions=(), problems=(), n_more_problems=0)  # fmt: skip

    @router.post("/toys", dependencies=[needs("publish")])
    def save_toy(_form: Form) -> Response:
        return Response("saved")

    return Page(**{"name": "toys", "label": message("Toys"), "order": 45, "right": "publish",
                   "router": router, **given})  # type: ignore[arg-type]  # fmt: skip


@pytest.fixture(autouse=True)
def module(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """A module as a content kind could name it."""
    made = ModuleType("toys")
    made.PAGE = make_page()  # type: ignore[attr-defined]  # this is its point
    monkeypatch.setitem(__import__("sys").modules, "toys", made)
    return made


def _navigation(html: str) -> list[str]:
    nav = html.split("<nav", 1)[1].split("</nav>", 1)[0]
    return [part.split('"', 1)[0] for part in nav.split('href="/')[1:]]


def _page_of(context: ConsoleContext, name: str, role: str, path: str) -> tuple[int, str]:
    client = curator(context, name, role).client  # type: ignore[arg-type]  # a role
    pages = find_pages(["toys"])
    mine = TestClient(console(context, pages), cookies=client.cookies)
    answer = mine.get(path)
    return answer.status_code, answer.text


def test_a_page_that_is_found_stands_at_its_place_in_the_navigation(
    context: ConsoleContext,
) -> None:
    _, html = _page_of(context, "Paul", "publisher", "/today")

    names = _navigation(html)
    assert names.index("toys") == names.index("answers") + 1 == names.index("documents") - 1


def test_a_page_is_guarded_by_its_right(context: ConsoleContext) -> None:
    status, _ = _page_of(context, "Asha", "author", "/toys")
    _, html = _page_of(context, "Bilal", "reviewer", "/today")

    assert status == 403
    assert "toys" not in _navigation(html)


def test_every_page_stands_in_the_navigation_once_and_in_order() -> None:
    pages = find_pages()

    shown = [page.name for page in pages if page.label]
    assert shown == [
        "today", "unanswered", "turns", "answers", "documents", "exchange", "try", "stop",
        "publish", "conversations", "people", "keys", "settings", "history",
    ]  # fmt: skip
    assert len({page.order for page in pages if page.label}) == len(shown)


def test_a_module_without_a_page_is_refused() -> None:
    with pytest.raises(TypeError, match="exports no PAGE"):
        find_pages([page_module.__name__])


def test_two_pages_of_one_name_are_refused(module: ModuleType) -> None:
    module.PAGE = make_page(name="answers")  # type: ignore[attr-defined]  # this is its point

    with pytest.raises(TypeError, match="one name"):
        find_pages(["toys"])


def _answer() -> None:
    """Answer nothing."""


def _router(method: str, **declared: object) -> APIRouter:
    router = APIRouter()
    router.add_api_route("/bare", _answer, methods=[method], **declared)  # type: ignore[arg-type]  # dependencies
    return router


def _nested() -> APIRouter:
    router = APIRouter()
    router.mount("/inner", _router("GET"))
    return router


@pytest.mark.parametrize(
    ("router", "fault"),
    [
        (_router("GET"), "/bare declares no right"),
        (_router("POST", dependencies=[needs("read")]), "/bare takes a form without checking"),
        (_nested(), "is no route of a page"),
    ],
)
def test_a_route_that_declares_too_little_keeps_the_console_from_starting(
    context: ConsoleContext, router: APIRouter, fault: str
) -> None:
    bare = Page(name="bare", router=router)

    with pytest.raises(TypeError, match=fault):
        console(context, [*find_pages(), bare])

"""Page History: the audit log, found by person, thing, action and day, page by page."""

import pytest
from console_client import Curator

from kmqa.console.context import ConsoleContext
from kmqa.console.pages.history import ON_A_PAGE, Search
from kmqa.corpus import audit
from kmqa.corpus.audit import Entry

EDIT = Entry(
    at="2026-11-02T10:00:00+00:00",
    by="Asha",
    action="edit",
    item="answer:depo-late",
    from_status="approved",
    to_status="draft",
)


@pytest.mark.parametrize(
    ("search", "is_found"),
    [
        (Search(), True),
        (Search(words="DEPO asha"), True),
        (Search(words="depo bilal"), False),
        (Search(who="Asha"), True),
        (Search(who="Ash"), False),
        (Search(thing="answer:"), True),
        (Search(thing="document:"), False),
        (Search(action="edit"), True),
        (Search(action="move"), False),
        (Search(since="2026-11-02", until="2026-11-02"), True),
        (Search(since="2026-11-03"), False),
        (Search(until="2026-11-01"), False),
    ],
)
def test_a_line_is_found_by_each_of_its_parts(search: Search, is_found: bool) -> None:
    assert search.fits(EDIT) == is_found


def test_the_log_is_shown_a_hundred_lines_a_page_with_the_search_kept(
    context: ConsoleContext, author: Curator
) -> None:
    lines = [Entry(by="Asha", action="edit", item=f"answer:a{n:03}") for n in range(ON_A_PAGE + 5)]
    audit.append(context.corpus_root, [*lines, Entry(by="Bilal", action="move", item="answer:b")])

    first, second = author.get("/history?who=Asha"), author.get("/history?who=Asha&page=2")

    assert ">a104<" in first
    assert ">a004<" not in first
    assert "who=Asha" in first.split("1 / 2")[1]
    assert ">a004<" in second
    assert ">b<" not in first + second


def test_a_page_beyond_the_last_is_the_last(author: Curator) -> None:
    author.get(f"/history?page={10**30}")
    author.get("/history?page=-4")


def test_a_script_in_a_search_is_shown_and_never_run(author: Curator) -> None:
    page = author.get("/history?q=<script>alert(1)</script>&thing=%22><img>&since=%22><img>")

    assert "<script>alert" not in page
    assert "<img" not in page

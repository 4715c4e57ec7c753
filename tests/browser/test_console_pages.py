"""Every page of the console, with something on it, in both directions.

Nothing is serious for axe, and nothing must be scrolled sideways.
"""

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from console_routes import RIGHTS
from own_demo import OwnDemo
from playwright.sync_api import Page
from sqlalchemy import update

from kmqa.messages import Sender
from kmqa.records import Candidate, Reply
from kmqa.state import accounts, handovers, people, tables, turns
from kmqa.state.database import Database
from kmqa.state.identity import Identity

PASSWORD = "a password of the pages"  # noqa: S105 - of a test
_FRAGMENTS = {"/publish/job", "/answer-ids", "/unanswered/waiting"}
_NOW = 1_795_435_200.0
_IN_PATHS = {"answer_id": "implant-years", "document_id": "handbook", "number": "1"}


def _filled(folder: Path, language: str) -> None:
    """An administrator who reads `language`, and something for each page to show."""
    database = Database(f"sqlite:///{folder}/kmqa.db")
    identity = Identity((folder / "secret").read_text("ascii").strip())
    near = (Candidate(answer_id="implant-years", confidence=0.3, question="x", language="en"),)
    reply = Reply(outcome="refuse", reason="no-match", text="x", language="en", candidates=near)
    with database.writing() as connection:
        accounts.add_user(connection, "Chen", "administrator", 0.0)
        accounts.set_password(connection, "Chen", PASSWORD)
        accounts.change_user(connection, "Chen", language=language)
        for question in ("who won", "who won", "jab is late", "cup final"):
            asker = turns.Asker(person=None, channel="whatsapp")
            turns.record_turn(connection, identity, asker, question, reply, _NOW)
        third = tables.turns.c.id == 3
        connection.execute(update(tables.turns).where(third).values(picked="implant-years"))
        turns.handle(connection, [4], turns.Done(what="ignored", thing="", by="Chen", at=_NOW))
        person = people.find_or_add_person(connection, identity, Sender(phone="254700000001"), _NOW)
        handovers.open_handover(connection, identity, person, "1", "asked", "please call", _NOW)
    database.close()


def _addresses() -> list[str]:
    pages = (path for method, path in RIGHTS if method == "GET" and path not in _FRAGMENTS)
    plain = [
        path.format(**_IN_PATHS) for path in pages if not path.endswith((".png", ".xlsx", ".zip"))
    ]
    return [*plain, "/try?q=how+many+years+does+an+implant+last", "/answers?q=implant", "/nothing"]


@pytest.mark.parametrize("language", ["en", "ur"])
def test_no_page_has_a_serious_fault_of_accessibility_or_scrolls_sideways(
    page: Page, own_demo: OwnDemo, language: str
) -> None:
    _filled(own_demo.folder, language)
    console = f"{own_demo.url}console"
    page.goto(f"{console}/sign-in")
    found = {"/sign-in": _faults(page)}
    page.fill("[name=name]", "Chen")
    page.fill("[name=password]", PASSWORD)
    page.click("button.main")
    for address in _addresses():
        page.goto(f"{console}{address}")
        found[address] = _faults(page)

    assert page.evaluate("() => document.documentElement.dir") == (
        "rtl" if language == "ur" else "ltr"
    )
    assert {address: faults for address, faults in found.items() if faults} == {}


def _faults(page: Page) -> list[tuple[str, str]]:
    wider = page.evaluate(
        "() => [document.documentElement, ...document.querySelectorAll('.wide')]"
        ".filter(one => one.scrollWidth > one.clientWidth).map(one => one.outerHTML.slice(0, 200))"
    )
    return [*_serious(page), *(("sideways", html) for html in wider)]


def _serious(page: Page) -> list[tuple[str, str]]:
    violations = Axe().run(page).response["violations"]
    return [
        (one["id"], one["nodes"][0]["html"][:200])
        for one in violations
        if one["impact"] in {"serious", "critical"}
    ]

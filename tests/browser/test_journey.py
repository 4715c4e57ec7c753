"""From a refused question to an answer: author, reviewer, build, publish, and the phone again."""

from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from own_demo import OwnDemo
from playwright.sync_api import Browser, Page, expect

from kmqa.state import accounts
from kmqa.state.accounts import Role
from kmqa.state.database import Database

QUESTION = "which colour has the box of the long stick"
PASSWORD = "a password of the journey"  # noqa: S105 - of a test
_BUILD = 180_000  # milliseconds on a busy machine


def _user(folder: Path, name: str, role: Role) -> None:
    database = Database(f"sqlite:///{folder}/kmqa.db")
    with database.writing() as connection:
        accounts.add_user(connection, name, role, 0.0)
        accounts.set_password(connection, name, PASSWORD)
    database.close()


def _signed_in(browser: Browser, url: str, name: str) -> Page:
    page = browser.new_context().new_page()
    page.goto(f"{url}console/")
    page.fill("[name=name]", name)
    page.fill("[name=password]", PASSWORD)
    page.click("button.main")
    expect(page.locator("h1")).to_contain_text("Today")
    return page


def _said(page: Page, text: str) -> str:
    before = page.locator("#chat li.theirs").count()
    page.fill("#text", text)
    page.press("#text", "Enter")
    page.locator("#chat li.theirs").nth(before).wait_for(timeout=60_000)
    page.wait_for_timeout(1_000)
    return page.locator("#chat li.theirs .body").all_inner_texts()[before]


def test_a_refused_question_becomes_an_answer(browser: Browser, own_demo: OwnDemo) -> None:
    _user(own_demo.folder, "Asha", "author")
    _user(own_demo.folder, "Bilal", "publisher")
    phone = browser.new_page()
    phone.goto(own_demo.url)
    assert "no approved answer" in _said(phone, QUESTION)

    asha = _signed_in(browser, own_demo.url, "Asha")
    asha.goto(f"{own_demo.url}console/unanswered")
    asha.fill("[name=answer]", "implant-years")
    asha.locator("button[value=wording]").click()
    expect(asha.locator("main")).to_contain_text("none")
    asha.goto(f"{own_demo.url}console/answers/implant-years")
    assert asha.locator("button[value=approved]").count() == 0

    bilal = _signed_in(browser, own_demo.url, "Bilal")
    bilal.goto(f"{own_demo.url}console/answers/implant-years")
    bilal.locator("button[value=approved]").click()
    expect(bilal.locator("h1")).to_contain_text("approved")
    bilal.goto(f"{own_demo.url}console/publish")
    bilal.locator("button[value=build]").click()
    expect(bilal.locator("#job")).to_contain_text("done", timeout=_BUILD)
    bilal.goto(f"{own_demo.url}console/publish")
    bilal.locator("button[value=look]").first.click()
    expect(bilal.locator("#job")).to_contain_text("done", timeout=_BUILD)
    bilal.goto(f"{own_demo.url}console/publish")
    expect(bilal.locator("main")).to_contain_text(QUESTION)
    bilal.locator("summary", has_text="although").first.click()
    bilal.locator("[name=force]").first.fill("a trial corpus has no test sets")
    bilal.locator("button[value=publish]").first.click()
    expect(bilal.locator("#job")).to_contain_text("is live", timeout=_BUILD)

    assert "Three to five years." in _said(phone, QUESTION)
    assert "a trial corpus" in (own_demo.folder / "index" / "HISTORY.jsonl").read_text()
    for page in (asha, bilal):
        violations = Axe().run(page).response["violations"]
        assert [one["id"] for one in violations if one["impact"] in {"serious", "critical"}] == []

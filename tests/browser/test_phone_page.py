"""The walk of a newcomer on the demo's phone page, over the real processes."""

import time

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

DEPO = "My client is 3 weeks late for her Depo shot, can I still give it?"


class Phone:
    """What a person does on the page."""

    def __init__(self, page: Page, url: str, language: str = "en") -> None:
        self.page = page
        page.goto(f"{url}?lang={language}")

    @property
    def bubbles(self) -> int:
        """Number of messages of the bot."""
        return self.page.locator("#chat li.theirs").count()

    def say(self, text: str) -> str:
        """Type a message; the last reply to it."""
        before = self.bubbles
        self.page.fill("#text", text)
        self.page.press("#text", "Enter")
        return self.reply_after(before)

    def tap(self, title: str) -> str:
        """Tap the last button with this title; the last reply to it."""
        before = self.bubbles
        self.page.locator("#chat").get_by_role("button", name=title, exact=True).last.click()
        return self.reply_after(before)

    def pick(self, title: str) -> str:
        """Open the last list and tap a row."""
        before = self.bubbles
        self.page.locator("#chat .taps button").last.click()
        self.page.locator("#rows button", has_text=title).first.click()
        return self.reply_after(before)

    def reply_after(self, before: int) -> str:
        """The text of the newest message, once there are more than `before`."""
        self.page.locator("#chat li.theirs").nth(before).wait_for(timeout=60_000)
        time.sleep(0.8)  # another may follow at the first contact
        return self.page.locator("#chat li.theirs .body").last.inner_text()


def test_a_newcomer_walks_through_the_demo(page: Page, demo_url: str) -> None:
    phone = Phone(page, demo_url)
    assert "DEMONSTRATION" in phone.say("hello").upper()
    phone.pick("English")
    phone.pick("Community worker")
    phone.pick("Bangladesh")

    answer = phone.say(DEPO)
    assert "Source: Injectables" in answer
    phone.tap("More")
    phone.pick("Injectables, implants and IUDs")
    with page.expect_popup() as opened:
        page.locator("#chat .file").last.click()
    assert "/phone/media/" in opened.value.url
    opened.value.close()

    assert phone.say("menu").startswith("I can answer questions about:")
    phone.pick("Pills")
    assert "I have no approved answer" in phone.say("who won the football last night?")
    assert "This is an emergency" in phone.say("she is bleeding heavily after birth")
    phone.say("language")
    assert "محفوظ" in phone.pick("اردو")
    assert phone.say("مینو").startswith("میں ان موضوعات") or "1. " in phone.say("مینو")

    if page.locator("#open-why").is_visible():
        page.click("#open-why")
    expect(page.locator("#outcome")).to_have_text("urgent")
    assert page.locator("#candidates tr").count() >= 5


def test_the_page_works_with_a_slow_network(page: Page, demo_url: str) -> None:
    phone = Phone(page, demo_url)
    page.request.post(f"{demo_url}meta/simulate/behaviour", data={"latency": 3})
    try:
        assert phone.say("hello")
    finally:
        page.request.post(f"{demo_url}meta/simulate/behaviour", data={"latency": 0})


@pytest.mark.parametrize("language", ["en", "ur"])
def test_no_serious_fault_of_accessibility(page: Page, demo_url: str, language: str) -> None:
    """Left to right and right to left, with a conversation, a list and the panel open."""
    phone = Phone(page, demo_url, language)
    phone.say("hello" if language == "en" else "ہیلو")
    phone.say("menu" if language == "en" else "مینو")
    found = [_serious(page)]
    page.locator("#chat .taps button").last.click()
    found.append(_serious(page))
    page.locator(".close").click()
    if page.locator("#open-why").is_visible():
        page.click("#open-why")
        found.append(_serious(page))

    assert page.evaluate("() => document.documentElement.dir") == (
        "rtl" if language == "ur" else "ltr"
    )
    assert [fault for faults in found for fault in faults] == []


def test_an_organisations_page_needs_no_phone_number(page: Page, demo_url: str) -> None:
    page.goto(f"{demo_url}chat/")
    phone = Phone.__new__(Phone)
    phone.page = page
    assert "Write STOP" in phone.say("hello")
    phone.pick("English")

    assert page.locator("#chat li.mine").count() == 2
    assert not page.locator("#why").is_visible()
    page.reload()
    expect(page.locator("#chat li.mine")).to_have_count(2)
    assert _serious(page) == []


def _serious(page: Page) -> list[tuple[str, str]]:
    violations = Axe().run(page).response["violations"]
    return [
        (one["id"], one["impact"]) for one in violations if one["impact"] in {"serious", "critical"}
    ]

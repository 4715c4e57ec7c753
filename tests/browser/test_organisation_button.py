"""The button of the organisation's account, in a browser to which the provider is another site."""

from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from own_console import ASHA, own_console
from playwright.sync_api import Page, expect


def test_the_button_leads_to_the_provider_and_back_into_the_console(
    page: Page, tmp_path: Path
) -> None:
    with own_console(tmp_path) as console:
        page.goto(f"{console.url}/today")
        violations = Axe().run(page).response["violations"]
        page.get_by_role("link", name="Sign in with your organisation's account").click()
        expect(page.locator("h1")).to_have_text("Who are you?")
        page.click("#go")

        page.wait_for_url(f"{console.url}/today")
        expect(page.locator("header")).to_contain_text(ASHA)
        page.get_by_role("button", name="Sign out").click()
        page.get_by_role("link", name="Sign out at your organisation").click()
        expect(page.locator("h1")).to_have_text("Signed out of everything")

    assert [one["id"] for one in violations if one["impact"] in {"serious", "critical"}] == []

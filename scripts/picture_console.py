"""Take the pictures of docs/curators.md from a running console: ``make pictures``."""

import argparse
import re
import shutil
import sys
import tempfile
from pathlib import Path

import httpx
from playwright.sync_api import Page, ViewportSize, sync_playwright

sys.path.append(str(Path(__file__).parents[1] / "tests" / "lib"))
import process_harness

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "docs" / "pictures"
_SIZE: ViewportSize = {"width": 1100, "height": 720}
PASSWORD = "a password for pictures"  # noqa: S105 - of a demo that ends at once
ASKED = (
    "hello",
    "who won the football last night?",
    "football who won yesterday",
    "price of rice in the market",
    "My client is 3 weeks late for her Depo shot, can I still give it?",
    "client missed 2 pills",
    "she is bleeding heavily after birth",
    "dose of amoxicillin for a child",
)
SHOWN = {
    "console-today": "today",
    "console-unanswered": "unanswered",
    "console-answer": "answers/coc-missed-pills",
    "console-try": "try?q=client+missed+2+pills",
    "console-publish": "publish",
    "console-conversations": "conversations",
    "console-people": "people",
    "console-keys": "keys",
    "console-settings": "settings",
    "console-history": "history",
}


def ask(url: str, number: int, text: str) -> None:
    """Somebody of her own writes to the bot, and has her reply."""
    said = {"from": f"2547000007{number:02}", "text": text}
    httpx.post(f"{url}meta/simulate/messages", json=said).raise_for_status()
    sent = f"{url}meta/simulate/sent?phone={said['from']}"
    process_harness.wait_until(lambda: httpx.get(sent).json(), f"a reply to {text!r}")


def sign_in(page: Page, url: str, one_time: str) -> None:
    """Sign in as the first administrator, with a password of their choice."""
    page.goto(f"{url}console/")
    for password in (one_time, PASSWORD):
        page.fill("[name=name]", "administrator")
        page.fill("[name=password]", password)
        page.click("button.main")
        if password == one_time:
            page.fill("[name=old]", one_time)
            page.fill("[name=password]", PASSWORD)
            page.click("button.main")


def work(page: Page, url: str) -> None:
    """Do what an administrator does first, so that lists are not empty."""
    for name, role in (("Asha Rao", "reviewer"), ("Ben Otieno", "author")):
        page.goto(f"{url}console/people")
        page.fill(".search [name=name]", name)
        page.select_option(".search [name=role]", role)
        page.click("button[value=add]")
    page.goto(f"{url}console/keys")
    page.fill("[name=name]", "Flow builder of the helpline")
    page.click("button[value=issue]")
    page.goto(f"{url}console/unanswered")
    page.locator("section.card", has_text="price of rice").locator("button[value=refusal]").click()


def pictures(url: str, one_time: str) -> None:
    """Take a picture of each page in English, and one in Urdu."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        page = browser.new_page(viewport=_SIZE)
        sign_in(page, url, one_time)
        work(page, url)
        for name, path in SHOWN.items():
            page.goto(f"{url}console/{path}")
            page.screenshot(path=FOLDER / f"{name}.png")
            print(f"docs/pictures/{name}.png")
        page.select_option("#console-language", "ur")
        page.locator(".me button").first.click()
        page.goto(f"{url}console/unanswered")
        page.screenshot(path=FOLDER / "console-unanswered-ur.png")
        browser.close()


def main() -> None:
    """Start a demo over a copy of the corpus, ask a few questions, take all pictures, stop it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--index", type=Path, default=Path("index"))
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copytree(ROOT / "corpus", folder / "corpus")
        with process_harness.start_demo(options.index, folder, folder / "corpus") as running:
            for number, text in enumerate(ASKED):
                ask(running.url, number, text)
            pictures(running.url, _password(running.output))


def _password(output: Path) -> str:
    """Return the one-time password that the first start printed."""
    found = re.search(r"one-time password (\S+)", output.read_text())
    if found is None:
        message = "the demo printed no one-time password"
        raise ValueError(message)
    return found[1]


if __name__ == "__main__":
    main()

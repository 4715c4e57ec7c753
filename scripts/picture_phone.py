"""Take the pictures of docs/health-workers.md from a running demo: ``make pictures``."""

import argparse
import shutil
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Page, ViewportSize, sync_playwright

sys.path.append(str(Path(__file__).parents[1] / "tests" / "lib"))
import process_harness

FOLDER = Path(__file__).parents[1] / "docs" / "pictures"
_SIZE: ViewportSize = {"width": 390, "height": 720}
_TO_TOP = "node => { node.closest('#log').scrollTop = node.offsetTop - 70; }"
DEPO = {
    "en": "My client is 3 weeks late for her Depo shot, can I still give it?",
    "ur": "ڈیپو کا ٹیکہ 3 ہفتے لیٹ ہو گیا، کیا اب لگا سکتے ہیں؟",
}
HELLO = {"en": "hello", "ur": "ہیلو"}
MENU = {"en": "menu", "ur": "مینو"}
DANGER = {"en": "she is bleeding heavily after birth", "ur": "ڈلیوری کے بعد بہت خون آ رہا ہے"}


def say(page: Page, text: str) -> None:
    """Type a message and wait for its reply."""
    before = page.locator("#chat li.theirs").count()
    page.fill("#text", text)
    page.press("#text", "Enter")
    page.locator("#chat li.theirs").nth(before).wait_for(timeout=60_000)
    time.sleep(1.2)


def show(page: Page, name: str, *, from_top: bool = False) -> None:
    """Take a picture of the phone; `from_top` shows the beginning of the last message."""
    if from_top:
        page.locator("#chat li.mine").last.evaluate(_TO_TOP)
    else:
        page.locator("#log").evaluate("log => { log.scrollTop = log.scrollHeight; }")
    time.sleep(0.3)
    page.screenshot(path=FOLDER / f"{name}.png")
    print(f"docs/pictures/{name}.png")


def walk(page: Page, url: str, language: str) -> None:
    """Take the steps of the guide, and a picture of each."""
    page.goto(f"{url}?lang={language}")
    say(page, HELLO[language])
    show(page, f"welcome-{language}")
    say(page, "1")
    say(page, DEPO[language])
    if "☰" in page.locator("#chat li").last.inner_text():
        say(page, "1")  # more than one answer may fit, and the first one does
    show(page, f"answer-{language}", from_top=True)
    show(page, f"buttons-{language}")
    say(page, MENU[language])
    page.locator("#chat .taps button").last.click()
    show(page, f"menu-{language}")
    page.locator(".close").click()
    say(page, DANGER[language])
    show(page, f"danger-{language}", from_top=True)


def main() -> None:
    """Start a demo, take all pictures, stop it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--index", type=Path, default=Path("index"))
    options = parser.parse_args()
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        process_harness.start_demo(options.index, Path(folder)) as running,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        for language in ("en", "ur"):
            walk(browser.new_page(viewport=_SIZE), running.url, language)
        browser.close()


if __name__ == "__main__":
    main()

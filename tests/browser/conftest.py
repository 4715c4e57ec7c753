"""A real browser over the real demo, on the bundle that ``make browser`` has built."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import process_harness
import pytest
from own_demo import OwnDemo
from shared_build import build_once

sync_api = pytest.importorskip("playwright.sync_api", reason="make browser installs it")

INDEX = Path(__file__).parents[2] / "index"
_NAMES = ("chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="session")
def demo_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where a demo of the starter corpus listens."""
    with process_harness.start_demo(INDEX, tmp_path_factory.mktemp("demo")) as running:
        yield running.url


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """As `build_once`."""
    return build_once(tmp_path_factory)


@pytest.fixture
def own_demo(built: Path, tmp_path: Path) -> Iterator[OwnDemo]:
    """Built with the real model; its database is in the folder, with two more users."""
    for name in ("corpus", "index"):
        shutil.copytree(built / name, tmp_path / name)
    with process_harness.start_demo(tmp_path / "index", tmp_path, tmp_path / "corpus") as running:
        yield OwnDemo(running.url, tmp_path)


@pytest.fixture(scope="session")
def browser() -> Iterator["sync_api.Browser"]:
    """Debian's Chromium."""
    path = next((found for name in _NAMES if (found := shutil.which(name))), None)
    assert path, "apt-get install --no-install-recommends chromium"
    with sync_api.sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture(params=[(1280, 900), (390, 800)], ids=["wide", "phone"])
def page(request: pytest.FixtureRequest, browser: "sync_api.Browser") -> Iterator["sync_api.Page"]:
    """A page of a wide screen and of a phone; nothing may go wrong in its scripts."""
    width, height = request.param
    opened = browser.new_page(viewport={"width": width, "height": height})
    faults: list[str] = []
    opened.on("pageerror", lambda error: faults.append(str(error)))
    yield opened
    opened.close()
    assert faults == []

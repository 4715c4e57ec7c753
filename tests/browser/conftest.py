"""A real browser over the real demo, on the bundle that ``make browser`` has built."""

import contextlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import stage
from own_demo import OwnDemo
from real_corpus import write_real_corpus

from kmqa.cli import main

sync_api = pytest.importorskip("playwright.sync_api", reason="make browser installs it")

INDEX = Path(__file__).parents[2] / "index"
_PATIENCE = 90.0  # seconds for the demo to start on a busy machine
_NAMES = ("chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="session")
def demo_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where a demo of the starter corpus listens."""
    with demo(INDEX, tmp_path_factory.mktemp("demo")) as url:
        yield url


@pytest.fixture
def own_demo(tmp_path: Path) -> Iterator[OwnDemo]:
    """Built with the real model; its database is in the folder, with two more users."""
    write_real_corpus(tmp_path / "corpus")
    place = ["--corpus", str(tmp_path / "corpus"), "--index", str(tmp_path / "index")]
    assert main(["build", *place]) == 0
    with demo(tmp_path / "index", tmp_path, tmp_path / "corpus") as url:
        yield OwnDemo(url, tmp_path)


@contextlib.contextmanager
def demo(index: Path, folder: Path, corpus: Path | None = None) -> Iterator[str]:
    """A demo runs; where it listens."""
    url = f"http://127.0.0.1:{stage.free_port()}/"
    port = url.rsplit(":", 1)[1].strip("/")
    place = ["--index", str(index), "--port", port, "--folder", str(folder)]
    environment = {**os.environ, **({"KMQA_CORPUS": str(corpus)} if corpus else {})}
    process = subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, "-m", "kmqa", "demo", *place], env=environment
    )
    try:
        _wait_for(url)
        yield url
    finally:
        process.terminate()
        process.wait(30)


def _wait_for(url: str) -> None:
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        with contextlib.suppress(httpx.HTTPError):
            httpx.get(url).raise_for_status()
            return
        time.sleep(0.2)
    raise TimeoutError(url)


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

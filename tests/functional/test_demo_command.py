import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import psutil

_PATIENCE = 90  # seconds for a start or a stop on a busy machine


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


def _is_up(url: str) -> bool:
    try:
        return httpx.get(url).is_success
    except httpx.HTTPError:
        return False


def test_a_demo_that_is_asked_to_stop_leaves_no_process_behind(built: Path, tmp_path: Path) -> None:
    port = _free_port()
    place = ["--index", str(built / "index"), "--port", str(port), "--folder", str(tmp_path)]
    command = [sys.executable, "-m", "kmqa", "demo", *place]
    demo = subprocess.Popen(command, cwd=built)  # noqa: S603 - our own program
    try:
        until = time.monotonic() + _PATIENCE
        while not _is_up(f"http://127.0.0.1:{port}/") and time.monotonic() < until:
            time.sleep(0.1)
        children = psutil.Process(demo.pid).children(recursive=True)
        demo.terminate()
        demo.wait(_PATIENCE)
    finally:
        demo.kill()

    _, alive = psutil.wait_procs(children, timeout=_PATIENCE)
    assert children, "the demo has a worker"
    assert alive == []

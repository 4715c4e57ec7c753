"""The web process over a small bundle, as a process of its own; started by `start_web`.

Everything is real but the bundle: uvicorn, its limits, the app, the database and the log.
"""

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil

NUMBER = "100000000000111"
SECRET = "secret-of-a-test"  # noqa: S105 - of a test


@dataclass(frozen=True)
class WebProcess:
    """A running web process.

    Attributes:
        log: Where it writes its lines.
    """

    port: int
    process: psutil.Process
    log: Path

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    def lines(self) -> list[str]:
        """What it has logged."""
        return self.log.read_text().splitlines()


@contextlib.contextmanager
def start_web(folder: Path, **limits: float) -> Iterator[WebProcess]:
    """A process answers; `limits` are some of `kmqa.runtime.connections.ConnectionLimits`."""
    import process_harness

    port = process_harness.free_port()
    log = folder / "web.log"
    lib = os.pathsep.join([str(Path(__file__).parent), os.environ.get("PYTHONPATH", "")])
    with log.open("wb") as written:
        process = subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, __file__, str(port), str(folder), json.dumps(limits)],
            stdout=written,
            stderr=written,
            env=os.environ | {"PYTHONPATH": lib},
        )
    try:
        process_harness.wait_for(f"http://127.0.0.1:{port}/healthz")
        yield WebProcess(port, psutil.Process(process.pid), log)
    finally:
        process.terminate()
        process.wait(30)


def _serve(port: int, folder: Path, limits: dict[str, float]) -> None:
    from bundle_builder import make_responder
    from corpus_builder import make_answer, make_corpus
    from own_service import own_service

    from kmqa import log
    from kmqa.runtime import http_server
    from kmqa.runtime.app import web_app
    from kmqa.runtime.connections import ConnectionLimits

    log.set_up()
    responder = make_responder(make_corpus(Path("nowhere"), answers=(make_answer("a"),)))
    settings = {"whatsapp_app_secret": SECRET, "whatsapp_phone_number_ids": NUMBER}
    with own_service(folder, responder, **settings) as own:
        given = ConnectionLimits(**limits)  # type: ignore[arg-type]  # some are whole numbers
        http_server.make_server(web_app(own.service), "127.0.0.1", port, limits=given).run()


if __name__ == "__main__":
    _serve(int(sys.argv[1]), Path(sys.argv[2]), json.loads(sys.argv[3]))

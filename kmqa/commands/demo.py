"""`kmqa demo`: the phone in the browser, with all that belongs to it, on one port."""

import contextlib
import hashlib
import os
import secrets
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from rich.console import Console

from kmqa import log
from kmqa.commands import console as console_command
from kmqa.commands import serve
from kmqa.console.app import console as console_app
from kmqa.console.context import ConsoleContext
from kmqa.corpus import anchors
from kmqa.messages import Sender
from kmqa.runtime import http_server
from kmqa.runtime.app import web_app
from kmqa.runtime.service import Service
from kmqa.settings import Settings, read_settings
from kmqa.simulator import smoke_conversation
from kmqa.simulator.phone import demo
from kmqa.simulator.webhooks import Deliverer
from kmqa.simulator.world import World
from kmqa.state import people, turns

_NUMBER = "100000000000111"
_STOPPING = 20  # seconds that the worker gets to end


def show(*, index: Path, host: str, port: int, folder: Path, is_check: bool) -> None:
    """Run the demo until it is stopped, or have one short conversation and stop.

    Args:
        index: Folder of the bundles.
        host: Address to listen at; the demo has no password, so this machine's own.
        port: The one port that everything is on.
        folder: Where the demo keeps its database and its secret.
        is_check: Whether to play a short conversation, print it and end.

    Raises:
        BundleError: No bundle can be served.
    """
    folder.mkdir(parents=True, exist_ok=True)
    log.set_up(file=folder / "demo.log")
    os.environ.update(_environment(folder, f"http://{host}:{port}"))
    read_settings.cache_clear()
    settings = read_settings()
    service = serve.open_service(index)
    anchors.keep(settings.corpus, index)
    context = console_command.open_context(settings.corpus, index)
    app = _app(service, context, settings, f"http://{host}:{port}")
    console = Console(highlight=False, soft_wrap=True)
    if not is_check:
        console_command.print_first_password(context, console)
    # Uvicorn raises the signal that stopped it again: unheeded, it would end this process on the
    # spot and leave the worker behind.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with _worker(index, folder / "worker.log"):
        server = http_server.make_server(app, host, port, settings.proxies)
        if is_check:
            smoke_conversation.hold(server, f"http://{host}:{port}", console)
        else:
            console.print(f"The demo is at http://{host}:{port}/ - stop it with Ctrl+C.")
            server.run()
    context.database.close()
    service.close()


def _app(service: Service, context: ConsoleContext, settings: Settings, url: str) -> Any:  # noqa: ANN401 - an ASGI app
    world = World(settings.number_ids, settings.whatsapp_access_token.get_secret_value())
    deliverer = Deliverer(world, f"{url}/webhooks/whatsapp", settings.app_secrets[0])
    name = service.live.current().bundle.contents.settings.name
    mounted = {"": web_app(service), "/console": console_app(context)}
    return demo(world, deliverer, name, lambda phone: _why(service, phone), mounted)


def _why(service: Service, phone: str) -> Mapping[str, Any] | None:
    """Return what was decided about the last question of somebody with this phone number."""
    with service.database.reading() as connection:
        person = people.find_person(connection, service.identity, Sender(phone=phone))
        last = person and turns.find_last(connection, service.identity, person)
    if not last:
        return None
    policy = service.live.current().bundle.contents.policy
    return {
        "outcome": last.outcome,
        "reason": last.reason,
        "answer_id": last.answer_id,
        "score": last.score,
        "threshold": policy.threshold if policy else None,
        "language": last.language,
        "took_ms": last.took_ms,
        "bundle_id": last.bundle_id,
        "candidates": last.candidates,
    }


def _environment(folder: Path, url: str) -> dict[str, str]:
    """Return the settings of a service that talks to the stand-in, with the secret of last time."""
    secret = folder / "secret"
    if not secret.exists():
        secret.write_text(secrets.token_hex(32), encoding="ascii")
        secret.chmod(0o600)
    pepper = secret.read_text(encoding="ascii").strip()

    def derive(purpose: str) -> str:
        return hashlib.sha256(f"{purpose}:{pepper}".encode()).hexdigest()

    return {
        "KMQA_DATABASE_URL": f"sqlite:///{folder / 'kmqa.db'}",
        "KMQA_GRAPH_URL": f"{url}/meta",
        "KMQA_WHATSAPP_ACCESS_TOKEN": derive("token"),
        "KMQA_WHATSAPP_APP_SECRET": derive("app"),
        "KMQA_WHATSAPP_VERIFY_TOKEN": derive("verify"),
        "KMQA_WHATSAPP_PHONE_NUMBER_IDS": _NUMBER,
        "KMQA_PEPPER": pepper,
        "KMQA_WEB_CHAT": "true",
        "KMQA_API_DOCS": "true",  # the page of the demo leads there
    }


@contextlib.contextmanager
def _worker(index: Path, log_file: Path) -> Iterator[None]:
    """Run a worker process as long as the demo."""
    command = [sys.executable, "-m", "kmqa", "serve", "--role", "worker", "--index", str(index)]
    with log_file.open("ab") as written:
        process = subprocess.Popen(command, stdout=written, stderr=written)  # noqa: S603 - our own
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(_STOPPING)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

"""A real HTTP server on loopback that answers as a test says and keeps what it was asked."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True)
class Asked:
    """A request as it came."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Answer:
    """What the server says: after `delay` seconds, `pause` between pieces of the body."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    delay: float = 0.0
    pieces: int = 1
    pause: float = 0.0
    has_length: bool = True


@dataclass
class OwnHttp:
    """A server that answers by `answer`; `url` has no slash at its end."""

    answer: Callable[[Asked], Answer]
    asked: list[Asked] = field(default_factory=list)
    url: str = ""


@contextmanager
def own_http(answer: Callable[[Asked], Answer]) -> Iterator[OwnHttp]:
    """A server that runs as long as the block lasts."""
    own = OwnHttp(answer)

    class Handler(BaseHTTPRequestHandler):
        def _serve(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            asked = Asked(self.command, self.path, headers, body)
            own.asked.append(asked)
            said = own.answer(asked)
            time.sleep(said.delay)
            try:
                self._say(said)
            except OSError:
                self.close_connection = True  # whoever asked has gone

        def _say(self, said: Answer) -> None:
            self.send_response(said.status)
            for name, value in said.headers.items():
                self.send_header(name, value)
            if said.has_length:
                self.send_header("content-length", str(len(said.body)))
            self.end_headers()
            step = max(1, -(-len(said.body) // said.pieces))
            for start in range(0, len(said.body), step):
                self.wfile.write(said.body[start : start + step])
                self.wfile.flush()
                time.sleep(said.pause)
            self.close_connection = True

        do_GET = do_POST = do_DELETE = _serve

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    own.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield own
    finally:
        server.shutdown()
        server.server_close()
        thread.join()

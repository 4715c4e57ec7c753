"""What strangers do to a web process that no proxy stands before; each attack is refused."""

import contextlib
import json
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from limited_server import NUMBER, SECRET, WebProcess, start_web
from process_harness import wait_until

from kmqa.channels.whatsapp.signature import HEADER, signature_of
from kmqa.runtime import http_server

MOST = 60
HEAD_S = 1.5
GET = b"GET /healthz HTTP/1.1\r\nhost: kmqa\r\n\r\n"
FORGED = "sha256=" + "0" * 64
MB = 2**20

pytestmark = pytest.mark.slow


@pytest.fixture(name="web", scope="module")
def _web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebProcess]:
    folder = tmp_path_factory.mktemp("web")
    with start_web(folder, most=MOST, head_s=HEAD_S, linger_s=1.0) as running:
        yield running


def _connect(web: WebProcess) -> socket.socket:
    return socket.create_connection(("127.0.0.1", web.port), timeout=20)


def _answer(web: WebProcess, request: bytes) -> bytes:
    """The first line of what comes back; empty where the connection is cut."""
    with _connect(web) as connection, contextlib.suppress(ConnectionError):
        connection.sendall(request)
        return connection.recv(4_096).split(b"\r\n")[0]
    return b""


def _deliver(web: WebProcess, number: int) -> int:
    """Deliver a message as Meta does; the status of the answer."""
    said = {"id": f"wamid.{number}", "from": "254700000001", "timestamp": "1"}
    said |= {"type": "text", "text": {"body": "hello"}}
    value = {"metadata": {"phone_number_id": NUMBER}, "messages": [said]}
    change = {"field": "messages", "value": value}
    body = json.dumps({"entry": [{"changes": [change]}]}).encode()
    headers = {HEADER: signature_of(body, SECRET)}
    return httpx.post(f"{web.url}/webhooks/whatsapp", content=body, headers=headers).status_code


@pytest.mark.parametrize(
    "request_",
    [
        b"GET /healthz HTTP/1.1\r\nx: " + b"a" * MB + b"\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\n" + b"x: aaaaa\r\n" * 100_000 + b"\r\n",
        b"GET /healthz?" + b"a" * MB + b" HTTP/1.1\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nx: " + b"a" * 40_000 + b"\r\n\r\n",
    ],
)
def test_a_megabyte_of_headers_is_refused(web: WebProcess, request_: bytes) -> None:
    """It may be cut off in the middle, when its sender does not listen."""
    assert _answer(web, request_) in {b"HTTP/1.1 431 Request Header Fields Too Large", b""}
    assert _answer(web, GET) == b"HTTP/1.1 200 OK"


def test_a_head_of_the_usual_size_is_taken(web: WebProcess) -> None:
    request = b"GET /healthz HTTP/1.1\r\ncookie: " + b"a" * 8_000 + b"\r\n\r\n"

    assert _answer(web, request) == b"HTTP/1.1 200 OK"


def test_who_sends_a_header_a_while_is_cut_off_and_holds_up_nobody(web: WebProcess) -> None:
    slow = [_connect(web) for _ in range(MOST - 10)]
    for one in slow:
        one.sendall(b"GET /healthz HTTP/1.1\r\n")
    began = time.monotonic()
    while time.monotonic() - began < HEAD_S + 1:
        for one in slow:
            with contextlib.suppress(OSError):
                one.sendall(b"x: a\r\n")
        assert _answer(web, GET) == b"HTTP/1.1 200 OK"
        time.sleep(0.1)

    assert [_is_cut(one) for one in slow] == [True] * len(slow)


def _is_cut(connection: socket.socket) -> bool:
    """Whether the other end has closed, with or without a word."""
    connection.settimeout(5)
    with connection:
        try:
            while connection.recv(4_096):
                pass
        except ConnectionError:
            return True
        except TimeoutError:
            return False
    return True


def test_thousands_of_silent_connections_keep_no_webhook_out(web: WebProcess) -> None:
    silent: list[socket.socket] = []
    for number in range(2_000):
        silent.append(_connect(web))
        if number % 200 == 199:
            assert _deliver(web, number) == 200

    n_open = len(web.process.net_connections())
    for one in silent:
        one.close()
    assert n_open <= MOST + 5
    assert _deliver(web, 1) == 200


def test_a_body_that_is_broken_off_is_one_line_of_the_log(web: WebProcess) -> None:
    before = len(web.lines())
    head = b"POST /webhooks/whatsapp HTTP/1.1\r\nhost: kmqa\r\ncontent-length: 100000\r\n"
    for _ in range(5):
        with _connect(web) as connection:
            connection.sendall(head + f"{HEADER}: {FORGED}\r\n\r\n".encode() + b"a" * 1_000)
    wait_until(lambda: len(web.lines()) >= before + 5, "five lines", 10)
    time.sleep(0.3)

    said = [json.loads(line) for line in web.lines()[before:]]
    assert [line["event"] for line in said] == ["body broken off"] * 5


def test_an_unsigned_body_is_not_even_read(web: WebProcess) -> None:
    """4 MB are announced and never sent; the answer comes all the same."""
    for header in (b"", b"x-hub-signature-256: sha256=no\r\n"):
        head = b"POST /webhooks/whatsapp HTTP/1.1\r\nhost: kmqa\r\ncontent-length: 4000000\r\n"

        assert _answer(web, head + header + b"\r\n") == b"HTTP/1.1 401 Unauthorized"


def test_a_body_that_says_it_is_too_large_is_refused_before_it_comes(web: WebProcess) -> None:
    head = b"POST /webhooks/whatsapp HTTP/1.1\r\nhost: kmqa\r\ncontent-length: 99000000\r\n"

    assert _answer(web, head + f"{HEADER}: {FORGED}\r\n\r\n".encode()).startswith(b"HTTP/1.1 413")


def test_many_large_bodies_with_a_forged_signature_fill_no_memory(web: WebProcess) -> None:
    """40 of them held whole would take 160 MB. Meta's own calls come through beside them."""
    before, most, done = web.process.memory_info().rss, 0, threading.Event()

    def watch() -> int:
        highest = before
        while not done.is_set():
            highest = max(highest, web.process.memory_info().rss)
            time.sleep(0.01)
        return highest

    def send(_: int) -> int:
        try:
            headers = {HEADER: FORGED}
            url = f"{web.url}/webhooks/whatsapp"
            body = b"a" * (4 * MB - 100)
            return httpx.post(url, content=body, headers=headers, timeout=60).status_code
        except httpx.TransportError:  # refused and closed while it was still sending
            return 503

    with ThreadPoolExecutor(41) as senders:
        watching = senders.submit(watch)
        sent = senders.map(send, range(40))
        delivered = [_deliver(web, 10_000 + n) for n in range(10)]
        answers = set(sent)
        done.set()
        most = watching.result()

    assert delivered == [200] * 10
    assert answers <= {401, 503}
    assert most - before < 60 * MB


def test_the_process_says_no_traceback(web: WebProcess) -> None:
    assert not [line for line in web.lines() if "Traceback" in line]


def test_a_port_that_is_taken_ends_the_process() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(SystemExit):
            http_server.run(lambda *_: None, "127.0.0.1", taken.getsockname()[1])

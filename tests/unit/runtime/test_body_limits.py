"""How long a body and its answer may take, over a real socket."""

import asyncio
import contextlib
import socket
import threading
import time
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import process_harness
import pytest
from fastapi import FastAPI, Request
from fastapi.responses import StreamingResponse
from starlette.exceptions import HTTPException

from kmqa.runtime import http_server
from kmqa.runtime.body import BodyLimit, Room
from kmqa.runtime.connections import ConnectionLimits

pytestmark = pytest.mark.slow


def _app(**limits: Any) -> FastAPI:  # noqa: ANN401 - of `BodyLimit`
    app = FastAPI()
    app.add_middleware(BodyLimit, most_of=lambda _: 1_000_000, detail="too large", **limits)

    @app.post("/take")
    async def take(request: Request) -> int:
        return len(await request.body())

    @app.get("/late")
    async def late() -> str:
        await asyncio.sleep(1.5)
        return "late"

    @app.get("/parts")
    async def parts() -> StreamingResponse:
        async def slowly() -> AsyncIterator[bytes]:
            for part in (b"begin", b", go on", b", end"):
                yield part
                await asyncio.sleep(0.4)

        return StreamingResponse(slowly())

    @app.get("/large")
    async def large() -> str:
        return "x" * 20_000_000

    return app


@contextlib.contextmanager
def _serve(app: FastAPI, **limits: Any) -> Iterator[int]:  # noqa: ANN401 - of `ConnectionLimits`
    port = process_harness.free_port()
    given = ConnectionLimits(**limits)
    server = http_server.make_server(app, "127.0.0.1", port, limits=given)
    running = threading.Thread(target=server.run)
    running.start()
    process_harness.wait_until(lambda: server.started, "the server", 20)
    try:
        yield port
    finally:
        server.should_exit = True
        running.join(30)


def _say(port: int, *parts: bytes, pause: float = 0.0) -> bytes:
    """Send `parts` with a pause after each, as far as they are taken; the answer's first line."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        with contextlib.suppress(ConnectionError):
            for part in parts:
                connection.sendall(part)
                time.sleep(pause)
        return connection.recv(4_096).split(b"\r\n")[0]


def test_a_body_that_comes_a_byte_a_while_is_refused_and_its_connection_closed() -> None:
    head = b"POST /take HTTP/1.1\r\nhost: kmqa\r\ncontent-length: 1000\r\n\r\n"
    with _serve(_app(body_s=0.5)) as port:
        line = _say(port, head, *[b"a"] * 5, pause=0.13)

    assert line == b"HTTP/1.1 408 Request Timeout"


def test_an_answer_that_does_not_begin_in_time_is_given_up_in_words() -> None:
    with _serve(_app(answer_s=0.3)) as port:
        answer = httpx.get(f"http://127.0.0.1:{port}/late")

    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "slow")


def test_a_page_that_may_take_long_is_waited_for() -> None:
    with _serve(_app(answer_s=None)) as port:
        assert httpx.get(f"http://127.0.0.1:{port}/late").json() == "late"


def test_an_answer_that_has_begun_may_take_its_time() -> None:
    with _serve(_app(answer_s=0.5)) as port:
        url = f"http://127.0.0.1:{port}/parts"
        assert httpx.get(url).text == "begin, go on, end"


def test_who_takes_nothing_of_a_large_answer_is_dropped() -> None:
    async def ask(port: int) -> int:
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**12)
        writer.write(b"GET /large HTTP/1.1\r\nhost: kmqa\r\n\r\n")
        await asyncio.sleep(1.5)
        n = 0
        with contextlib.suppress(ConnectionError, TimeoutError):
            while block := await asyncio.wait_for(reader.read(2**20), 5):
                n += len(block)
        writer.close()
        return n

    with _serve(_app(), stall_s=0.3) as port:
        assert asyncio.run(ask(port)) < 20_000_000


def test_who_goes_on_sending_after_the_answer_is_cut_off() -> None:
    async def go_on(port: int) -> bool:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"POST /take HTTP/1.1\r\nhost: kmqa\r\ncontent-length: 9000000\r\n\r\n")
        assert (await reader.read(4_096)).startswith(b"HTTP/1.1 413")
        for _ in range(40):
            await asyncio.sleep(0.1)
            try:
                writer.write(b"a" * 100)
                await writer.drain()
            except ConnectionError:
                return True
        return False

    with _serve(_app(), linger_s=0.5) as port:
        assert asyncio.run(go_on(port))


def test_two_requests_one_after_the_other_share_a_connection() -> None:
    with _serve(_app()) as port, httpx.Client(base_url=f"http://127.0.0.1:{port}") as http:
        bodies = [b"a" * size for size in (0, 10, 100_000)]
        answers = [http.post("/take", content=body).json() for body in bodies]

    assert answers == [0, 10, 100_000]


def test_large_bodies_share_a_room_and_small_ones_need_none() -> None:
    room = Room(most=100, small=10)

    taken = room.take(0, 60) + room.take(60, 90)
    with pytest.raises(HTTPException) as full:
        room.take(0, 40)

    assert (taken, full.value.status_code, room.held) == (80, 503, 80)
    assert room.take(0, 10) == 0
    room.held -= taken
    assert room.take(0, 40) == 30

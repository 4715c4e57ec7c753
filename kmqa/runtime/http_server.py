"""uvicorn with limits that hold without a proxy before it: heads, slow connections, their number.

uvicorn takes a head of any size with its fast parser, waits for ever for its end, and has no more
than a limit at which it refuses everybody. Here each connection has its time, and
`kmqa.runtime.connections` keeps their number. Bodies are bounded by `kmqa.runtime.body`.
"""

import asyncio
from collections.abc import Sequence
from typing import Any, ClassVar

import uvicorn
from uvicorn.config import STARTUP_FAILURE
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from kmqa.runtime import metrics
from kmqa.runtime.connections import ConnectionLimits, Connections, trust_proxies

_GRACE = 20  # seconds that open requests get to end
_REFUSALS = {
    400: b"Bad Request",
    408: b"Request Timeout",
    431: b"Request Header Fields Too Large",
    503: b"Service Unavailable",
}


class HeadTooLarge(Exception):
    """The address and headers of a request are longer than allowed."""


class LimitedProtocol(HttpToolsProtocol):
    """One connection of uvicorn, within limits.

    Attributes:
        connections_of_process: All of them; set by `make_protocol`.
        address: Of whoever is at the other end; empty until they are.
    """

    connections_of_process: ClassVar[Connections]

    def __init__(self, *given: Any, **named: Any) -> None:  # noqa: ANN401 - as uvicorn calls it
        """Begin in a head of which nothing has come."""
        super().__init__(*given, **named)
        self.address = ""
        self._is_in_head = True
        self._is_received = True  # whether the whole body of the last request has come
        self._n_head = 0  # bytes that came since the last request
        self._n_fields = 0  # bytes of the address and headers that the parser has told
        self._timers: dict[str, asyncio.TimerHandle] = {}

    @property
    def limits(self) -> ConnectionLimits:
        """What this connection may cost."""
        return self.connections_of_process.limits

    def give_way(self) -> None:
        """See `kmqa.runtime.connections.Connection`."""
        self._abort("number")

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Take the connection in, or refuse it where all others are being answered."""
        super().connection_made(transport)
        self.address = self.client[0] if self.client else ""
        if not self.connections_of_process.admit(self):
            self._refuse(503, "number")
            return
        self._start("head", self.limits.head_s, lambda: self._refuse(408, "head-time"))

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self.connections_of_process.leave(self)
        for name in list(self._timers):
            self._stop(name)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take what came, as long as the head that it belongs to may go on."""
        if self.transport.is_closing():
            return
        if self._is_in_head:
            self._n_head += len(data)
            if "head" not in self._timers and not self._is_busy():
                self._start("head", self.limits.head_s, lambda: self._refuse(408, "head-time"))
        super().data_received(data)
        if self._is_in_head and self._n_head > self.limits.head_bytes:
            self._refuse(431, "head-size")

    def on_message_begin(self) -> None:
        """Begin a head; what came of the one before it does not count."""
        self._n_fields = 0
        super().on_message_begin()

    def on_url(self, url: bytes) -> None:
        """Count the address."""
        self._count(len(url))
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Count a header with the four bytes around it."""
        self._count(len(name) + len(value) + 4)
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Let the request be answered; its body is in the hands of the app's limits."""
        self._is_in_head, self._is_received, self._n_head = False, False, 0
        self._stop("head")
        self.connections_of_process.note(self, "sends")
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """Wait for the next head; the answer to this request may still be on its way."""
        self._is_in_head, self._is_received = True, True
        self._stop("linger")
        self.connections_of_process.note(self, "is answered" if self._is_busy() else "rests")
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """Rest, or let somebody finish who was answered before all had come, but not for long."""
        super().on_response_complete()
        if self._is_received:
            self.connections_of_process.note(self, "rests")
        else:
            self._start("linger", self.limits.linger_s, lambda: self._end("body-time"))

    def pause_writing(self) -> None:
        """Give the reader a time to take something."""
        super().pause_writing()
        self._start("stall", self.limits.stall_s, lambda: self._abort("stall"))

    def resume_writing(self) -> None:
        """Go on; the reader took something."""
        self._stop("stall")
        super().resume_writing()

    def send_400_response(self, msg: str) -> None:
        """Refuse what the parser would not take, or what our own callbacks stopped."""
        del msg  # says as little as the status
        if self._n_fields > self.limits.head_bytes:
            self._refuse(431, "head-size")
        else:
            self._refuse(400, "invalid")

    def _is_busy(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

    def _count(self, n: int) -> None:
        self._n_fields += n
        if self._n_fields > self.limits.head_bytes:
            raise HeadTooLarge  # the parser passes it on as an error of its own

    def _start(self, name: str, seconds: float, then: Any) -> None:  # noqa: ANN401 - a callback
        self._stop(name)
        self._timers[name] = self.loop.call_later(seconds, then)

    def _stop(self, name: str) -> None:
        if (timer := self._timers.pop(name, None)) is not None:
            timer.cancel()

    def _refuse(self, status: int, cause: str) -> None:
        """Say why and close; nothing that comes after is read."""
        if not self.transport.is_closing():
            reason = _REFUSALS[status]
            self.transport.write(
                b"HTTP/1.1 %d %b\r\ncontent-type: text/plain; charset=utf-8\r\n"
                b"content-length: %d\r\nconnection: close\r\n\r\n%b"
                % (status, reason, len(reason), reason)
            )
        self._end(cause)

    def _end(self, cause: str) -> None:
        if not self.transport.is_closing():
            metrics.ended_connections.labels(cause).inc()
            self.transport.close()

    def _abort(self, cause: str) -> None:
        """Drop what the other end does not take; to close politely would wait for it."""
        metrics.ended_connections.labels(cause).inc()
        self.transport.abort()


def make_protocol(
    proxies: Sequence[str], limits: ConnectionLimits | None = None
) -> type[LimitedProtocol]:
    """Return the protocol of one process, whose connections are counted together."""
    shared = Connections(limits or ConnectionLimits(), trust_proxies(proxies))

    class Protocol(LimitedProtocol):
        """One connection among those of this process."""

        connections_of_process = shared

    return Protocol


def make_server(
    app: Any,  # noqa: ANN401 - an ASGI app
    host: str,
    port: int,
    proxies: Sequence[str] = (),
    limits: ConnectionLimits | None = None,
) -> uvicorn.Server:
    """Return a server of `app` within `limits`; it listens once it is run.

    Args:
        app: What answers.
        host: Address to listen at.
        port: Port to listen at.
        proxies: Addresses and networks whose connections are not counted by address.
        limits: What connections may cost.
    """
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        http=make_protocol(proxies, limits),
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,  # the app reads them, from whom `KMQA_FORWARDED_ALLOW_IPS` names
        timeout_graceful_shutdown=_GRACE,
    )
    return uvicorn.Server(config)


def run(app: Any, host: str, port: int, proxies: Sequence[str] = ()) -> None:  # noqa: ANN401 - an ASGI app
    """Serve `app` until told to stop.

    Raises:
        SystemExit: It could not start, as where somebody else has the port.
    """
    server = make_server(app, host, port, proxies)
    server.run()
    if not server.started:
        raise SystemExit(STARTUP_FAILURE)

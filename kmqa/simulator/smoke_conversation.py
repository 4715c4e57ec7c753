"""A short conversation through the running demo, to see that every part of it works."""

import threading
import time
from collections.abc import Callable
from typing import Any

import httpx
import uvicorn
from rich.console import Console

from kmqa.errors import UserError

_PHONE = "254711000111"
_PATIENCE = 90.0  # seconds for a reply on a busy machine
_STEPS = (
    "hello",
    "My client is 3 weeks late for her Depo shot, can I still give it?",
    "1",
    "menu",
    "2",
    "who won the football last night?",
    "she is bleeding heavily after birth and feels faint",
    "زبان",
    "STOP",
)
"""What is written, one message after the other; a number picks a line of what came before."""


class DemoFailed(UserError):
    """A message of the conversation got no reply."""

    exit_code = 14


def hold(server: uvicorn.Server, url: str, console: Console) -> None:
    """Start `server`, have the conversation at `url`, print it, and stop the server.

    Raises:
        DemoFailed: A message got no reply.
    """
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        with httpx.Client(base_url=url, timeout=30) as http:
            _wait_until(lambda: server.started, "the demo did not start")
            _talk(http, console)
    finally:
        server.should_exit = True
        thread.join()


def _talk(http: httpx.Client, console: Console) -> None:
    phone = f"{_PHONE}{int(time.time()) % 1000:03}"
    seen = 0
    for text in _STEPS:
        http.post("/meta/simulate/messages", json={"from": phone, "text": text}).raise_for_status()
        console.print(f"> {text}", markup=False)

        def has_reply(since: int = seen) -> bool:
            return len(_replies(http, phone)) > since

        _wait_until(has_reply, f'there was no reply to "{text}"')
        time.sleep(0.3)  # the first contact has two messages
        replies = _replies(http, phone)
        for reply in replies[seen:]:
            console.print(_text_of(reply), markup=False)
        seen = len(replies)


def _replies(http: httpx.Client, phone: str) -> list[dict[str, Any]]:
    state = http.get("/phone/state", params={"phone": phone}).raise_for_status().json()
    return [one["payload"] for one in state["messages"] if not one["mine"]]


def _text_of(payload: dict[str, Any]) -> str:
    held = payload[payload["type"]]
    if payload["type"] == "interactive":
        action = held["action"]
        taps = [button["reply"]["title"] for button in action.get("buttons", ())]
        return f"{held['body']['text']}\n[{'] ['.join(taps) or action['button']}]\n"
    return f"{held.get('body') or held.get('caption')}\n"


def _wait_until(holds: Callable[[], bool], failure: str) -> None:
    deadline = time.monotonic() + _PATIENCE
    while not holds():
        if time.monotonic() > deadline:
            raise DemoFailed(failure, remedy="Look at what the worker wrote above.")
        time.sleep(0.1)

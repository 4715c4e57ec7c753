"""The client of the API: what it sends, what it reads, and what it does about each mishap."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import httpx
import pytest

from kmqa.errors import ServiceError, SettingsError
from kmqa.records import Candidate, CitedSource, Profile, Resource
from kmqa.runtime.client import LONGEST_WAIT, MOST_WAITS, Client, Patience, fault_of

ANSWER = {
    "outcome": "choose",
    "answer_id": None,
    "score": 0.1234567890123,
    "language": "en",
    "text": "Which one?",
    "sources": [{"document": "who", "title": "WHO", "pages": [3], "line": "WHO, page 3"}],
    "resources": [{"document": "who", "title": "WHO", "pages": [3, 4], "url": ""}],
    "offered": [{"answer_id": "pill", "score": 0.1, "question": "late?", "language": "en"}],
    "bundle_id": "0123abcd",
    "reason": "close-call",
    "candidates": [
        {"answer_id": "pill", "score": 0.1, "question": "late?", "language": "en"},
        {"answer_id": "coil", "score": 0.05, "question": "koili?", "language": "sw"},
    ],
}
FINE = httpx.Response(200, json=ANSWER)


@dataclass
class Line:
    """A network that replies with what was put down, then with the last of it for ever."""

    replies: Sequence[httpx.Response | httpx.TransportError]
    url: str = "http://service:8080"
    asked: list[httpx.Request] = field(default_factory=list)
    slept: list[float] = field(default_factory=list)
    told: list[float] = field(default_factory=list)

    def client(self) -> Client:
        """A client at the other end."""
        patience = Patience(sleep=self.slept.append, on_busy=self.told.append)
        return Client(self.url, "secret", patience, httpx.MockTransport(self._reply))

    def _reply(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        reply = self.replies[min(len(self.asked), len(self.replies)) - 1]
        if isinstance(reply, httpx.TransportError):
            raise reply
        return httpx.Response(reply.status_code, headers=reply.headers, content=reply.content)


def test_a_question_goes_out_with_the_key_and_all_that_is_known() -> None:
    line = Line([FINE])

    line.client().ask("and if 6?", Profile(language="sw", role="chw", topic="pills"), ["late pill"])

    [request] = line.asked
    assert (request.method, str(request.url)) == ("POST", "http://service:8080/api/v1/ask")
    assert request.headers["authorization"] == "Bearer secret"
    assert json.loads(request.content) == {
        "text": "and if 6?",
        "language": "sw",
        "role": "chw",
        "topic": "pills",
        "history": ["late pill"],
        "explain": True,
    }


def test_a_reply_comes_back_whole() -> None:
    reply = Line([FINE]).client().ask("late", Profile())

    pill = Candidate(answer_id="pill", confidence=0.1, question="late?", language="en")
    coil = Candidate(answer_id="coil", confidence=0.05, question="koili?", language="sw")
    assert (reply.outcome, reply.answer_id, reply.confidence) == ("choose", None, 0.1234567890123)
    assert (reply.offered, reply.candidates) == ((pill,), (pill, coil))
    assert (reply.reason, reply.bundle_id) == ("close-call", "0123abcd")
    assert reply.sources == (
        CitedSource(document="who", title="WHO", pages=(3,), line="WHO, page 3"),
    )
    assert reply.resources == (Resource(document="who", title="WHO", pages=(3, 4), url=""),)


def test_a_service_below_a_path_is_asked_there() -> None:
    """Behind a proxy the service may have a folder, with or without a slash at its end."""
    for url in ("https://host/bot", "https://host/bot/"):
        line = Line([FINE], url)
        line.client().ask("late", Profile())
        assert str(line.asked[0].url) == "https://host/bot/api/v1/ask"


def test_a_busy_service_is_left_alone_for_as_long_as_it_says() -> None:
    """Then the same question is asked again; where it does not say, a minute passes."""
    line = Line([httpx.Response(429, headers={"Retry-After": "7"}), httpx.Response(429), FINE])

    reply = line.client().ask("late", Profile())

    assert reply.outcome == "choose"
    assert line.slept == line.told == [7.0, 60.0]
    assert len({request.content for request in line.asked}) == 1


@pytest.mark.parametrize(("seconds", "n_waits"), [(int(LONGEST_WAIT) + 1, 0), (1, MOST_WAITS)])
def test_a_service_that_stays_busy_is_given_up(seconds: int, n_waits: int) -> None:
    line = Line([httpx.Response(429, headers={"Retry-After": str(seconds)})])

    with pytest.raises(ServiceError, match="too busy"):
        line.client().ask("late", Profile())

    assert len(line.slept) == n_waits


def test_a_service_that_stumbles_is_asked_again() -> None:
    line = Line([httpx.ConnectError("refused"), httpx.Response(503), FINE])

    assert line.client().ask("late", Profile()).outcome == "choose"
    assert line.slept == [1.0, 2.0]


@pytest.mark.parametrize(
    ("reply", "told"),
    [
        (httpx.ConnectError("Connection refused"), "does not answer.*Connection refused, 3 times"),
        (httpx.ReadTimeout(""), "does not answer.*ReadTimeout"),
        (
            httpx.Response(503, json={"error": {"message": "no bundle"}}),
            "does not answer.*503 no bundle",
        ),
        (httpx.Response(401), "does not know the key.*KMQA_API_KEY"),
        (httpx.Response(403), "does not know the key"),
        (httpx.Response(404), "no API of kmqa, or an older one.*404 Not Found"),
        (httpx.Response(307, headers={"Location": "https://x"}), "no API of kmqa.*307"),
        (httpx.Response(200, text="<html>"), "no API of kmqa.*json"),
        (httpx.Response(200, json={**ANSWER, "outcome": "shout"}), "no API of kmqa.*outcome"),
        (httpx.Response(200, json={**ANSWER, "candidates": None}), "without the candidates"),
        (
            httpx.Response(422, json={"error": {"message": "explain: extra inputs"}}),
            "does not take a question.*explain: extra inputs",
        ),
    ],
)
def test_every_other_mishap_is_one_error_that_says_what_to_do(
    reply: httpx.Response | httpx.TransportError, told: str
) -> None:
    """The address is in it, and the key is not."""
    with pytest.raises(ServiceError, match=told) as caught:
        Line([reply]).client().ask("late", Profile())

    assert "http://service:8080" in caught.value.message
    assert "secret" not in caught.value.message


@pytest.mark.parametrize(
    "url",
    ["", "service:8080", "ftp://service", "http://", "http://a:b@service", "http://x?y=1",
     "http://service:port", "http://service:99999"],
)  # fmt: skip
def test_what_is_no_address_is_told_without_repeating_it(url: str) -> None:
    """It may hold a password."""
    with pytest.raises(ServiceError, match="no address of a service") as caught:
        Client(url, "secret")

    assert "a:b" not in caught.value.message


@pytest.mark.parametrize("key", ["", "  ", "schlüssel", "two\nlines"])
def test_what_can_be_no_key_names_the_setting(key: str) -> None:
    with pytest.raises(SettingsError, match="KMQA_API_KEY") as caught:
        Client("http://service", key)

    assert not key.strip() or key not in caught.value.message


@pytest.mark.parametrize(
    ("fault", "given"),
    [
        (None, lambda: fault_of("late", Profile(language="en"), ["a"] * 5)),
        ("text", lambda: fault_of("", Profile())),
        ("text", lambda: fault_of("x" * 4097, Profile())),
        ("history", lambda: fault_of("late", Profile(), ["a"] * 6)),
        ("country", lambda: fault_of("late", Profile(country="kenya"))),
    ],
)
def test_what_the_api_cannot_carry_is_known_before_it_is_asked(
    fault: str | None, given: Callable[[], str | None]
) -> None:
    found = given()

    assert (found or "").split(":")[0].split(".")[0] == (fault or "")

"""The other side of the API: asks a running service and gives back what it decided.

A service that is busy is waited for as long as it says, one that stumbles is asked again, and
everything else is an error that says what to do. Keys never appear in a message.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from types import TracebackType
from typing import Any, Self, TypeVar

import httpx
from pydantic import BaseModel, ValidationError

from kmqa.errors import ServiceError, SettingsError
from kmqa.records import Candidate, CitedSource, Profile, Reply, Resource
from kmqa.runtime.shapes import Answer, Choice, LiveBundle, Question

MOST_TRIES = 3  # of one call to a service that stumbles, with 1 and then 2 seconds between
LONGEST_WAIT = 300.0  # seconds; a service that wants to be left alone for longer is not waited for
MOST_WAITS = 20  # in a row for one question, after which the key has too little for this work
_TIMEOUT = httpx.Timeout(60.0, connect=5.0)
_BUSY, _STUMBLED = 429, frozenset({502, 503, 504})
_Shape = TypeVar("_Shape", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Patience:
    """How the client waits.

    Attributes:
        sleep: Passes this many seconds.
        on_busy: Told of the seconds that the service asks for, before they are waited.
    """

    sleep: Callable[[float], object] = time.sleep
    on_busy: Callable[[float], object] = lambda _seconds: None


class Client:
    """Asks one service; one call at a time, over one connection."""

    def __init__(
        self,
        url: str,
        key: str,
        patience: Patience | None = None,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        """Ask the service at `url` with `key`; `transport` replaces the network.

        Raises:
            ServiceError: `url` is no address of a service.
            SettingsError: `key` is missing or can be no key.
        """
        self.url = _check_url(url)
        self._patience = patience or Patience()
        self._http = httpx.Client(
            base_url=self.url,
            headers={"Authorization": f"Bearer {_check_key(key)}"},
            timeout=_TIMEOUT,
            transport=transport,
        )

    def __enter__(self) -> Self:
        """Return the client, which is closed at the end."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the connection."""
        self._http.close()

    def live_bundle(self) -> LiveBundle:
        """Ask which bundle answers just now.

        Raises:
            ServiceError: The service cannot be asked.
        """
        response, _ = self._call("GET", "/api/v1/bundle")
        return self._read(LiveBundle, response)

    def ask(self, text: str, profile: Profile, history: Sequence[str] = ()) -> Reply:
        """Ask for a reply with all candidates; its `took_ms` is the last call's, waits not counted.

        Raises:
            ServiceError: The service cannot be asked, or does not take the question.
        """
        question = _question(text, profile, history)
        given = question.model_dump(exclude_defaults=True)
        response, took_ms = self._call("POST", "/api/v1/ask", given)
        answer = self._read(Answer, response)
        if answer.candidates is None:
            raise self._no_service("a reply without the candidates")
        return _reply(answer, took_ms)

    def _call(
        self, method: str, path: str, given: Mapping[str, Any] | None = None
    ) -> tuple[httpx.Response, float]:
        """Return the response that counts, and how long its call took in milliseconds."""
        n_stumbles = n_waits = 0
        while True:
            started = time.perf_counter()
            found = self._response(method, path, given)
            took_ms = (time.perf_counter() - started) * 1000
            if isinstance(found, httpx.Response) and found.status_code == _BUSY:
                n_waits += 1
                self._wait(found, n_waits)
            elif isinstance(found, httpx.Response) and found.status_code not in _STUMBLED:
                return self._require_accepted(found), took_ms
            else:
                n_stumbles += 1
                if n_stumbles == MOST_TRIES:
                    raise self._dead(found)
                self._patience.sleep(float(n_stumbles))

    def _response(
        self, method: str, path: str, given: Mapping[str, Any] | None
    ) -> httpx.Response | httpx.TransportError:
        try:
            return self._http.request(method, path, json=given)
        except httpx.TransportError as error:
            return error
        except httpx.HTTPError as error:
            raise self._no_service(type(error).__name__) from error

    def _wait(self, response: httpx.Response, n_waits: int) -> None:
        told = response.headers.get("retry-after", "")
        seconds = float(told) if told.isascii() and told.isdigit() else 60.0
        if seconds > LONGEST_WAIT or n_waits > MOST_WAITS:
            raise ServiceError(
                "the service is too busy for this key",
                which=self.url,
                got=f"429, try again in {seconds:.0f} s",
                remedy="Wait, or use a key of its own for this.",
            )
        self._patience.on_busy(seconds)
        self._patience.sleep(max(seconds, 1.0))

    def _require_accepted(self, response: httpx.Response) -> httpx.Response:
        status = response.status_code
        if status == httpx.codes.OK:
            return response
        if status in {401, 403}:
            raise ServiceError(
                "the service does not know the key",
                which=self.url,
                got=str(status),
                remedy="Put a key into KMQA_API_KEY whose sha256 is among its KMQA_API_KEYS.",
            )
        if status in {413, 422}:
            raise ServiceError(
                "the service does not take a question",
                which=self.url,
                got=f"{status} {_read_fault(response)}".strip(),
                remedy="It may be of another version than this command.",
            )
        raise self._no_service(f"{status} {response.reason_phrase}".strip())

    def _dead(self, found: httpx.Response | httpx.TransportError) -> ServiceError:
        if isinstance(found, httpx.Response):
            got = f"{found.status_code} {_read_fault(found)}".strip()
        else:
            got = str(found) or type(found).__name__
        return ServiceError(
            "the service does not answer",
            which=self.url,
            got=f"{got}, {MOST_TRIES} times",
            remedy='See whether "kmqa serve" runs there and what its /readyz says.',
        )

    def _no_service(self, got: str) -> ServiceError:
        return ServiceError(
            "this is no API of kmqa, or an older one",
            which=self.url,
            got=got,
            remedy="Give the address before /api/v1, of a service of this version.",
        )

    def _read(self, shape: type[_Shape], response: httpx.Response) -> _Shape:
        try:
            return shape.model_validate_json(response.content)
        except ValidationError as error:
            first = error.errors()[0]
            place = ".".join(str(part) for part in first["loc"])
            raise self._no_service(f"{place} {first['msg']}".strip().lower()) from error


def fault_of(text: str, profile: Profile, history: Sequence[str] = ()) -> str | None:
    """Why the API cannot carry this question, in a few words, or None where it can."""
    try:
        _question(text, profile, history)
    except ValidationError as error:
        first = error.errors()[0]
        return f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}"
    return None


def _question(text: str, profile: Profile, history: Sequence[str]) -> Question:
    return Question(text=text, history=list(history), explain=True, **asdict(profile))


def _reply(answer: Answer, took_ms: float) -> Reply:
    return Reply(
        outcome=answer.outcome,
        reason=answer.reason,
        text=answer.text,
        language=answer.language,
        answer_id=answer.answer_id,
        confidence=answer.score,
        sources=tuple(
            CitedSource(document=s.document, title=s.title, pages=tuple(s.pages), line=s.line)
            for s in answer.sources
        ),
        resources=tuple(
            Resource(document=r.document, title=r.title, pages=tuple(r.pages), url=r.url)
            for r in answer.resources
        ),
        candidates=_candidates(answer.candidates or ()),
        offered=_candidates(answer.offered),
        bundle_id=answer.bundle_id,
        took_ms=took_ms,
    )


def _candidates(choices: Sequence[Choice]) -> tuple[Candidate, ...]:
    return tuple(
        Candidate(
            answer_id=c.answer_id, confidence=c.score, question=c.question, language=c.language
        )
        for c in choices
    )


def _read_fault(response: httpx.Response) -> str:
    """Read what the service says is wrong, shortened, or nothing."""
    try:
        return str(response.json()["error"]["message"])[:200]
    except (ValueError, KeyError, TypeError):
        return ""


def _check_url(url: str) -> str:
    fault = ServiceError(
        "this is no address of a service",
        expected="http://host:port or https://host, without a name or password in it",
    )
    try:
        found = httpx.URL(url)
    except httpx.InvalidURL as error:
        raise fault from error
    is_plain = not (found.userinfo or found.query or found.fragment)
    is_address = found.scheme in {"http", "https"} and found.host and (found.port or 1) < 2**16
    if not (is_address and is_plain):
        raise fault
    return url.rstrip("/")


def _check_key(key: str) -> str:
    key = key.strip()
    if not key or not key.isascii() or not key.isprintable():
        raise SettingsError(
            "there is no key to ask the service with" if not key else "this can be no key",
            which="KMQA_API_KEY",
            remedy="Set it to the key, not to its sha256.",
        )
    return key

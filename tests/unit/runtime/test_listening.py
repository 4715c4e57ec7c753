"""From a voice message to its words: real sockets to Meta and to the server that listens."""

import asyncio
import hashlib
import json
import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from corpus_builder import make_phrases
from own_http import Answer, Asked, OwnHttp, own_http
from own_service import NOON, OwnService, message, own_service
from talk_responder import DANGER, DEPO, make_talk_responder

from kmqa.channels.whatsapp.media_files import MediaFiles
from kmqa.messages import Incoming, Media
from kmqa.runtime import listening
from kmqa.runtime.listening import Listener
from kmqa.runtime.worker import Worker
from kmqa.transcribing.speech_server import SpeechServer, address_of

pytestmark = pytest.mark.slow  # a server on loopback

SAID = make_phrases("en")
RECORDING = b"OggS" + b"\0a voice that nobody may keep" * 30


@dataclass
class Outside:
    """Meta and the listening server, as a test wants them."""

    words: list[Answer] = field(default_factory=list)
    file: Answer = field(default_factory=lambda: Answer(RECORDING))
    size: int = len(RECORDING)
    deleted: list[str] = field(default_factory=list)
    url: str = ""

    def __call__(self, asked: Asked) -> Answer:
        """Answer as both of them."""
        if asked.method == "POST":
            return self.words.pop(0) if len(self.words) > 1 else self.words[0]
        if asked.method == "DELETE":
            self.deleted.append(asked.path)
            return Answer(b'{"success": true}')
        if asked.path.startswith("/bytes"):
            return self.file
        sha256 = hashlib.sha256(RECORDING).hexdigest()
        told = {"url": f"{self.url}/bytes", "mime_type": "audio/ogg", "file_size": self.size}
        return Answer(json.dumps(told | {"sha256": sha256}).encode())


@pytest.fixture
def outside() -> Outside:
    return Outside([_words(DEPO)])


@pytest.fixture
def server(outside: Outside) -> Iterator[OwnHttp]:
    with own_http(outside) as own:
        outside.url = own.url
        yield own


@pytest.fixture
def own(tmp_path: Path, server: OwnHttp) -> Iterator[OwnService]:
    settings = {"graph_url": server.url, "whatsapp_access_token": "token"}
    with own_service(tmp_path, make_talk_responder(), **settings) as made:
        _listen(made, server)
        asyncio.run(_work(made, message(0, "hello")))
        yield made


def _listen(own: OwnService, server: OwnHttp, fetch: float = 30, transcribe: float = 30) -> None:
    """Both servers are asked, and waited for so many seconds."""
    own.whatsapp.files = MediaFiles(server.url, "v26.0", "token", within=fetch)
    transcriber = SpeechServer(address_of(server.url), within=transcribe)
    own.listener = Listener(own.service, own.transports, transcriber)


def _words(text: str) -> Answer:
    return Answer(json.dumps({"text": text}).encode())


def _voice(number: int, **changes: object) -> Incoming:
    media = Media(f"9{number}", "audio/ogg; codecs=opus")
    return message(number, kind="voice", text=None, media=media, **changes)


async def _work(own: OwnService, *messages: Incoming) -> list[str]:
    """The texts that are sent until nothing is left to do."""
    before = len(own.channel.sent)
    await own.hear(*messages)
    while await own.work():
        if own.listener:
            await own.listener.finish()
    return [_text_of(payload) for payload in own.channel.sent[before:]]


def _text_of(payload: dict[str, object]) -> str:
    held = payload[str(payload["type"])]
    assert isinstance(held, dict)
    return str(held["body"]["text"] if "action" in held else held["body"])


def test_a_voice_message_costs_one_message_that_shows_what_was_heard(own: OwnService) -> None:
    said = asyncio.run(_work(own, _voice(1)))

    assert said == [f"{SAID['voice_heard']}\n\n{DEPO}"]
    assert "action" in own.channel.sent[-1]["interactive"]


def test_a_danger_sign_in_it_is_answered_at_once(own: OwnService, outside: Outside) -> None:
    outside.words = [_words(DANGER)]

    [said] = asyncio.run(_work(own, _voice(1)))

    assert said.startswith("Go now.")


def test_the_recording_is_deleted_and_lies_nowhere(
    own: OwnService, outside: Outside, tmp_path: Path
) -> None:
    asyncio.run(_work(own, _voice(1)))

    assert outside.deleted == ["/v26.0/91"]
    for path in tmp_path.rglob("*"):
        assert not path.is_file() or b"nobody may keep" not in path.read_bytes()


def test_what_was_heard_is_sealed_while_it_waits_and_gone_when_it_was_said(
    own: OwnService, tmp_path: Path
) -> None:
    async def hear() -> None:
        await own.hear(_voice(1))
        await own.work()
        assert own.listener is not None
        await own.listener.finish()

    asyncio.run(hear())
    [row] = [row for row in own.rows("inbox") if row.kind == "voice"]

    assert own.service.identity.open(row.body)["transcript"] == DEPO
    assert row.state == "waiting"
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert all(DEPO.encode() not in path.read_bytes() for path in files)
    asyncio.run(_work(own))
    [row] = [row for row in own.rows("inbox") if row.kind == "voice"]
    assert (row.state, row.body) == ("done", "")
    assert DEPO not in str(own.rows("people")[0])


def test_a_danger_sign_that_is_typed_does_not_wait_for_a_voice(
    own: OwnService, outside: Outside
) -> None:
    outside.words = [Answer(b'{"text": "late"}', delay=0.4)]

    async def both() -> tuple[list[str], list[str]]:
        await own.hear(_voice(1))
        await own.work()
        await own.hear(message(2, DANGER))
        await own.work()
        first = [_text_of(payload) for payload in own.channel.sent[1:]]
        return first, await _work(own)

    first, _ = asyncio.run(both())

    assert [text.partition("\n")[0] for text in first] == ["Go now."]


@pytest.mark.parametrize(
    "words",
    [
        [_words("")], [_words("[BLANK_AUDIO]")], [Answer(b"<html>")], [Answer(b"x", 400)],
        [Answer(b"x", 500)],
        [Answer(status=302, headers={"location": "http://127.0.0.1:9/"})],
    ],
    ids=["empty", "silence", "no JSON", "bad audio", "broken", "elsewhere"],
)  # fmt: skip
def test_what_cannot_be_heard_is_said_to_be_so(
    own: OwnService, outside: Outside, words: list[Answer]
) -> None:
    outside.words = words

    assert asyncio.run(_work(own, _voice(1))) == [SAID["voice_unheard"]]
    assert outside.deleted == ["/v26.0/91"]


@pytest.mark.parametrize(
    "file",
    [Answer(b"other bytes"), Answer(b"x", 404), Answer(b"x", 500), Answer(b"x" * (20 * 2**20))],
    ids=["altered", "gone", "broken", "20 MB"],
)  # fmt: skip
def test_what_cannot_be_fetched_is_said_to_be_so(
    own: OwnService, outside: Outside, server: OwnHttp, file: Answer
) -> None:
    outside.file = file

    assert asyncio.run(_work(own, _voice(1))) == [SAID["voice_unheard"]]
    assert not any(asked.method == "POST" for asked in server.asked)


def test_neither_server_is_waited_for_without_end(
    own: OwnService, outside: Outside, server: OwnHttp
) -> None:
    outside.words = [Answer(b"{}", delay=2)]
    _listen(own, server, transcribe=0.2)
    assert asyncio.run(_work(own, _voice(1))) == [SAID["voice_unheard"]]

    outside.file = Answer(RECORDING, delay=2)
    _listen(own, server, fetch=0.2)
    assert asyncio.run(_work(own, _voice(2))) == [SAID["voice_unheard"]]


def test_20_megabytes_are_not_even_fetched(
    own: OwnService, outside: Outside, server: OwnHttp
) -> None:
    outside.size = 20 * 2**20

    assert asyncio.run(_work(own, _voice(1))) == [SAID["voice_unheard"]]
    assert not any(asked.path.startswith("/bytes") for asked in server.asked)


def test_a_fault_that_passes_costs_one_more_attempt(own: OwnService, outside: Outside) -> None:
    outside.words = [Answer(b"x", 503), _words(DEPO)]

    [said] = asyncio.run(_work(own, _voice(1)))

    assert said.endswith(DEPO)


def test_a_recording_without_a_byte_is_silence(
    own: OwnService, outside: Outside, server: OwnHttp
) -> None:
    outside.file = Answer(b"")
    own.whatsapp.files = _Empty()  # type: ignore[assignment]  # only it is asked

    assert asyncio.run(_work(own, _voice(1))) == [SAID["voice_unheard"]]
    assert not any(asked.method == "POST" for asked in server.asked)


class _Empty:
    """Stands for `MediaFiles` with an empty file."""

    async def fetch(self, *_of: object) -> object:
        """An empty recording."""
        return listening.FetchedFile(b"", "audio/ogg")

    async def delete(self, _media: Media) -> bool:
        """There is nothing to delete."""
        return True


def test_off_by_default_it_is_said_as_ever(own: OwnService, server: OwnHttp) -> None:
    own.listener = Listener(own.service, own.transports)

    assert asyncio.run(_work(own, _voice(1))) == [SAID["got_voice"]]
    assert server.asked == []


def test_a_process_that_dies_while_it_listens_leaves_it_to_another(own: OwnService) -> None:
    async def begin_and_die() -> None:
        await own.hear(_voice(1))
        await own.work()
        assert own.listener is not None
        await own.listener.close()

    asyncio.run(begin_and_die())
    assert asyncio.run(_work(own)) == []
    own.clock.now += listening.RETRY + 1

    [said] = asyncio.run(_work(own))

    assert said.endswith(DEPO)


def test_two_voices_that_were_heard_together_are_asked_about_together(
    own: OwnService, outside: Outside
) -> None:
    outside.words = [_words("she wants depo"), _words("she is three weeks late")]

    said = asyncio.run(_work(own, _voice(1), _voice(2, at=NOON + 1)))

    assert len(said) == 1
    assert "she wants depo" in said[0]
    assert "she is three weeks late" in said[0]


def test_two_voices_that_nobody_understood_get_one_word(own: OwnService, outside: Outside) -> None:
    outside.words = [_words("")]

    assert asyncio.run(_work(own, _voice(1), _voice(2))) == [SAID["voice_unheard"]]


def test_who_was_forgotten_meanwhile_is_not_listened_to_any_more(own: OwnService) -> None:
    async def forget_meanwhile() -> list[str]:
        await own.hear(_voice(1))
        await own.work()
        said = await _work(own, message(2, "delete my data"))
        return said + await _work(own)

    asyncio.run(forget_meanwhile())

    assert all(DEPO not in str(row) for row in own.rows("inbox"))


def test_no_log_line_holds_what_was_heard(
    own: OwnService, outside: Outside, caplog: pytest.LogCaptureFixture
) -> None:
    outside.words = [Answer(b"x", 400), _words(DEPO)]
    with caplog.at_level(logging.DEBUG):
        asyncio.run(_work(own, _voice(1)))
        asyncio.run(_work(own, _voice(2)))

    assert DEPO not in caplog.text
    assert "token" not in caplog.text


def test_a_worker_listens_beside_its_other_work(own: OwnService, server: OwnHttp) -> None:
    transcriber = SpeechServer(address_of(server.url))

    async def run() -> list[str]:
        worker = Worker(own.service, own.transports, "worker", transcriber)
        await own.hear(_voice(1))
        stop = asyncio.Event()
        running = asyncio.create_task(worker.run(stop))
        async with asyncio.timeout(60):
            while len(own.channel.sent) < 2:
                await asyncio.sleep(0.02)
        stop.set()
        await running
        return [_text_of(payload) for payload in own.channel.sent[1:]]

    assert asyncio.run(run()) == [f"{SAID['voice_heard']}\n\n{DEPO}"]

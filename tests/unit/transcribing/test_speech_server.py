"""Asking a server for the words of a recording, over a real socket."""

import asyncio
import json

import pytest
from own_http import Answer, Asked, own_http
from pydantic import SecretStr

from kmqa.settings import Settings
from kmqa.transcribing import speech_server
from kmqa.transcribing.speech_server import SpeechServer
from kmqa.transcribing.transcriber import Audio, NotTranscribed, Transcript

pytestmark = pytest.mark.slow  # a server on loopback

AUDIO = Audio(b"OggS\0speech", "audio/ogg")


def _words(text: object) -> Answer:
    return Answer(json.dumps({"text": text}).encode())


def _transcribe(
    answer: Answer, language: str = "", audio: Audio = AUDIO, **settings: object
) -> tuple[Transcript | NotTranscribed, list[Asked]]:
    with own_http(lambda _asked: answer) as server:
        url = speech_server.address_of(server.url)
        made = SpeechServer(url, **settings)  # type: ignore[arg-type]  # any of its fields
        return asyncio.run(made.transcribe(audio, language)), server.asked


def test_the_recording_goes_out_as_the_api_wants_it() -> None:
    found, [asked] = _transcribe(_words(" she asks for depo "), "sw", key=SecretStr("key"))

    assert found == Transcript("she asks for depo")
    assert (asked.method, asked.path) == ("POST", "/v1/audio/transcriptions")
    assert asked.headers["authorization"] == "Bearer key"
    assert asked.headers["content-type"].startswith("multipart/form-data")
    for part in (b'name="model"', b"whisper-1", b'filename="voice.ogg"', AUDIO.content, b"sw"):
        assert part in asked.body


def test_a_server_without_a_key_is_sent_none() -> None:
    _, [asked] = _transcribe(_words("x"))

    assert "authorization" not in asked.headers
    assert b'name="language"' not in asked.body


@pytest.mark.parametrize(
    "text", ["", "  \n", "[BLANK_AUDIO]", " (silence) ", "♪ ♪", "...", "[Music] (coughs)"]
)
def test_silence_is_a_transcript_without_words(text: str) -> None:
    assert _transcribe(_words(text))[0] == Transcript("")


def test_words_beside_a_noise_stay_as_they_are() -> None:
    assert _transcribe(_words("[cough] she bleeds"))[0] == Transcript("[cough] she bleeds")


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"null", b'{"text": 7}', b'{"error": "x"}', b"<html>", b"[" * 99_999,
     b'{"text": "' + b"a" * 300_000 + b'"}'],
    ids=range(9),
)  # fmt: skip
def test_an_answer_that_is_none_is_no_transcript(body: bytes) -> None:
    found, asked = _transcribe(Answer(body))

    assert found == NotTranscribed("broken")
    assert len(asked) == 1


def test_what_no_database_holds_is_replaced() -> None:
    found, _ = _transcribe(Answer(b'{"text": "a\\u0000b \\ud800"}'))

    assert found == Transcript("a b ?")


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (400, NotTranscribed("refused")),
        (401, NotTranscribed("refused")),
        (413, NotTranscribed("refused")),
        (500, NotTranscribed("broken", is_temporary=True)),
        (503, NotTranscribed("broken", is_temporary=True)),
    ],
)
def test_a_refusal_is_told_from_a_fault_that_may_pass(
    status: int, expected: NotTranscribed
) -> None:
    assert _transcribe(Answer(b'{"text": "x"}', status))[0] == expected


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_recording_goes_to_nobody_whom_the_settings_do_not_name(status: int) -> None:
    with own_http(lambda _asked: _words("stolen")) as other:
        answer = Answer(status=status, headers={"location": other.url})
        found, _ = _transcribe(answer)

    assert found == NotTranscribed("refused")
    assert other.asked == []


def test_a_server_that_is_slow_is_not_waited_for() -> None:
    found, _ = _transcribe(Answer(b"{}", delay=0.6), within=0.2)

    assert found == NotTranscribed("slow")


def test_a_server_that_drips_is_not_waited_for_either() -> None:
    found, _ = _transcribe(Answer(b" " * 40, pieces=40, pause=0.02), within=0.2)

    assert found == NotTranscribed("slow")


def test_a_server_that_is_not_there_may_come_back() -> None:
    found = asyncio.run(SpeechServer("http://127.0.0.1:9/").transcribe(AUDIO))

    assert found == NotTranscribed("unreachable", is_temporary=True)


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("http://a:9", "http://a:9/v1/audio/transcriptions"),
        ("http://a:9/", "http://a:9/v1/audio/transcriptions"),
        ("http://a/v1", "http://a/v1/audio/transcriptions"),
        ("http://a/speech", "http://a/speech/v1/audio/transcriptions"),
        ("http://a/x/audio/transcriptions", "http://a/x/audio/transcriptions"),
    ],
)
def test_the_setting_names_a_server_or_its_route(url: str, address: str) -> None:
    assert speech_server.address_of(url) == address


def test_nobody_listens_unless_a_server_is_named() -> None:
    assert speech_server.connect(Settings()) is None
    assert speech_server.connect(Settings(transcribe_url="http://a")) is not None


def test_neither_recording_nor_words_nor_key_show_in_a_text_form() -> None:
    server = SpeechServer("http://a", key=SecretStr("hidden"))

    shown = repr((AUDIO, Transcript("she bleeds"), server))

    assert "speech\\" not in shown
    assert "bleeds" not in shown
    assert "hidden" not in shown

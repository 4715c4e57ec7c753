"""A server with OpenAI's ``/v1/audio/transcriptions``, such as whisper.cpp or faster-whisper offer.

Source: OpenAI's API reference, "Create transcription", 2026-11. What is sent goes to the server
that `KMQA_TRANSCRIBE_URL` names and to no other: a redirect is refused.
"""

import asyncio
import json
import re
import ssl
from dataclasses import dataclass, field
from functools import cache

import httpx
from pydantic import SecretStr

from kmqa import text
from kmqa.settings import Settings
from kmqa.transcribing.transcriber import (
    SUFFIXES,
    Audio,
    NotTranscribed,
    Transcriber,
    Transcript,
)

PATH = "/v1/audio/transcriptions"
_MOST_ANSWER = 2**18  # bytes; an hour of speech is some 60,000
_TIMES = httpx.Timeout(30.0, connect=5.0)
# What servers write for what is no speech: "[BLANK_AUDIO]", "(silence)", "♪".
_NO_SPEECH = re.compile(r"\[[^\]]*\]|\([^)]*\)|[♪♫*]")


@cache
def _certificates() -> ssl.SSLContext:
    """Return whom to trust; reading that takes longer than a transcript's way."""
    return httpx.create_ssl_context()


def connect(settings: Settings) -> Transcriber | None:
    """Return the server of the settings, or None where none is named."""
    if not settings.transcribe_url:
        return None
    return SpeechServer(
        address_of(settings.transcribe_url), settings.transcribe_model, settings.transcribe_key
    )


def address_of(url: str) -> str:
    """Return the address of the route: `url` itself, or below it where it names a server alone."""
    url = url.rstrip("/")
    if url.endswith("/audio/transcriptions"):
        return url
    return url.removesuffix("/v1") + PATH


@dataclass(frozen=True, slots=True)
class SpeechServer:
    """See `kmqa.transcribing.transcriber.Transcriber`.

    Attributes:
        url: Of the route.
        model: As the server calls it.
        key: Empty for a server that asks for none.
        within: Seconds for the whole, however the server spends them.
    """

    url: str
    model: str = "whisper-1"
    key: SecretStr = field(default=SecretStr(""))
    within: float = 40.0

    async def transcribe(self, audio: Audio, language: str = "") -> Transcript | NotTranscribed:
        """See `Transcriber`."""
        try:
            async with asyncio.timeout(self.within):
                return await self._ask(audio, language)
        except (TimeoutError, httpx.TimeoutException):
            return NotTranscribed("slow")
        except (httpx.HTTPError, httpx.InvalidURL):
            return NotTranscribed("unreachable", is_temporary=True)

    async def _ask(self, audio: Audio, language: str) -> Transcript | NotTranscribed:
        fields = {"model": self.model, "response_format": "json", "temperature": "0"}
        name = f"voice.{SUFFIXES[audio.mime_type]}"
        headers = {"Accept-Encoding": "identity"}
        if self.key.get_secret_value():
            headers["Authorization"] = f"Bearer {self.key.get_secret_value()}"
        async with (
            httpx.AsyncClient(
                timeout=_TIMES, follow_redirects=False, verify=_certificates()
            ) as http,
            http.stream(
                "POST",
                self.url,
                headers=headers,
                data=fields | ({"language": language} if language else {}),
                files={"file": (name, audio.content, audio.mime_type)},
            ) as response,
        ):
            if response.is_server_error:
                return NotTranscribed("broken", is_temporary=True)
            if not response.is_success:
                return NotTranscribed("refused")
            return _read_answer(await _read_bytes(response))


async def _read_bytes(response: httpx.Response) -> bytes:
    """Return the answer, or nothing where it is longer than a transcript can be."""
    content = b""
    async for piece in response.aiter_raw():
        content += piece
        if len(content) > _MOST_ANSWER:
            return b""
    return content


def _read_answer(content: bytes) -> Transcript | NotTranscribed:
    try:
        answer = json.loads(content)
    except (ValueError, RecursionError):
        return NotTranscribed("broken")
    heard = answer.get("text") if isinstance(answer, dict) else None
    if not isinstance(heard, str):
        return NotTranscribed("broken")
    # A lone half of a letter, or a NUL, could not be stored.
    heard = heard.replace("\0", " ").encode("utf-8", "replace").decode().strip()
    has_words = bool(text.words(_NO_SPEECH.sub(" ", heard)))
    return Transcript(heard if has_words else "")

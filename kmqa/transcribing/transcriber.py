"""What turns speech into text: the port, and what goes in and comes out.

What comes out is a guess at what somebody said. It is never answered before they confirmed it, but
for a danger sign in it (`kmqa.dialogue.voice`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal, Protocol

MOST_BYTES = 16 * 2**20
"""Of one recording; WhatsApp sends none that is larger as a voice message (as of 2026-11)."""
SUFFIXES: Mapping[str, str] = MappingProxyType(
    {
        "audio/ogg": "ogg",
        "audio/mp4": "m4a",
        "audio/mpeg": "mp3",
        "audio/aac": "aac",
        "audio/amr": "amr",
    }
)
"""Kinds of recording that are listened to, with the suffix by which a server knows each."""


@dataclass(frozen=True, slots=True)
class Audio:
    """A recording; it is in memory alone.

    Attributes:
        mime_type: One of `SUFFIXES`.
    """

    content: bytes = field(repr=False)
    mime_type: str


@dataclass(frozen=True, slots=True)
class Transcript:
    """What was heard; the text is empty where nobody speaks."""

    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class NotTranscribed:
    """Why there is no transcript.

    Attributes:
        reason: ``refused``: the server does not take it, or sends elsewhere; ``broken``: its answer
            is none; ``slow``: it took too long; ``unreachable``: nobody answered.
        is_temporary: Whether another attempt may help.
    """

    reason: Literal["refused", "broken", "slow", "unreachable"]
    is_temporary: bool = False


class Transcriber(Protocol):
    """Turns speech into text."""

    async def transcribe(self, audio: Audio, language: str = "") -> Transcript | NotTranscribed:
        """Return what is said in `audio`; never raise for what a net or a server does.

        Args:
            audio: At most `MOST_BYTES`.
            language: The one that is probably spoken, by its ISO 639-1 code; empty for any.
        """

"""Files that the stand-in keeps: uploaded by the business, named by an id, fetched by a short link.

Limits and lives: Cloud API reference as of 2026-11.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass, field
from typing import Any

from kmqa.simulator.rules import PARAMETER, Fault

LIFE = 30 * 86_400.0
LINK_LIFE = 300.0
MOST_BYTES = 100 * 2**20
_TYPES = {
    "application/pdf", "application/msword", "application/vnd.ms-excel", "text/plain",
    "application/vnd.ms-powerpoint", "audio/aac", "audio/amr", "audio/mpeg", "audio/mp4",
    "audio/ogg", "image/jpeg", "image/png", "image/webp", "video/3gpp", "video/mp4",
}  # fmt: skip
_HELD_BY = ("document", "image", "video", "audio", "sticker")


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """One upload; `until` in Unix seconds."""

    content: bytes
    mime_type: str
    until: float

    @property
    def sha256(self) -> str:
        """Of the content, in hexadecimal."""
        return hashlib.sha256(self.content).hexdigest()


@dataclass(slots=True)
class Files:
    """All uploads; each gets an id of its own, also where the content was there before."""

    count: int = 0
    _held: dict[str, File] = field(default_factory=dict)
    _key: bytes = field(default_factory=lambda: secrets.token_bytes(16))

    def keep(self, content: bytes, mime_type: str, now: float) -> str | Fault:
        """Return the id of a new upload, or why it is refused."""
        if mime_type not in _TYPES:
            return Fault(PARAMETER, f"Param file must be of a supported type, not {mime_type}")
        if not 0 < len(content) <= MOST_BYTES:
            return Fault(PARAMETER, "Param file is empty or too large")
        self.count += 1
        media_id = str(10**14 + self.count)
        self._held[media_id] = File(content=content, mime_type=mime_type, until=now + LIFE)
        return media_id

    def get(self, media_id: str, now: float) -> File | None:
        """Return the file, unless there is none or its time is over."""
        file = self._held.get(media_id)
        return file if file and now < file.until else None

    def drop(self, media_id: str) -> bool:
        """Delete the file; return whether it was there."""
        return self._held.pop(media_id, None) is not None

    def fault_of(self, payload: dict[str, Any], now: float) -> Fault | None:
        """Refusal of a valid message that names a file by an id that is not kept."""
        kind = str(payload.get("type"))
        held = payload.get(kind) if kind in _HELD_BY else None
        media_id = held.get("id") if isinstance(held, dict) else None
        if media_id is None or self.get(media_id, now):
            return None
        detail = f"Param {kind}['id'] is not a valid whatsapp business account media attachment ID"
        return Fault(PARAMETER, detail)

    def link(self, media_id: str, now: float) -> str:
        """Where the file can be fetched for five minutes, below the address of the stand-in."""
        until = int(now + LINK_LIFE)
        return f"/files/{media_id}?until={until}&seal={self._seal(media_id, until)}"

    def is_open(self, media_id: str, until: int, seal: str, now: float) -> bool:
        """Whether a link is one of ours and its time is not over."""
        return now < until and hmac.compare_digest(seal, self._seal(media_id, until))

    def _seal(self, media_id: str, until: int) -> str:
        return hmac.new(self._key, f"{media_id}:{until}".encode(), "sha256").hexdigest()

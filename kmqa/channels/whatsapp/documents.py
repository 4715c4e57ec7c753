"""Documents of the bundle as files that Meta holds: uploaded once for each number, then reused."""

import asyncio
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from kmqa import disk
from kmqa.channels.channel import Altered, Payload, Refused, Resources, SealedFile
from kmqa.channels.whatsapp.client import WhatsAppClient
from kmqa.channels.whatsapp.payloads import DOCUMENT
from kmqa.state import media

LIFE = 25 * 86_400.0  # Meta keeps an upload for 30 days
MEDIA_ERRORS = frozenset({100, 131009, 131052, 131053})
"""Codes with which Meta refuses an id that it does not know any longer, among other mistakes."""
_PDF = "application/pdf"


@dataclass(frozen=True, slots=True)
class Documents:
    """Puts the id of an uploaded file into messages that send a document."""

    resources: Resources
    client: WhatsAppClient
    _one_upload: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def fill(self, number_id: str, payload: Payload) -> Payload | Refused | Altered:
        """Upload the file that `payload` names, and return it with the id of the file.

        It is the text alone where the file is gone, or its review has lapsed since. Only bytes
        that have the sealed hash are uploaded.
        """
        named: dict[str, Any] = payload["document"] if payload.get("type") == "document" else {}
        name = named.get(DOCUMENT)
        if name is None:
            return payload
        rest = {key: value for key, value in named.items() if key != DOCUMENT}
        pdf = await self.resources.pdf(name)
        if pdf is None:
            body = rest.get("caption", rest["filename"])
            return {"type": "text", "text": {"body": body, "preview_url": False}}
        async with self._one_upload:  # many may ask for the same document at the same time
            media_id = await self._media_id(number_id, pdf)
        if media_id is None:
            return Altered(name)
        if isinstance(media_id, Refused):
            return media_id
        return {"type": "document", "document": {"id": media_id, **rest}}

    async def _media_id(self, number_id: str, pdf: SealedFile) -> str | Refused | None:
        """Return the id of the file at Meta; None where the file is not what was sealed."""
        now = self.resources.clock()
        with self.resources.database.reading() as connection:
            held = media.find_media_id(connection, number_id, pdf.sha256, now)
        if held is not None:
            return held
        content = await asyncio.to_thread(_read_sealed, pdf)
        if content is None:
            return None
        uploaded = await self.client.upload(number_id, pdf.path.name, content, _PDF)
        if isinstance(uploaded, str):
            await self.resources.writer.write(
                partial(
                    media.remember_media,
                    number_id=number_id,
                    sha256=pdf.sha256,
                    media_id=uploaded,
                    expires_at=now + LIFE,
                )
            )
        return uploaded

    async def forget_stale(self, number_id: str, filled: Payload, refused: Refused) -> bool:
        """Forget the id of a file that Meta may have refused; return whether it may have been that.

        The file is uploaded again at the next attempt.
        """
        if refused.code not in MEDIA_ERRORS or filled.get("type") != "document":
            return False
        media_id = filled["document"]["id"]
        return await self.resources.writer.write(
            lambda c: media.forget_media(c, number_id, media_id)
        )


def _read_sealed(pdf: SealedFile) -> bytes | None:
    """Return the bytes that will be sent, where their hash is right."""
    try:
        content = pdf.path.read_bytes()
    except OSError:
        return None
    return content if disk.sha256_of(content) == pdf.sha256 else None

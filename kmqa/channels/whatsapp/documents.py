"""Documents of the bundle as files that Meta holds: uploaded once for each number, then reused."""

import asyncio
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from kmqa.channels.channel import Payload, Refused, Resources
from kmqa.channels.whatsapp.client import WhatsAppClient
from kmqa.channels.whatsapp.payloads import DOCUMENT
from kmqa.index import bundle
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

    async def fill(self, number_id: str, payload: Payload) -> Payload | Refused:
        """Upload the file that `payload` names, and return it with the id of the file.

        It is the text alone where the file is gone, or its review has lapsed since.
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
        if isinstance(media_id, Refused):
            return media_id
        return {"type": "document", "document": {"id": media_id, **rest}}

    async def _media_id(self, number_id: str, pdf: Path) -> str | Refused:
        sha256 = bundle.sha256_of(pdf)
        now = self.resources.clock()
        with self.resources.database.reading() as connection:
            held = media.find_media_id(connection, number_id, sha256, now)
        if held is not None:
            return held
        uploaded = await self.client.upload(number_id, pdf, _PDF)
        if isinstance(uploaded, str):
            await self.resources.writer.write(
                partial(
                    media.remember_media,
                    number_id=number_id,
                    sha256=sha256,
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

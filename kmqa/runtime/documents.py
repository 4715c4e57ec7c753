"""Documents of the bundle as files that Meta holds: uploaded once for each number, then reused."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, select

from kmqa.channels.whatsapp.client import Refused, WhatsAppClient
from kmqa.channels.whatsapp.payloads import DOCUMENT, Payload
from kmqa.index import bundle
from kmqa.runtime.service import Service
from kmqa.state import tables
from kmqa.state.inbox import insert_new

LIFE = 25 * 86_400.0  # Meta keeps an upload for 30 days
_PDF = "application/pdf"


@dataclass(frozen=True, slots=True)
class Documents:
    """Puts the id of an uploaded file into messages that send a document."""

    service: Service
    client: WhatsAppClient

    async def filled(self, number_id: str, payload: Payload) -> Payload | Refused:
        """`payload` with the file that it names uploaded; its text alone where the file is gone."""
        if payload.get("type") != "document":
            return payload
        named: dict[str, Any] = payload["document"]
        name = named.get(DOCUMENT)
        if name is None:
            return payload
        rest = {key: value for key, value in named.items() if key != DOCUMENT}
        pdf = self.service.live.current().bundle.pdf(name)
        if pdf is None:
            return {"type": "text", "text": {"body": rest["caption"], "preview_url": False}}
        sha256 = bundle.sha256_of(pdf)
        media_id = self._known(number_id, sha256)
        if media_id is None:
            uploaded = await self.client.upload(number_id, pdf, _PDF)
            if isinstance(uploaded, Refused):
                return uploaded
            media_id = uploaded
            await self._remember(number_id, sha256, media_id)
        return {"type": "document", "document": {"id": media_id, **rest}}

    def _known(self, number_id: str, sha256: str) -> str | None:
        media = tables.media.c
        query = select(media.media_id).where(
            media.number_id == number_id,
            media.sha256 == sha256,
            media.expires_at > self.service.clock(),
        )
        with self.service.database.reading() as connection:
            found: str | None = connection.execute(query).scalar()
            return found

    async def _remember(self, number_id: str, sha256: str, media_id: str) -> None:
        media = tables.media
        until = self.service.clock() + LIFE
        old = delete(media).where(media.c.number_id == number_id, media.c.sha256 == sha256)

        def kept(connection: Any) -> None:  # noqa: ANN401 - a connection
            connection.execute(old)
            insert_new(
                connection,
                media,
                number_id=number_id,
                sha256=sha256,
                media_id=media_id,
                expires_at=until,
            )

        await self.service.writer.write(kept)

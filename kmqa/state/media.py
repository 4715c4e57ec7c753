"""Which files Meta holds for us, by number and content."""

from sqlalchemy import Connection, delete, select

from kmqa.state import tables
from kmqa.state.inbox import insert_new


def find_media_id(connection: Connection, number_id: str, sha256: str, now: float) -> str | None:
    """Return the id of the file with this content, or None where it has to be uploaded."""
    media = tables.media.c
    query = select(media.media_id).where(
        media.number_id == number_id, media.sha256 == sha256, media.expires_at > now
    )
    found: str | None = connection.execute(query).scalar()
    return found


def remember_media(
    connection: Connection, number_id: str, sha256: str, media_id: str, expires_at: float
) -> None:
    """Store that the file was uploaded as `media_id`."""
    media = tables.media
    same = (media.c.number_id == number_id) & (media.c.sha256 == sha256)
    connection.execute(delete(media).where(same))
    insert_new(
        connection,
        media,
        number_id=number_id,
        sha256=sha256,
        media_id=media_id,
        expires_at=expires_at,
    )


def forget_media(connection: Connection, number_id: str, media_id: str) -> bool:
    """Let the file be uploaded again; whether it was known."""
    media = tables.media
    same = (media.c.number_id == number_id) & (media.c.media_id == media_id)
    return connection.execute(delete(media).where(same)).rowcount > 0


def forget_all(connection: Connection) -> None:
    """Let every file be uploaded again."""
    connection.execute(delete(tables.media))

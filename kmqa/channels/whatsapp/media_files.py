"""Files that people sent, fetched from Meta: by their id, within limits, into memory alone.

The access token goes along, so only Meta's hosts and the Cloud API itself are asked, and no
redirect is followed. Source: Cloud API reference on media, 2026-11: an id leads to an address that
is valid for five minutes, and the address, with the token, to the bytes.
"""

import asyncio
import base64
import hashlib
import ssl
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import httpx

from kmqa.channels.channel import FetchedFile, FetchLimits, NotFetched
from kmqa.messages import Media

_HOSTS = frozenset({"lookaside.fbsbx.com", "graph.facebook.com"})
_DOMAINS = (".fbcdn.net", ".whatsapp.net")
_TIMES = httpx.Timeout(10.0, connect=5.0)
_MOST_DESCRIPTION = 2**16  # bytes


@cache
def _certificates() -> ssl.SSLContext:
    """Return whom to trust; reading that takes longer than a file."""
    return httpx.create_ssl_context()


class _Refused(Exception):
    """Carries a refusal out of nested steps."""

    def __init__(self, refusal: NotFetched) -> None:
        self.refusal = refusal


@dataclass(frozen=True, slots=True)
class MediaFiles:
    """What Meta holds of people's files.

    Attributes:
        graph_url: Of the Cloud API, without a slash at its end.
        version: Of the Cloud API.
        token: Appears in no error or log.
        within: Seconds for one file, however slowly it comes.
    """

    graph_url: str
    version: str
    token: str = field(repr=False)
    within: float = 20.0

    async def fetch(
        self, number_id: str, media: Media, limits: FetchLimits
    ) -> FetchedFile | NotFetched:
        """Return a file, or why not; never raise for what Meta or a net does."""
        try:
            async with asyncio.timeout(self.within), self._open() as http:
                return await self._fetch(http, number_id, media, limits)
        except _Refused as refused:
            return refused.refusal
        except (TimeoutError, httpx.TimeoutException):
            return NotFetched("slow")
        except (httpx.HTTPError, httpx.InvalidURL):
            return NotFetched("unreachable", is_temporary=True)

    async def delete(self, media: Media) -> bool:
        """Let Meta delete a file, which it else keeps for days; return whether it did."""
        try:
            async with asyncio.timeout(self.within), self._open() as http:
                return (await http.delete(self._address_of(media))).is_success
        except (TimeoutError, httpx.HTTPError, httpx.InvalidURL):
            return False

    def may_have_token(self, url: httpx.URL) -> bool:
        """Return whether `url` belongs to Meta or to the Cloud API that the settings name."""
        own = httpx.URL(self.graph_url)
        if (url.scheme, url.host, url.port) == (own.scheme, own.host, own.port):
            return True
        is_metas = url.host in _HOSTS or url.host.endswith(_DOMAINS)
        return is_metas and url.scheme == "https" and url.port is None

    def _open(self) -> httpx.AsyncClient:
        # A few bytes could else be unpacked to many before anybody counts them.
        headers = {"Authorization": f"Bearer {self.token}", "Accept-Encoding": "identity"}
        return httpx.AsyncClient(
            headers=headers, timeout=_TIMES, follow_redirects=False, verify=_certificates()
        )

    def _address_of(self, media: Media) -> httpx.URL:
        # As one part of a path: an id comes from outside, and must not lead elsewhere.
        base = httpx.URL(f"{self.graph_url.rstrip('/')}/{self.version}/")
        if not media.id.isascii() or not media.id.replace("_", "").replace("-", "").isalnum():
            raise httpx.InvalidURL("an id of a file with odd signs")
        return base.join(media.id)

    async def _fetch(
        self, http: httpx.AsyncClient, number_id: str, media: Media, limits: FetchLimits
    ) -> FetchedFile:
        query = {"phone_number_id": number_id}
        told = await _read(http, self._address_of(media).copy_with(params=query), _MOST_DESCRIPTION)
        described = _parse(told)
        kind = str(described.get("mime_type") or media.mime_type).partition(";")[0].strip().lower()
        size = described.get("file_size")
        if kind not in limits.kinds:
            raise _Refused(NotFetched("kind"))
        if isinstance(size, int | str) and str(size).isdecimal() and int(size) > limits.most_bytes:
            raise _Refused(NotFetched("size"))
        url = httpx.URL(str(described.get("url", "")))
        if not self.may_have_token(url):
            raise _Refused(NotFetched("host"))
        content = await _read(http, url, limits.most_bytes)
        if not _is_whole(content, described.get("sha256") or media.sha256):
            raise _Refused(NotFetched("altered"))
        return FetchedFile(content, kind)


async def _read(http: httpx.AsyncClient, url: httpx.URL, most: int) -> bytes:
    """Return the body of an address; no byte more than `most` is kept."""
    async with http.stream("GET", url) as response:
        if response.is_server_error:
            raise _Refused(NotFetched("unreachable", is_temporary=True))
        if not response.is_success:
            is_gone = response.status_code in {400, 404, 410}
            raise _Refused(NotFetched("gone" if is_gone else "refused"))
        pieces, size = [], 0
        async for piece in response.aiter_raw():
            size += len(piece)
            if size > most:
                raise _Refused(NotFetched("size"))
            pieces.append(piece)
    return b"".join(pieces)


def _parse(content: bytes) -> dict[str, Any]:
    try:
        described = httpx.Response(200, content=content).json()
    except (ValueError, RecursionError) as error:
        raise _Refused(NotFetched("refused")) from error
    if not isinstance(described, dict):
        raise _Refused(NotFetched("refused"))
    return described


def _is_whole(content: bytes, expected: object) -> bool:
    """Return whether `content` has the hash that was told, in base64 or hexadecimal."""
    if not isinstance(expected, str) or not expected:
        return True
    digest = hashlib.sha256(content).digest()
    return expected in {digest.hex(), base64.b64encode(digest).decode()}

"""Fetching what somebody said from Meta, over a real socket: within limits, to no other host."""

import asyncio
import base64
import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import httpx
import pytest
from own_http import Answer, Asked, OwnHttp, own_http

from kmqa.channels.channel import FetchedFile, FetchLimits, NotFetched
from kmqa.channels.whatsapp.media_files import MediaFiles
from kmqa.messages import Media

pytestmark = pytest.mark.slow  # a server on loopback

VOICE = b"OggS" + b"\0speech" * 100
MEDIA = Media("123", "audio/ogg; codecs=opus")
LIMITS = FetchLimits(2**20, frozenset({"audio/ogg"}))


@dataclass
class Meta:
    """What the server says of one file, each part as a test changes it."""

    told: dict[str, object] = field(default_factory=dict)
    file: Answer = field(default_factory=lambda: Answer(VOICE))
    described: Answer | None = None
    url: str = ""

    def __call__(self, asked: Asked) -> Answer:
        """As Meta answers."""
        if asked.method == "DELETE":
            return Answer(b'{"success": true}')
        if asked.path.startswith("/bytes"):
            return self.file
        told = {
            "url": f"{self.url}/bytes?mid=1", "mime_type": "audio/ogg; codecs=opus",
            "file_size": len(VOICE), "sha256": hashlib.sha256(VOICE).hexdigest(), "id": "123",
        }  # fmt: skip
        return self.described or Answer(json.dumps(told | self.told).encode())


@pytest.fixture
def meta() -> Meta:
    return Meta()


@pytest.fixture
def server(meta: Meta) -> Iterator[OwnHttp]:
    with own_http(meta) as own:
        meta.url = own.url
        yield own


def _fetch(
    server: OwnHttp, media: Media = MEDIA, limits: FetchLimits = LIMITS, within: float = 5.0
) -> FetchedFile | NotFetched:
    files = MediaFiles(server.url, "v26.0", "token", within)
    return asyncio.run(files.fetch("100", media, limits))


def test_an_id_leads_to_an_address_and_that_to_the_bytes(server: OwnHttp) -> None:
    assert _fetch(server) == FetchedFile(VOICE, "audio/ogg")
    assert [one.path for one in server.asked] == ["/v26.0/123?phone_number_id=100", "/bytes?mid=1"]
    assert {one.headers["authorization"] for one in server.asked} == {"Bearer token"}


def test_a_file_is_deleted_by_its_id(server: OwnHttp) -> None:
    files = MediaFiles(server.url, "v26.0", "token")

    assert asyncio.run(files.delete(MEDIA))
    assert [(one.method, one.path) for one in server.asked] == [("DELETE", "/v26.0/123")]


@pytest.mark.parametrize("size", [20 * 2**20, str(20 * 2**20)])
def test_what_is_told_to_be_too_large_is_not_fetched(
    server: OwnHttp, meta: Meta, size: object
) -> None:
    meta.told = {"file_size": size}

    assert _fetch(server) == NotFetched("size")
    assert len(server.asked) == 1


@pytest.mark.parametrize("has_length", [True, False])
def test_twenty_megabytes_that_were_told_to_be_small_are_cut_off(
    server: OwnHttp, meta: Meta, has_length: bool
) -> None:
    meta.file = Answer(b"x" * (20 * 2**20), pieces=80, has_length=has_length)

    assert _fetch(server) == NotFetched("size")


@pytest.mark.parametrize("kind", ["video/mp4", "text/html", "audio/wav", "audio/oggs"])
def test_another_kind_is_not_fetched(server: OwnHttp, meta: Meta, kind: str) -> None:
    meta.told = {"mime_type": kind}

    assert _fetch(server) == NotFetched("kind")
    assert len(server.asked) == 1


def test_other_bytes_than_were_told_are_not_taken(server: OwnHttp, meta: Meta) -> None:
    meta.file = Answer(b"<html>an error page</html>")

    assert _fetch(server) == NotFetched("altered")


def test_the_hash_of_the_webhook_counts_where_meta_tells_none(server: OwnHttp, meta: Meta) -> None:
    meta.told = {"sha256": None}
    sha256 = base64.b64encode(hashlib.sha256(VOICE).digest()).decode()

    assert isinstance(_fetch(server, Media("123", "", sha256)), FetchedFile)
    assert _fetch(server, Media("123", "", "A" * 44)) == NotFetched("altered")


def test_our_token_goes_to_no_other_host(server: OwnHttp, meta: Meta) -> None:
    with own_http(lambda _asked: Answer(VOICE)) as other:
        meta.told = {"url": f"{other.url}/bytes"}

        assert _fetch(server) == NotFetched("host")
        assert other.asked == []


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("is_file", [True, False])
def test_a_redirect_is_not_followed(
    server: OwnHttp, meta: Meta, status: int, is_file: bool
) -> None:
    with own_http(lambda _asked: Answer(VOICE)) as other:
        leads_on = Answer(status=status, headers={"location": f"{other.url}/bytes"})
        if is_file:
            meta.file = leads_on
        else:
            meta.described = leads_on

        assert _fetch(server) == NotFetched("refused")
        assert other.asked == []


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (Answer(b"x", 404), NotFetched("gone")),
        (Answer(b"x", 400), NotFetched("gone")),
        (Answer(b"x", 401), NotFetched("refused")),
        (Answer(b"x", 500), NotFetched("unreachable", is_temporary=True)),
        (Answer(b"{", 200), NotFetched("refused")),
        (Answer(b"[]", 200), NotFetched("refused")),
        (Answer(b"[" * 60_000, 200), NotFetched("refused")),
        (Answer(b"{}", 200), NotFetched("host")),
        (Answer(b'{"url": 7, "file_size": {}, "mime_type": "audio/ogg"}'), NotFetched("host")),
        (Answer(b" " * 70_000), NotFetched("size")),
    ],
)
def test_what_meta_answers_instead_is_told_apart(
    server: OwnHttp, meta: Meta, answer: Answer, expected: NotFetched
) -> None:
    meta.described = answer

    assert _fetch(server) == expected


@pytest.mark.parametrize(
    "change",
    [
        lambda meta: setattr(meta, "file", Answer(VOICE, delay=0.5)),
        lambda meta: setattr(meta, "described", Answer(b"{}", delay=0.5)),
        lambda meta: setattr(meta, "file", Answer(VOICE, pieces=50, pause=0.02)),
    ],
)
def test_meta_is_not_waited_for_without_end(
    server: OwnHttp, meta: Meta, change: Callable[[Meta], None]
) -> None:
    change(meta)

    assert _fetch(server, within=0.2) == NotFetched("slow")


def test_meta_that_is_not_there_may_come_back() -> None:
    files = MediaFiles("http://127.0.0.1:9", "v26.0", "token")

    found = asyncio.run(files.fetch("100", MEDIA, LIMITS))

    assert found == NotFetched("unreachable", is_temporary=True)
    assert not asyncio.run(files.delete(MEDIA))


@pytest.mark.parametrize("media_id", ["../me", "1/2", "1?x=2", "http://evil", "", "١٢"])
def test_an_id_leads_nowhere_else(server: OwnHttp, media_id: str) -> None:
    assert isinstance(_fetch(server, Media(media_id)), NotFetched)
    assert server.asked == []


@pytest.mark.parametrize(
    ("url", "may"),
    [
        ("https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid=1", True),
        ("https://scontent.fbcdn.net/a", True), ("https://mmg.whatsapp.net/a", True),
        ("https://graph.facebook.com/a", True), ("http://lookaside.fbsbx.com/a", False),
        ("https://lookaside.fbsbx.com.evil.org/a", False), ("https://evilfbcdn.net/a", False),
        ("https://lookaside.fbsbx.com@evil.org/a", False),
        ("https://lookaside.fbsbx.com:8443/a", False), ("file:///etc/passwd", False), ("", False),
        ("https://169.254.169.254/latest", False),
    ],
)  # fmt: skip
def test_only_metas_hosts_get_the_token(url: str, may: bool) -> None:
    files = MediaFiles("https://graph.facebook.com", "v26.0", "token")

    assert files.may_have_token(httpx.URL(url)) is may


def test_the_token_shows_in_no_text_form() -> None:
    assert "secret" not in repr(MediaFiles("https://graph.facebook.com", "v26.0", "secret"))

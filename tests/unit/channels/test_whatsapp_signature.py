import pytest

from kmqa.channels.whatsapp.signature import is_signed, signature_of

BODY = '{"entry": ["naïve – ñ"]}'.encode()


def test_a_body_signed_with_the_secret_is_accepted() -> None:
    assert is_signed(BODY, signature_of(BODY, "secret").encode(), ["secret"])


def test_the_signature_is_that_of_hmac_sha256() -> None:
    """The second test case of RFC 4231."""
    found = signature_of(b"what do ya want for nothing?", "Jefe")

    assert found == "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"


def test_both_secrets_are_valid_while_one_replaces_the_other() -> None:
    for secret in ("old", "new"):
        assert is_signed(BODY, signature_of(BODY, secret).encode(), ["old", "new"])


@pytest.mark.parametrize("body", [BODY + b" ", BODY.replace(b"\xc3\xb1", b"\\u00f1"), b""])
def test_the_raw_bytes_are_signed_and_nothing_else(body: bytes) -> None:
    assert not is_signed(body, signature_of(BODY, "secret").encode(), ["secret"])


@pytest.mark.parametrize(
    "header",
    [
        None,
        b"",
        b"sha256=",
        b"sha256=zz",
        signature_of(BODY, "secret").removeprefix("sha256=").encode(),
        signature_of(BODY, "secret").encode()[:-1],
        signature_of(BODY, "secret").replace("sha256", "sha1").encode(),
        "sha256=é".encode(),
        b"sha256=\xff\xfe",
    ],
)
def test_any_other_header_is_refused_and_never_an_error(header: bytes | None) -> None:
    assert not is_signed(BODY, header, ["secret"])


def test_an_empty_secret_signs_nothing() -> None:
    """A service whose secret was left out must not accept what anybody can sign."""
    assert not is_signed(BODY, signature_of(BODY, "").encode(), [""])
    assert not is_signed(BODY, signature_of(BODY, "").encode(), [])

"""Whether a webhook call comes from Meta: HMAC-SHA256 over the raw body."""

import hashlib
import hmac
import re
from collections.abc import Sequence

HEADER = "x-hub-signature-256"
_PREFIX = b"sha256="
_FORM = re.compile(_PREFIX + b"[0-9a-f]{64}")


def signature_of(body: bytes | bytearray, secret: str) -> str:
    """Return the header's value for `body`: ``sha256=`` and 64 hexadecimal digits."""
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def is_well_formed(header: bytes | None) -> bool:
    """Whether `header` may be the signature of anything, so that the body is worth reading."""
    return header is not None and _FORM.fullmatch(header.strip()) is not None


def is_signed(body: bytes | bytearray, header: bytes | None, secrets: Sequence[str]) -> bool:
    """Whether `header` is the signature of `body` under one of `secrets`.

    Two secrets are valid while one replaces the other. Bytes are compared in constant time, so a
    header with any bytes at all is refused and never an error.
    """
    if header is None or not header.startswith(_PREFIX):
        return False
    given = header.strip()
    matches = [
        hmac.compare_digest(signature_of(body, secret).encode(), given)
        for secret in secrets
        if secret
    ]
    return any(matches)

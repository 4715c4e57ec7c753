"""People by keyed hash, and what must not be read sealed.

Both keys come from one secret, `KMQA_PEPPER`: without it a copy of the database names nobody and
quotes nothing. Losing it means losing who is who.
"""

import base64
import hashlib
import hmac
import json
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from kmqa.errors import SettingsError
from kmqa.messages import Sender

LEAST_PEPPER = 32  # characters; 16 random bytes in hexadecimal


class Identity:
    """Hashes and seals with the keys that one pepper gives."""

    def __init__(self, pepper: str, wrapped: str = "") -> None:
        """Derive the keys.

        Args:
            pepper: The secret.
            wrapped: From `wrap_message_key` of a former pepper, where there was one: ids of
                messages cannot be hashed anew, so they keep their key.

        Raises:
            SettingsError: The pepper is too short to be a secret.
        """
        if len(pepper) < LEAST_PEPPER:
            raise SettingsError(
                "the pepper is too short",
                which="KMQA_PEPPER",
                got=f"{len(pepper)} characters",
                expected=f"at least {LEAST_PEPPER}",
                remedy="Make one with: openssl rand -hex 32",
            )
        self.fingerprint = _derive_key(pepper, b"fingerprint").hex()
        """Tells peppers apart without telling the pepper."""
        self._hash_key = _derive_key(pepper, b"names")
        self._box = Fernet(base64.urlsafe_b64encode(_derive_key(pepper, b"texts")))
        self._pad = _derive_key(pepper, b"message ids")
        self._message_key = _xor(bytes.fromhex(wrapped), self._pad) if wrapped else self._hash_key

    def hash_names(self, sender: Sender) -> list[str]:
        """Return what `sender` is found by: a hash for the user id, one for the phone number."""
        names = [("user", sender.user_id), ("phone", sender.phone)]
        return [_hash(self._hash_key, f"{kind}:{name}") for kind, name in names if name]

    def hash_message_id(self, message_id: str) -> str:
        """Return what a message is found by; the ids of channels have phone numbers inside."""
        return _hash(self._message_key, f"message:{message_id}")

    def hash_item(self, content: str) -> str:
        """Return what an item that could not be read is found by when it comes again."""
        return _hash(self._message_key, f"item:{content}")

    def hash_text(self, text: str) -> bytes:
        """Return 32 bytes by which a text is found that is not kept itself."""
        content = text.encode("utf-8", "surrogatepass")
        return hmac.new(self._hash_key, b"text:" + content, hashlib.sha256).digest()

    def seal_bytes(self, content: bytes) -> bytes:
        """Return `content` encrypted and authenticated."""
        return self._box.encrypt(content)

    def open_bytes(self, sealed: bytes) -> bytes:
        """Return what `seal_bytes` sealed.

        Raises:
            ValueError: It was sealed under another pepper, changed, or never sealed.
        """
        try:
            return self._box.decrypt(sealed)
        except InvalidToken as error:
            message = "it was not sealed under this pepper"
            raise ValueError(message) from error

    def seal(self, value: object) -> str:
        """Return `value` as JSON, encrypted and authenticated."""
        content = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        return self._box.encrypt(content.encode("utf-8", "surrogatepass")).decode("ascii")

    def open(self, sealed: str) -> Any:  # noqa: ANN401 - whatever was sealed
        """Return what was sealed.

        Raises:
            SettingsError: It was sealed under another pepper, or changed.
        """
        try:
            content = self._box.decrypt(sealed.encode("ascii"))
        except InvalidToken as error:
            raise SettingsError(
                "a sealed text cannot be opened",
                which="KMQA_PEPPER",
                expected="the pepper that the database was written with",
            ) from error
        return json.loads(content.decode("utf-8", "surrogatepass"))

    def wrap_message_key(self, following: "Identity") -> str:
        """Return the key of message ids so that only the pepper of `following` unwraps it."""
        return _xor(self._message_key, following._pad).hex()


def _hash(key: bytes, name: str) -> str:
    return hmac.new(key, name.encode(), hashlib.sha256).hexdigest()


def _xor(one: bytes, other: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(one, other, strict=True))


def _derive_key(pepper: str, purpose: bytes) -> bytes:
    return HKDF(SHA256(), length=32, salt=None, info=b"kmqa " + purpose).derive(pepper.encode())

"""The mark of a line of the audit log: made with a secret, so that nobody else can write one.

A mark is the last key of its line, ``"mark": "<64 hexadecimal digits>"``, HMAC-SHA256 over the
line without it. As each line carries the hash of the line before, a mark vouches for that, too.
"""

import hashlib
import hmac
import re
from collections.abc import Iterable

_PURPOSE = b"kmqa audit 1\n"  # what is marked here is never valid as anything else
_MARK = re.compile(rb', "mark": "([0-9a-f]{64})"\}$')


def add_mark(line: bytes, key: str) -> bytes:
    """Return the JSON object `line` with the mark of `key`."""
    return line[:-1] + b', "mark": "' + _mark_of(line, key).encode() + b'"}'


def has_mark(line: bytes) -> bool:
    """Return whether a line bears a mark, good or not."""
    return _MARK.search(line) is not None


def is_marked_by(line: bytes, keys: Iterable[str]) -> bool:
    """Return whether a line bears the mark of one of `keys`."""
    found = _MARK.search(line)
    if found is None:
        return False
    plain, mark = line[: found.start()] + b"}", found.group(1).decode()
    return any(hmac.compare_digest(mark, _mark_of(plain, key)) for key in keys)


def _mark_of(line: bytes, key: str) -> str:
    return hmac.new(key.encode(), _PURPOSE + line, hashlib.sha256).hexdigest()

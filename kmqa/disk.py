"""Files that survive a crash: replaced as a whole or not at all, or only ever appended to.

The one module that knows how: everything else that writes a file which somebody relies on calls
it. It stands on the ground floor and knows nothing of what the files say.
"""

import fcntl
import hashlib
import json
import os
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO


def sha256_of(content: bytes) -> str:
    """Return the SHA-256 of `content` in lower-case hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def write_atomically(path: Path, text: str) -> None:
    """Write `text` in UTF-8 to `path`, safely on disk; a reader sees the old bytes or the new.

    The folder must exist. A crash leaves at most a hidden file that ends in ``.tmp``.
    """
    write_bytes_atomically(path, text.encode())


def write_bytes_atomically(path: Path, content: bytes) -> None:
    """Write `content` to `path` as `write_atomically` does, for a file that is not text."""
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
    try:
        with temporary.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    sync(path.parent)


def write_new(path: Path, text: str) -> None:
    """Write `text` in UTF-8 to the new file `path`, safely on disk; its folder is not synced.

    Raises:
        FileExistsError: There is such a file.
    """
    with path.open("x", encoding="utf-8", newline="\n") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def sync(path: Path) -> None:
    """Bring a file's bytes, or the names in a folder, to disk.

    Without it for the folder, a file that was renamed into it may be gone after a power cut.
    """
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def exclusive_lock(path: Path) -> Iterator[None]:
    """Keep out everybody else on this machine who asks for the same file or folder."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)  # also lets go of the lock


@dataclass(frozen=True, slots=True)
class JsonLines:
    """What a file of one JSON object a line holds.

    Attributes:
        whole: Its lines without their ends; the last may lack its end if it is a whole object.
        torn: What stands after them: the beginning of a line that a crash or a full disk cut off.
    """

    whole: tuple[bytes, ...]
    torn: bytes = b""


def read_json_lines(path: Path) -> JsonLines:
    """Return the lines of `path`; none where there is no such file. Empty lines are left out."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return JsonLines(())
    *lines, last = content.split(b"\n")
    if _is_object(last):
        lines, last = [*lines, last], b""
    return JsonLines(tuple(line for line in lines if line), last)


def append_json_lines(path: Path, lines: Sequence[bytes]) -> None:
    """Append `lines`, each a JSON object without a line end, safely on disk.

    One process after another appends. A torn last line, whose change was never reported as made,
    is cut off first; when the disk is full, so is what was written of the new lines.

    Raises:
        OSError: Nothing was appended.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    with os.fdopen(descriptor, "r+b", buffering=0) as file:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX)
        size = _cut_torn_line(file)
        content = b"".join(line + b"\n" for line in lines)
        try:
            _write_all(file, content if _ends_whole(file, size) else b"\n" + content)
            os.fsync(file.fileno())
        except BaseException:
            file.truncate(size)
            raise
    sync(path.parent)


def _cut_torn_line(file: BinaryIO) -> int:
    """Cut off a torn last line and return the size of the file in bytes."""
    content = file.read()
    last = content.rpartition(b"\n")[2]
    size = len(content)
    if last and not _is_object(last):
        size -= len(last)
        file.truncate(size)
    return size


def _ends_whole(file: BinaryIO, size: int) -> bool:
    if not size:
        return True
    file.seek(size - 1)
    return file.read(1) == b"\n"


def _write_all(file: BinaryIO, content: bytes) -> None:
    file.seek(0, os.SEEK_END)
    written = 0
    while written < len(content):  # an unbuffered file may take a part of it at a time
        written += file.write(content[written:])


def _is_object(line: bytes) -> bool:
    """Return whether `line` is a whole JSON object; no beginning of one is."""
    try:
        return isinstance(json.loads(line), dict)
    except ValueError:
        return False

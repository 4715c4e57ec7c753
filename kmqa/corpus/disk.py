"""Files that are replaced as a whole or not at all."""

import hashlib
import os
import secrets
from pathlib import Path


def sha256_of(content: bytes) -> str:
    """SHA-256 of `content` in lower-case hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def write_atomically(path: Path, text: str) -> None:
    """`path` holds `text` in UTF-8, safely on disk; a reader sees the old bytes or the new.

    The folder must exist. A crash leaves at most a hidden file that ends in ``.tmp``.
    """
    write_bytes_atomically(path, text.encode())


def write_bytes_atomically(path: Path, content: bytes) -> None:
    """As `write_atomically`, for a file that is not text."""
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
    sync_folder(path.parent)


def write_new(path: Path, text: str) -> None:
    """The new file `path` holds `text` in UTF-8, safely on disk; its folder may not know yet.

    Raises:
        FileExistsError: There is such a file.
    """
    with path.open("x", encoding="utf-8", newline="\n") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """The names in `folder` are on disk, so that a renamed file survives a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

"""How many bytes each page of the console takes, whatever the headers say and whoever sends."""

from starlette.types import Scope

MOST_FORM = 2_000_000  # bytes; an answer in eight languages has some 30,000
MOST_FILE = 52_000_000  # bytes; the largest PDF that is read, and the form around it
MOST_OPEN = 16_384  # bytes of a form that anybody may send, before it is known who does
_WITH_FILES = ("/documents", "/exchange")
_OPEN = "/sign-in"


def most_of(scope: Scope) -> int:
    """Bytes that a request may have."""
    path = scope["path"].removeprefix(scope.get("root_path", ""))
    if path.startswith(_OPEN):
        return MOST_OPEN
    return MOST_FILE if path.startswith(_WITH_FILES) else MOST_FORM

"""Every route of the console: what it asks of a role, and how to fill in its path and its form.

A route that is missing here fails a test, so that a new page cannot be forgotten.
"""

import re
from collections.abc import Iterator

from console_client import Curator
from fastapi import FastAPI

from kmqa.console.page import find_pages
from kmqa.console.rights import Right

PAGES = tuple(page.name for page in find_pages() if page.label)
"""Names of the pages in the navigation."""

OPEN = {
    ("GET", "/sign-in"),
    ("POST", "/sign-in"),
    ("GET", "/sign-in/organisation"),
    ("GET", "/sign-in/organisation/back"),
    ("GET", "/sign-in/organisation/out"),
    ("GET", "/signed-out"),
    ("GET", "/"),
}
"""What needs nobody; the last only leads on."""

RIGHTS: dict[tuple[str, str], Right] = {
    ("POST", "/sign-out"): "read",
    ("GET", "/password"): "read",
    ("POST", "/password"): "read",
    ("POST", "/language"): "read",
    ("GET", "/today"): "read",
    ("GET", "/unanswered"): "read",
    ("POST", "/unanswered"): "write",
    ("GET", "/unanswered/waiting"): "read",
    ("GET", "/unanswered/suggested"): "read",
    ("POST", "/unanswered/suggested"): "write",
    ("GET", "/unanswered/done"): "read",
    ("POST", "/unanswered/done"): "write",
    ("GET", "/answer-ids"): "read",
    ("GET", "/turns"): "read",
    ("GET", "/answers"): "read",
    ("GET", "/answers/{answer_id}"): "read",
    ("POST", "/answers/{answer_id}"): "write",
    ("POST", "/answers/{answer_id}/move"): "write",
    ("POST", "/answers/{answer_id}/withhold"): "review",
    ("GET", "/stop"): "review",
    ("POST", "/stop"): "review",
    ("POST", "/preview"): "read",
    ("GET", "/documents"): "read",
    ("POST", "/documents"): "write",
    ("GET", "/documents/{document_id}"): "read",
    ("POST", "/documents/{document_id}"): "write",
    ("POST", "/documents/{document_id}/move"): "write",
    ("POST", "/documents/{document_id}/edition"): "write",
    ("POST", "/documents/{document_id}/clean"): "write",
    ("GET", "/documents/{document_id}/pages/{number}.png"): "read",
    ("GET", "/documents/{document_id}/pages/{number}"): "read",
    ("GET", "/exchange"): "read",
    ("GET", "/exchange/answers.xlsx"): "read",
    ("GET", "/exchange/corpus.zip"): "read",
    ("POST", "/exchange"): "write",
    ("POST", "/exchange/import"): "write",
    ("GET", "/try"): "read",
    ("GET", "/publish"): "read",
    ("GET", "/publish/job"): "read",
    ("POST", "/publish"): "publish",
    ("GET", "/conversations"): "converse",
    ("POST", "/conversations/{handover_id}"): "converse",
    ("POST", "/conversations/messages/{number}"): "converse",
    ("GET", "/people"): "manage",
    ("POST", "/people"): "manage",
    ("GET", "/keys"): "manage",
    ("POST", "/keys"): "manage",
    ("GET", "/settings"): "manage",
    ("POST", "/settings"): "manage",
    ("GET", "/history"): "read",
}

IN_PATHS = {"answer_id": "depo-late", "document_id": "handbook", "number": "1", "handover_id": "1"}
"""What stands there in a test's corpus, or does not: who may ask is decided before."""

_FIELD = re.compile(r'<(?:input|select|textarea)[^>]*\sname="([^"]+)"')
_ACTION = re.compile(r'<button name="action" value="([^"]+)"')


def routes_of(app: FastAPI) -> Iterator[tuple[str, str, dict[str, str]]]:
    """Method, path and query fields, each with its type, of everything that `app` answers."""
    for path, operations in app.openapi()["paths"].items():
        for method, operation in operations.items():
            fields = {
                field["name"]: str(field["schema"].get("type"))
                for field in operation.get("parameters", ())
                if field["in"] == "query"
            }
            yield method.upper(), path, fields


def path_of(template: str) -> str:
    """A route's path with its parts filled in."""
    return template.format(**IN_PATHS)


def fields_of(who: Curator) -> tuple[set[str], set[str]]:
    """Names of the fields and values of the buttons on all pages that they may read."""
    fields, actions = set(), set()
    for method, path in RIGHTS:
        if method == "GET" and not path.endswith((".png", ".xlsx", ".zip")):
            page = who.client.get(path_of(path)).text
            fields |= set(_FIELD.findall(page))
            actions |= set(_ACTION.findall(page))
    return fields - {"form_key"}, actions

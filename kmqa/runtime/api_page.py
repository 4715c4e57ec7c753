"""The API's description as one page of plain HTML, which loads nothing from anywhere.

Only where `KMQA_API_DOCS` asks for it: strangers need not know what a service takes.
"""

import json
from collections.abc import Iterator, Mapping
from functools import partial
from html import escape
from typing import Any

from fastapi import FastAPI
from fastapi.responses import HTMLResponse

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'"
_HEADERS = {"content-security-policy": _POLICY, "x-content-type-options": "nosniff"}
_PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>body{{font:1rem/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}}
pre{{overflow:auto;background:#f3f3f3;padding:1rem}}</style></head><body>
<h1>{title}</h1><p>{summary}</p><p><a href="openapi.json">openapi.json</a></p>{operations}
<h2>Shapes</h2>{shapes}</body></html>"""
_dump = partial(json.dumps, indent=2, ensure_ascii=False)


def add(app: FastAPI) -> None:
    """Show the page at ``/docs`` of `app`."""

    @app.get("/docs", response_class=HTMLResponse, include_in_schema=False)
    async def show_docs() -> HTMLResponse:
        """Show the page."""
        return HTMLResponse(render(app.openapi()), headers=_HEADERS)


def render(schema: Mapping[str, Any]) -> str:
    """Return the page for a description in the form of OpenAPI."""
    shapes = schema.get("components", {}).get("schemas", {})
    return _PAGE.format(
        title=escape(schema["info"]["title"]),
        summary=escape(schema["info"].get("summary", "")),
        operations="".join(_render_operations(schema["paths"])),
        shapes="".join(
            f'<h3 id="{escape(n)}">{escape(n)}</h3>{_block(s)}' for n, s in shapes.items()
        ),
    )


def _render_operations(paths: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    for path, operations in paths.items():
        for method, operation in operations.items():
            yield f"<h2><code>{escape(method.upper())} {escape(path)}</code></h2>"
            yield f"<p>{escape(operation.get('description', ''))}</p>"
            for part in ("parameters", "requestBody", "responses"):
                if part in operation:
                    yield f"<h4>{part}</h4>{_block(operation[part])}"


def _block(value: object) -> str:
    return f"<pre>{escape(_dump(value))}</pre>"

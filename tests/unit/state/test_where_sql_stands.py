"""Queries stand in `kmqa.state` alone, where tests look after what they read and leave."""

import ast
from collections.abc import Iterator
from pathlib import Path

import kmqa

_ROOT = Path(kmqa.__file__).parent
_HARMLESS = {"sqlalchemy.Connection", "sqlalchemy.exc.SQLAlchemyError"}


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("sqlalchemy"):
            yield from (f"{node.module}.{name.name}" for name in node.names)
        elif isinstance(node, ast.Import):
            yield from (n.name for n in node.names if n.name.startswith("sqlalchemy"))


def test_no_module_outside_state_puts_a_query_together() -> None:
    found = {
        (path.relative_to(_ROOT).as_posix(), name)
        for path in _ROOT.rglob("*.py")
        if "state" not in path.relative_to(_ROOT).parts[:1]
        for name in _imports(path)
        if name not in _HARMLESS
    }

    assert found == set()

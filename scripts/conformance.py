"""Hold the channel and the stand-in against samples of others: webhook bodies and Meta's examples.

    python scripts/conformance.py --webhooks FOLDER --openapi FILE.yaml

Every webhook body must be read without an item that is set aside, and every example of
``sendMessage`` in Meta's OpenAPI file must be accepted by the stand-in. Exits 1 where one is not.
"""

import argparse
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from kmqa.channels.whatsapp import parse
from kmqa.messages import Delivery
from kmqa.simulator import rules

OPERATION = "sendMessage"
_PLACEHOLDERS = {"to": "+254700000001"}  # the examples name a recipient in braces


def main() -> int:
    """Print a line for each sample and the sums; 1 where one fails."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--webhooks", type=Path, help="folder of webhook bodies, *.json")
    parser.add_argument("--openapi", type=Path, help="Meta's OpenAPI file, .yaml")
    given = parser.parse_args()
    failed = 0
    if given.webhooks:
        failed += _report(webhook_lines(given.webhooks), "webhook bodies read whole")
    if given.openapi:
        found = yaml.load(given.openapi.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        failed += _report(example_lines(found), "examples accepted")
    return 1 if failed else 0


def webhook_lines(folder: Path) -> Iterator[tuple[str, str, bool]]:
    """Name of each body, what was found in it, and whether nothing of it was set aside."""
    for path in sorted(folder.glob("*.json")):
        found = parse.delivery_of(path.read_bytes())
        yield path.name, _counts(found), not found.unreadable and _holds_something(found)


def example_lines(openapi: Mapping[str, Any]) -> Iterator[tuple[str, str, bool]]:
    """Name of each example of a message, what the stand-in says, and whether it accepts it."""
    for name, payload in sorted(_examples(openapi)):
        fault = rules.fault_of({**payload, **_address(payload)})
        yield name, f"{fault.code} {fault.detail}" if fault else "accepted", fault is None


def _counts(found: Delivery) -> str:
    return ", ".join(
        f"{len(items)} {name}"
        for name, items in (
            ("messages", found.messages),
            ("statuses", found.statuses),
            ("renamings", found.renamings),
            ("notices", found.notices),
            ("unreadable", found.unreadable),
        )
        if items
    )


def _holds_something(found: Delivery) -> bool:
    return bool(found.messages or found.statuses or found.renamings or found.notices)


def _address(payload: Mapping[str, Any]) -> dict[str, str]:
    return {name: value for name, value in _PLACEHOLDERS.items() if name in payload}


def _examples(openapi: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for methods in openapi.get("paths", {}).values():
        for operation in methods.values():
            if isinstance(operation, dict) and operation.get("operationId") == OPERATION:
                content = operation["requestBody"]["content"]["application/json"]
                for name, example in content.get("examples", {}).items():
                    yield name, example["value"]


def _report(lines: Iterator[tuple[str, str, bool]], what: str) -> int:
    n = failed = 0
    for name, said, is_right in lines:
        n += 1
        failed += not is_right
        sys.stdout.write(f"{'ok  ' if is_right else 'FAIL'}  {name}: {said}\n")
    sys.stdout.write(f"{n - failed} of {n} {what}\n")
    return failed


if __name__ == "__main__":
    sys.exit(main())

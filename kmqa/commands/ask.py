"""`kmqa ask`: one question to the live bundle, or a prompt for many."""

import json
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape

from kmqa.commands import answering
from kmqa.records import Profile, Reply

_HEADINGS = {
    "answer": "Answer",
    "choose": "Which of these?",
    "resources": "Documents",
    "refuse": "No vetted answer",
    "urgent": "URGENT",
    "chat": "Chat",
}
_COLOURS = {"answer": "green", "urgent": "bold red", "refuse": "yellow"}


def ask_one(question: str, *, index: Path, profile: Profile, as_json: bool) -> None:
    """Print the reply to `question`, as JSON where asked."""
    reply = answering.open_responder(index)(question, profile)
    if as_json:
        Console(soft_wrap=True).out(
            json.dumps(reply_json(reply), ensure_ascii=False, indent=2), highlight=False
        )
    else:
        print_reply(reply, Console())


def ask_many(questions: Iterable[str], *, index: Path, profile: Profile) -> None:
    """Print each of `questions` and its reply; a bundle published meanwhile is used at once."""
    live = answering.LiveResponder(index)
    console = Console()
    for question in questions:
        console.print(f"\n[bold]> {escape(question)}[/bold]", highlight=False)
        print_reply(live.current()(question, profile), console)


def prompt(*, index: Path, profile: Profile) -> None:
    """Ask until an empty line, the end of input or Ctrl-C."""
    live = answering.LiveResponder(index)
    console = Console()
    console.print("Ask a question; an empty line ends.", style="dim")
    while True:
        try:
            question = console.input("[bold]> [/bold]")
        except (EOFError, KeyboardInterrupt):
            break
        if not question.strip():
            break
        print_reply(live.current()(question, profile), console)


def reply_json(reply: Reply) -> dict[str, Any]:
    """`reply` in the stable shape that scripts read."""
    return {
        "outcome": reply.outcome,
        "answer_id": reply.answer_id,
        "score": reply.confidence,
        "language": reply.language,
        "text": reply.text,
        "sources": [
            {"document": s.document, "title": s.title, "pages": list(s.pages)}
            for s in reply.sources
        ],
        "resources": [asdict(resource) for resource in reply.resources],
        "candidates": [
            {"answer_id": c.answer_id, "score": c.confidence, "question": c.question}
            for c in reply.candidates
        ],
        "offered": [c.answer_id for c in reply.offered],
        "reason": reply.reason,
        "bundle_id": reply.bundle_id,
        "took_ms": reply.took_ms,
    }


def print_reply(reply: Reply, console: Console) -> None:
    """`reply` as a person reads it."""
    colour = _COLOURS.get(reply.outcome, "cyan")
    console.print(f"[{colour}]{_HEADINGS[reply.outcome]}[/{colour}]", highlight=False)
    console.print(reply.text, markup=False, highlight=False, soft_wrap=True)
    if reply.outcome == "choose":
        for number, candidate in enumerate(reply.offered, start=1):
            console.print(f"  {number}. {candidate.question}", markup=False, highlight=False)
    for line in dict.fromkeys(source.line for source in reply.sources):
        console.print(line, style="dim", markup=False, highlight=False, soft_wrap=True)
    facts = f"{reply.answer_id or reply.reason} · confidence {reply.confidence:.2f} · "
    console.print(f"{facts}{reply.took_ms:.0f} ms", style="dim", markup=False, highlight=False)

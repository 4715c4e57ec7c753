"""Draw the two pictures of docs/architecture.md from the code's own names.

``python scripts/draw_architecture.py`` writes docs/pictures/life-of-a-message.svg and
life-of-a-pdf.svg. Each step names a function or class of kmqa; a test looks each of them up and
draws the pictures again, so that a renamed function or a stale picture fails.
"""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

FOLDER = Path(__file__).parent.parent / "docs" / "pictures"
_WIDTH, _BOX, _GAP, _TOP = 760, 52, 26, 64  # px
_LEFT, _ROOM = 40, 470  # px: where boxes begin, and how wide they are
_COLOURS = {
    "web process": "#dbeafe",
    "worker": "#dcfce7",
    "database": "#fef3c7",
    "corpus": "#fce7f3",
    "build": "#e0e7ff",
    "index": "#fef3c7",
    "serving": "#dcfce7",
}


@dataclass(frozen=True, slots=True)
class Step:
    """One box of a picture.

    Attributes:
        place: Process or store in which it happens; chooses the colour.
        name: Dotted name of a function, class or module of kmqa.
        does: What it does, in a few words.
        gives: What the next step gets.
    """

    place: str
    name: str
    does: str
    gives: str


@dataclass(frozen=True, slots=True)
class Picture:
    """A title and its steps, first to last."""

    file: str
    title: str
    steps: Sequence[Step]


MESSAGE = Picture(
    "life-of-a-message.svg",
    "The life of a message",
    (
        Step(
            "web process",
            "kmqa.channels.whatsapp.signature.is_signed",
            "check the signature over the raw bytes",
            "bytes",
        ),
        Step(
            "web process",
            "kmqa.channels.whatsapp.parse.delivery_of",
            "read what Meta sent",
            "Incoming",
        ),
        Step(
            "database",
            "kmqa.state.inbox.store",
            "store it sealed, once; then answer 200",
            "rows of the inbox",
        ),
        Step("worker", "kmqa.state.leases.claim", "lease the person to one worker", "Waiting"),
        Step(
            "worker",
            "kmqa.runtime.bursts.merge_bursts",
            "make one question of one burst",
            "UserMessage",
        ),
        Step(
            "worker", "kmqa.dialogue.classify.classify", "say once what it is", "ClassifiedMessage"
        ),
        Step(
            "worker",
            "kmqa.dialogue.turn.decide_turn",
            "safety, commands, flow, question",
            "query and profile",
        ),
        Step("worker", "kmqa.matching.match.Matcher.rank", "score every answer", "Ranking"),
        Step("worker", "kmqa.matching.decide.decide", "choose one of six outcomes", "Decision"),
        Step("worker", "kmqa.matching.reply.compose_reply", "take whole approved texts", "Reply"),
        Step(
            "worker",
            "kmqa.runtime.answerer.Answerer.decide_and_queue",
            "write the turn in one transaction",
            "OutboundMessage",
        ),
        Step("database", "kmqa.state.outbox.queue", "queue it sealed, with its purpose", "Attempt"),
        Step("worker", "kmqa.channels.may_leave.may_leave", "ask whether it may leave", "Decision"),
        Step(
            "worker",
            "kmqa.channels.whatsapp.channel.WhatsApp.render",
            "render it for the channel",
            "payload",
        ),
        Step("worker", "kmqa.runtime.sending.Sending.send", "send it, once", "message id"),
        Step(
            "database", "kmqa.state.outbox.reconcile", "settle by statuses what was in flight", ""
        ),
    ),
)
PDF = Picture(
    "life-of-a-pdf.svg",
    "The life of a PDF",
    (
        Step(
            "corpus",
            "kmqa.corpus.documents.add_document",
            "add the file with its description",
            "draft",
        ),
        Step(
            "build",
            "kmqa.offline.extract.read_pdf",
            "read it in a child process with limits",
            "Extraction",
        ),
        Step(
            "build", "kmqa.offline.page_verdict", "judge each page: text, scanned, garbled", "pages"
        ),
        Step(
            "corpus",
            "kmqa.corpus.workflow.move",
            "review it: a second person approves",
            "approved document",
        ),
        Step(
            "corpus",
            "kmqa.corpus.validate.check",
            "check pages, quotes and the file's hash",
            "Checked",
        ),
        Step(
            "build",
            "kmqa.corpus.selection.servable",
            "select what is approved and in its term",
            "servable corpus",
        ),
        Step(
            "build",
            "kmqa.offline.passages.split_passages",
            "cut it into passages with their pages",
            "Passage",
        ),
        Step("build", "kmqa.offline.build.build", "encode, fit, write and seal", "bundle"),
        Step(
            "index",
            "kmqa.index.bundle.open_bundle",
            "verify every byte when it is opened",
            "Bundle",
        ),
        Step("index", "kmqa.commands.publish.publish", "test it against the gate", "verdict"),
        Step("index", "kmqa.index.store.publish", "make it live by an atomic rename", "CURRENT"),
        Step(
            "serving",
            "kmqa.matching.reply.compose_reply",
            "cite title and page under an answer",
            "source line",
        ),
        Step(
            "serving",
            "kmqa.matching.respond.Responder.pdf",
            "send the file while its review lasts",
            "",
        ),
    ),
)
PICTURES = (MESSAGE, PDF)


def draw_picture(picture: Picture) -> str:
    """Return `picture` as SVG, one box below the other."""
    height = _TOP + len(picture.steps) * (_BOX + _GAP)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" '
        'font-family="system-ui, sans-serif" role="img" aria-labelledby="title">',
        f'<title id="title">{escape(picture.title)}</title>',
        f'<rect width="{_WIDTH}" height="{height}" fill="#ffffff"/>',
        f'<text x="{_LEFT}" y="36" font-size="20" font-weight="600">{escape(picture.title)}</text>',
    ]
    for place, step in enumerate(picture.steps):
        is_last = place == len(picture.steps) - 1
        parts += _draw_step(step, _TOP + place * (_BOX + _GAP), is_last=is_last)
    return "\n".join([*parts, "</svg>"]) + "\n"


def _draw_step(step: Step, top: int, *, is_last: bool) -> list[str]:
    """Return the box of a step, and the arrow to the next with what it hands on."""
    colour = _COLOURS[step.place]
    middle = _LEFT + 30
    drawn = [
        f'<rect x="{_LEFT}" y="{top}" width="{_ROOM}" height="{_BOX}" rx="8" fill="{colour}" '
        'stroke="#475569"/>',
        f'<text x="{_LEFT + 12}" y="{top + 21}" font-size="14">{escape(step.does)}</text>',
        f'<text x="{_LEFT + 12}" y="{top + 41}" font-size="12" fill="#334155" '
        f'font-family="ui-monospace, monospace">{escape(step.name)}</text>',
        f'<text x="{_LEFT + _ROOM + 16}" y="{top + 30}" font-size="12" fill="#64748b">'
        f"{escape(step.place)}</text>",
    ]
    if not is_last:
        low = top + _BOX
        drawn += [
            f'<path d="M{middle} {low}v{_GAP - 6}" stroke="#475569" fill="none"/>',
            f'<path d="M{middle - 5} {low + _GAP - 7}h10l-5 7z" fill="#475569"/>',
            f'<text x="{middle + 12}" y="{low + 17}" font-size="12" fill="#475569">'
            f"{escape(step.gives)}</text>",
        ]
    return drawn


def main() -> None:
    """Write both pictures."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    for picture in PICTURES:
        path = FOLDER / picture.file
        path.write_text(draw_picture(picture), encoding="utf-8")
        print(path)


if __name__ == "__main__":
    main()

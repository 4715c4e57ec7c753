"""Numbered lists: the same lines to read, to tap and to answer with a number."""

from collections.abc import Mapping, Sequence

from kmqa.dialogue.choices import Choice
from kmqa.dialogue.context import SEPARATOR
from kmqa.messages import Option, Outgoing

PAGE = 8  # lines on a page; a list has ten rows, and two of them lead on and back

_MOST_TITLE = 24  # UTF-16 units of a row's title in WhatsApp

Line = tuple[Choice, str]


def number_lines(
    intro: str, lines: Sequence[Line], others: Sequence[Line], words: Mapping[str, str]
) -> Outgoing:
    """Return `intro`, the `lines` with their numbers, and rows for them and the `others`.

    The whole line stands in the text; a row has little room and shows the number and as much of
    the line as fits.
    """
    shown = [f"{number}. {line}" for number, (_, line) in enumerate(lines, start=1)]
    rows = [row(choice, number, line) for number, (choice, line) in enumerate(lines, start=1)]
    rest = [Option(choice.button_id, title) for choice, title in others]
    return Outgoing(
        text=SEPARATOR.join([intro, "\n".join(shown)]) if shown else intro,
        options=(*rows, *rest),
        list_label=words["button_choose"],
    )


def row(choice: Choice, number: int, line: str) -> Option:
    """Return a row to tap: number and line in its title where they fit, else the line below."""
    title = f"{number}. {line}"
    if len(title.encode("utf-16-le")) // 2 <= _MOST_TITLE:
        return Option(choice.button_id, title)
    return Option(choice.button_id, str(number), line)


def page_of(lines: Sequence[Line], page: int) -> tuple[Sequence[Line], bool]:
    """Return the lines of a page, counted from 0, and whether another follows; else page 0."""
    if page * PAGE >= len(lines):
        page = 0
    return lines[page * PAGE : (page + 1) * PAGE], (page + 1) * PAGE < len(lines)

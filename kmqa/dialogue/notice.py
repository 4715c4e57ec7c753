"""Which wording of the notice and the welcome a person has seen."""

import hashlib

from kmqa.dialogue.context import TurnContext


def notice_version(context: TurnContext) -> str:
    """Return what changes with any wording of the notice or the welcome, in any language."""
    welcomes = [context.phrases_in(code)["welcome"] for code in sorted(context.contents.phrases)]
    notices = [text for _, text in sorted(context.contents.settings.notice.items())]
    return hashlib.sha256("\n".join([*welcomes, *notices]).encode()).hexdigest()[:12]

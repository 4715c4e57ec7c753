"""What a person is told where a bound is reached: a fixed phrase in their language."""

from kmqa.dialogue.state import State
from kmqa.index.contents import Contents
from kmqa.messages import Outgoing


def compose_notice(name: str, state: State, contents: Contents) -> Outgoing | None:
    """Return the phrase `name` for a person in `state`; None in a bundle from before it."""
    default = contents.settings.languages[0]
    language = state.profile.language or state.spoken or default
    words = contents.phrases.get(language) or contents.phrases[default]
    return Outgoing(text=words[name], purpose="limit") if name in words else None

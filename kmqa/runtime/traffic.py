"""What came from one person lately, and what went: enough to know an automatic replier. Pure.

Two programmes that answer each other never end, and each message is billed. A person who is afraid
repeats a question, too, so repeats are answered a few times before they are not. A danger sign is
always answered, unless it is the bot's own text that comes back. What is typed is kept as a short
hash, sealed beside the person, for ten minutes of their talk.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from pydantic import TypeAdapter, ValidationError

from kmqa import text
from kmqa.dialogue import commands
from kmqa.state.inbox import Waiting

SPAN = 600.0  # seconds in which messages count as one talk
MOST_REPEATS = 4  # of one message that are answered
MOST_FAMILIAR = 5  # messages of a talk that stood in it before, as of a programme with a few texts
SHORT = 12  # characters; "yes" and "no" are said again and again, so twice as often is borne
MOST_QUICK = 12  # one after the other that no hand could type
REACTION = 3.0  # seconds after a reply in which nobody has read it and typed much
TYPING = 12.0  # characters a second that nobody types; 5 are usual on a phone, 10 very quick
_MOST_KEPT = 24
_PAUSE = 0.5  # seconds that at least are between two messages
_SIZE = 6  # bytes of a hash
_AGAIN = 6 * 3600.0  # seconds after which a notice may be said again

Loop = Literal["", "echo", "repeat", "quick"]
Notice = Literal["limit_pace", "limit_repeats"]
"""Phrases that say to a person that a bound on what is read is reached."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """One typed message.

    Attributes:
        at: Unix seconds when it was stored.
        digest: Of its words.
        is_quick: Whether it came sooner than somebody could type it.
        is_echo: Whether it is what the bot said last.
        is_short: Whether it has at most `SHORT` characters.
    """

    at: float
    digest: str
    is_quick: bool = False
    is_echo: bool = False
    is_short: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Traffic:
    """What came and went.

    Attributes:
        arrivals: Typed messages of the last minutes, in their order.
        said: Hashes of the texts that were sent last.
        said_at: Unix seconds when they were decided.
        told: When each notice was last said, Unix seconds.
    """

    arrivals: tuple[Arrival, ...] = ()
    said: tuple[str, ...] = ()
    said_at: float = 0.0
    told: Mapping[Notice, float] = field(default_factory=dict)


_TRAFFIC = TypeAdapter(Traffic)


def restore(content: object) -> Traffic:
    """Return what `serialise` wrote; nothing where that cannot be read."""
    try:
        return _TRAFFIC.validate_python(content) if content else Traffic()
    except ValidationError:
        return Traffic()


def serialise(traffic: Traffic) -> object:
    """Return `traffic` as JSON values."""
    return _TRAFFIC.dump_python(traffic, mode="json")


def hear(traffic: Traffic, messages: Sequence[Waiting]) -> tuple[Traffic, Loop]:
    """Return `traffic` with `messages` in it, and whether all of them read like a programme's.

    Taps, numbers, commands and messages without words are left out: people send them quickly and
    again and again.
    """
    loops: list[Loop] = []
    for message in messages:
        if _is_typed(message):
            traffic = _add(traffic, message)
            loops.append(_judge(traffic.arrivals))
        else:
            loops.append("")
    return traffic, loops[-1] if loops and all(loops) else ""


def say(traffic: Traffic, texts: Sequence[str], now: float) -> Traffic:
    """Return `traffic` after `texts` were decided to be sent."""
    if not texts:
        return traffic
    return replace(traffic, said=tuple(map(_digest, texts)), said_at=now)


def is_due(traffic: Traffic, notice: Notice, now: float) -> bool:
    """Return whether a notice may be said: it was not for hours."""
    return now - traffic.told.get(notice, 0.0) >= _AGAIN


def tell(traffic: Traffic, notice: Notice, now: float) -> Traffic:
    """Return `traffic` after a notice was said."""
    return replace(traffic, told={**traffic.told, notice: now})


def _is_typed(message: Waiting) -> bool:
    typed = message.text or ""
    if message.kind != "text" or commands.command_in(typed) is not None:
        return False
    return commands.number_in(typed) is None


def _add(traffic: Traffic, message: Waiting) -> Traffic:
    typed, at = message.text or "", message.stored_at
    talk = [one for one in traffic.arrivals if at - one.at <= SPAN]
    since = talk[-1].at if talk else 0.0
    digest = _digest(typed)
    is_reaction = 0 <= at - traffic.said_at <= REACTION
    one = Arrival(
        at=at,
        digest=digest,
        is_quick=is_reaction and len(typed) / max(at - since, _PAUSE) >= TYPING,
        is_echo=digest in traffic.said,
        is_short=len(typed.strip()) <= SHORT,
    )
    return replace(traffic, arrivals=(*talk, one)[-_MOST_KEPT:])


def _judge(arrivals: Sequence[Arrival]) -> Loop:
    """Return what the last of `arrivals` shows of who sends."""
    last = arrivals[-1]
    if last.is_echo and sum(one.is_echo for one in arrivals) > 1:
        return "echo"
    n_same = sum(one.digest == last.digest for one in arrivals)
    n_familiar = len(arrivals) - len({one.digest for one in arrivals})
    factor = 2 if last.is_short else 1
    is_familiar = n_same > 1 and n_familiar > factor * MOST_FAMILIAR
    if n_same > factor * MOST_REPEATS or is_familiar:
        return "repeat"
    quick = arrivals[-MOST_QUICK - 1 :]
    if len(quick) > MOST_QUICK and all(one.is_quick for one in quick):
        return "quick"
    return ""


def _digest(typed: str) -> str:
    words = " ".join(text.words(typed)) or typed.strip()
    return hashlib.blake2b(words.encode("utf-8", "surrogatepass"), digest_size=_SIZE).hexdigest()

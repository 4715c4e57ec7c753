"""A conversation with the bot in memory: say, tap, and look at what comes back."""

from dataclasses import dataclass, field, replace

from kmqa.dialogue.context import StoredData, TurnContext
from kmqa.dialogue.flow import Flow
from kmqa.dialogue.notice import notice_version
from kmqa.dialogue.state import State
from kmqa.dialogue.step import UserMessage
from kmqa.dialogue.turn import Turn, decide_turn
from kmqa.flows.registry import FLOWS
from kmqa.matching.respond import Responder
from kmqa.messages import IncomingKind, Outgoing

NOON = 1_795_435_200.0  # Monday 2026-11-23, 12:00 UTC


@dataclass
class Talk:
    """One person's conversation; every turn is kept."""

    responder: Responder
    state: State = field(default_factory=State)
    now: float = NOON
    stored: tuple[str, ...] = ()
    flows: tuple[Flow, ...] = FLOWS
    country: str | None = None
    turns: list[Turn] = field(default_factory=list)

    @property
    def context(self) -> TurnContext:
        """What the turns work with."""
        return TurnContext(
            respond=self.responder,
            contents=self.responder.bundle.contents,
            now=self.now,
            flows=self.flows,
            country=self.country,
            read_stored_data=lambda: StoredData(self.stored),
        )

    @property
    def last(self) -> Turn:
        """The last turn."""
        return self.turns[-1]

    def known(self) -> "Talk":
        """The same with somebody whose first contact is over."""
        version = notice_version(self.context)
        self.state = replace(self.state, welcomed=version, agreed=version)
        return self

    def say(self, *texts: str) -> list[Outgoing]:
        """What comes back for texts that arrive together."""
        return self.hear(*(UserMessage(kind="text", text=text) for text in texts))

    def tap(self, title: str) -> list[Outgoing]:
        """What comes back for a tap on the option with this title or detail."""
        options = [o for t in reversed(self.turns) for m in t.outgoing for o in m.options]
        [found, *_] = [
            o for o in options if title in {o.title, o.detail, o.title.partition(". ")[2]}
        ]
        return self.tap_id(found.id, found.title)

    def tap_id(self, choice: str, title: str = "x") -> list[Outgoing]:
        """What comes back for an id, which may be anything."""
        return self.hear(UserMessage(kind="choice", text=title, choice=choice))

    def send(self, kind: IncomingKind) -> list[Outgoing]:
        """What comes back for a message without words."""
        return self.hear(UserMessage(kind=kind, text=None))

    def hear(self, *messages: UserMessage) -> list[Outgoing]:
        """What comes back for messages of any kind."""
        self.turns.append(decide_turn(self.state, messages, self.context))
        self.state = self.last.state
        return list(self.last.outgoing)

"""Talk: short and social messages, each with what is due to it instead of an answer.

A line of the file is one of a test set (`kmqa.eval.test_set`) that expects nothing and says in
``due`` what must happen: ``chat`` (a word in return), ``handover`` (a person is called), ``stop``,
``forget``, ``not-danger`` (anything but the text of a danger sign) or ``not-stop`` (anything but
an end). Each is played as one message of a person who was greeted before.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from kmqa.dialogue.classify import classify
from kmqa.dialogue.events import Asked, HandedOver
from kmqa.dialogue.step import UserMessage
from kmqa.dialogue.turn import decide_turn
from kmqa.errors import EvaluationError
from kmqa.eval.metrics import Share
from kmqa.eval.test_set import Query, TestSet
from kmqa.flows import conversation
from kmqa.flows.conversation import Responder

Act = Literal["chat", "handover", "stop", "forget", "question", "danger", "silence"]
"""What the bot made of a message."""

DUE = ("chat", "handover", "stop", "forget", "not-danger", "not-stop")
"""What a line may ask for."""

_ENDS = frozenset({"stop", "forget"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """One line, and what the bot did."""

    query: Query
    act: Act

    @property
    def due(self) -> str:
        """What the line asks for, one of `DUE`."""
        return str(self.query.source["due"])

    @property
    def is_right(self) -> bool:
        """Whether what was due happened."""
        if self.due == "not-danger":
            return self.act != "danger"
        if self.due == "not-stop":
            return self.act not in _ENDS
        return self.act == self.due


def check_due(tests: TestSet) -> Sequence[Query]:
    """Return the queries of `tests`, each of which says what is due.

    Raises:
        EvaluationError: A line names nothing that can be due, or expects an answer besides.
    """
    for query in tests.queries:
        due = query.source.get("due")
        if due not in DUE or query.expected:
            raise EvaluationError(
                "a line of talk must say what is due and expect no answer",
                which=query.place,
                got=f'"due": {due!r}, "expected": {query.source.get("expected")!r}',
                expected=f'"expected": null, "due": one of {", ".join(DUE)}',
                remedy="Fix the file.",
            )
    return tests.queries


def play(query: Query, responder: Responder, now: float) -> Played:
    """Return what the bot does with `query` after its history; `now` is in Unix seconds."""
    state, context = conversation.replay(query.history, query.profile, responder, now)
    message = UserMessage(kind="text", text=query.text)
    command = classify(state, message, context).command
    turn = decide_turn(state, [message], context)
    outcomes = [event.reply.outcome for event in turn.events if isinstance(event, Asked)]
    act: Act
    if "urgent" in outcomes:
        act = "danger"
    elif turn.state.opted_out:
        act = "stop"
    elif command == "delete_my_data":
        act = "forget"
    elif any(isinstance(event, HandedOver) for event in turn.events) or command == "person":
        act = "handover"
    elif any(outcome != "chat" for outcome in outcomes):
        act = "question"
    else:
        act = "chat" if turn.outgoing else "silence"
    return Played(query=query, act=act)


def play_all(
    queries: Sequence[Query],
    responder: Responder,
    now: float,
    on_progress: Callable[[], object] = lambda: None,
) -> tuple[Played, ...]:
    """Return what the bot does with each of `queries`; `on_progress` is called for each."""
    played = []
    for query in queries:
        played.append(play(query, responder, now))
        on_progress()
    return tuple(played)


def share_right(played: Sequence[Played], *due: str) -> Share | None:
    """Return how many of the lines with one of these `due` came out right, None without any."""
    asked = [line for line in played if line.due in due]
    return Share(sum(line.is_right for line in asked), len(asked)) if asked else None


def share_alarmed(played: Sequence[Played]) -> Share | None:
    """Return how many of all lines were taken for a danger sign, None without any."""
    if not played:
        return None
    return Share(sum(line.act == "danger" for line in played), len(played))

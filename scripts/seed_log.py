"""What a service would have written about made-up questions, into any of its databases."""

import json
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from itertools import islice
from typing import Any

import synthetic_data
from sqlalchemy import Table, insert

from kmqa.commands import progress
from kmqa.messages import Sender
from kmqa.records import Answer
from kmqa.state import people, tables
from kmqa.state.database import Database
from kmqa.state.identity import Identity

_DAY = 86_400.0
_N_PEOPLE, _N_POOL, _N_HANDOVERS = 2_000, 40_000, 300
_BATCH = 5_000  # rows of one insert
_SPOKEN = {"en": 55, "fr": 20, "es": 15, "ur": 10}  # shares
_OUTCOMES = {"answer": 52, "choose": 12, "resources": 4, "refuse": 22, "urgent": 3, "chat": 7}
_HANDLED = ("wording", "refusal", "new", "ignored")


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """How many questions, over how many days up to `today`."""

    n_turns: int
    n_days: int
    today: date
    seed: int

    @property
    def end(self) -> float:
        """Noon of the last day, in Unix seconds."""
        return datetime.combine(self.today, time(12), UTC).timestamp()

    def moment(self, number: int) -> float:
        """When question `number` was asked; they are spread evenly."""
        return self.end - self.n_days * _DAY * (1 - number / self.n_turns)


@dataclass(frozen=True, slots=True)
class _Stock:
    """What turns are drawn from: people, sealed questions by language, ids of answers."""

    persons: Sequence[int]
    pool: Mapping[str, Sequence[str]]
    ids: Sequence[str]


def write(database: Database, identity: Identity, answers: Sequence[Answer], span: Span) -> None:
    """People, questions with what became of them, feedback, hand-overs and statuses are there."""
    chance = random.Random(span.seed)  # noqa: S311 - nothing secret comes of it
    persons = _people(database, identity, span)
    stock = _Stock(persons, _pool(chance, identity), [answer.id for answer in answers])
    log = [_turn(chance, number, stock, span) for number in range(span.n_turns)]
    _inserted(database, "questions", tables.turns, iter(log), len(log))
    told = [_feedback(chance, turn) for turn in log if turn["answer_id"] and chance.random() < 0.12]
    _inserted(database, "feedback", tables.feedback, iter(told), len(told))
    n_sent = int(span.n_turns / span.n_days * 8 * 2)
    sent = (_status(identity, number, n_sent, span) for number in range(n_sent))
    _inserted(database, "statuses", tables.statuses, sent, n_sent)
    _hand_over(database, identity, chance, persons, span)


def _inserted(
    database: Database, name: str, table: Table, rows: Iterator[dict[str, Any]], n: int
) -> None:
    with progress.bar(name, n) as advance, database.writing() as connection:
        while batch := list(islice(rows, _BATCH)):
            connection.execute(insert(table), batch)
            advance(len(batch))


def _people(database: Database, identity: Identity, span: Span) -> list[int]:
    with progress.bar("people", _N_PEOPLE) as advance, database.writing() as connection:
        found = []
        for number in range(_N_PEOPLE):
            sender = Sender(user_id=f"made-up-{number}")
            found.append(people.find_or_add_person(connection, identity, sender, span.end))
            advance(1)
        return found


def _pool(chance: random.Random, identity: Identity) -> dict[str, list[str]]:
    """Sealed questions by language; people ask many of them more than once."""
    total = sum(_SPOKEN.values())
    return {
        code: [
            identity.seal(synthetic_data.question(chance, code))
            for _ in range(_N_POOL * share // total)
        ]
        for code, share in _SPOKEN.items()
    }


def _turn(chance: random.Random, number: int, stock: _Stock, span: Span) -> dict[str, Any]:
    language = _drawn(chance, _SPOKEN)
    outcome = _drawn(chance, _OUTCOMES)
    near = [(chance.choice(stock.ids), round(0.9 - 0.1 * place, 4)) for place in range(5)]
    asked = stock.pool[language]
    # Some questions come again and again, as the square of an even draw makes them.
    question = asked[int(len(asked) * chance.random() ** 2)]
    is_old = number < span.n_turns * 0.8
    is_handled = outcome in {"refuse", "resources"} and is_old and chance.random() < 0.7
    return {
        "person": chance.choice(stock.persons),
        "at": span.moment(number),
        "channel": "whatsapp",
        "language": language,
        "question": question,
        "outcome": outcome,
        "reason": "made-up",
        "answer_id": near[0][0] if outcome == "answer" else "",
        "score": near[0][1] if outcome == "answer" else 0.3,
        "candidates": json.dumps(near),
        "bundle_id": "0" * 16,
        "took_ms": 8.0,
        "picked": near[1][0] if outcome == "choose" and chance.random() < 0.5 else "",
        "wish": "not_helpful" if outcome == "answer" and chance.random() < 0.04 else "",
        "was_helpful": outcome == "answer" and chance.random() < 0.1,
        "handled": chance.choice(_HANDLED) if is_handled else "",
        "handled_with": near[0][0] if is_handled else "",
        "handled_by": "writer one" if is_handled else "",
        "handled_at": span.moment(number) + 3_600 if is_handled else 0.0,
    }


def _drawn(chance: random.Random, shares: dict[str, int]) -> str:
    return chance.choices(list(shares), list(shares.values()))[0]


def _feedback(chance: random.Random, turn: dict[str, Any]) -> dict[str, Any]:
    return {
        "person": turn["person"],
        "answer_id": turn["answer_id"],
        "bundle_id": turn["bundle_id"],
        "is_helpful": chance.random() < 0.8,
        "at": turn["at"] + 20.0,
    }


def _status(identity: Identity, number: int, n: int, span: Span) -> dict[str, Any]:
    return {
        "message_id": identity.hash_message_id(f"made-up-{number // 2}"),
        "state": ("sent", "delivered")[number % 2],
        "at": span.end - 8 * _DAY * (1 - number / n),
        "callback": f"made-up-{number // 2}",
        "codes": "",
        "category": "service",
        "is_billed": number % 20 == 0,
    }


def _hand_over(
    database: Database,
    identity: Identity,
    chance: random.Random,
    persons: Iterable[int],
    span: Span,
) -> None:
    """One conversation each of the first people; one in six still waits."""
    with database.writing() as connection:
        for number, person in enumerate(islice(persons, _N_HANDOVERS)):
            opened = span.end - _DAY * chance.random() * (1 if number % 6 == 0 else 80)
            handover = connection.execute(
                insert(tables.handovers)
                .values(
                    person=person,
                    number_id="1",
                    cause="urgent" if number % 10 == 0 else "asked",
                    opened_at=opened,
                    closed_at=None if number % 6 == 0 else opened + 3_600,
                    closed_by="" if number % 6 == 0 else "writer one",
                )
                .returning(tables.handovers.c.id)
            ).scalar_one()
            notes = [
                {"handover": handover, "by": "", "at": opened + 60.0 * place,
                 "body": identity.seal(synthetic_data.question(chance, "en"))}
                for place in range(4)
            ]  # fmt: skip
            connection.execute(insert(tables.notes), notes)

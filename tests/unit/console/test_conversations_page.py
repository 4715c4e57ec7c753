"""Page Conversations: none of those that wait is out of reach, however many there are."""

import re

import pytest
from console_client import NOW, Curator
from outbound import make_outbound
from sqlalchemy import insert, select, update

from kmqa.console.context import ConsoleContext
from kmqa.console.pages.conversations import ON_A_PAGE
from kmqa.console.paging import Paging
from kmqa.messages import ContentRef, Sender
from kmqa.state import handovers, outbox, people, tables

N_ASKED = 210


def _hand_over(context: ConsoleContext, phone: str, cause: str, at: float) -> int:
    with context.database.writing() as connection:
        person = people.find_or_add_person(connection, context.identity, Sender(phone=phone), at)
        people.open_window(connection, person, at)
        return handovers.open_handover(
            connection, context.identity, person, "1", cause, f"by {phone}", at
        )


def _fill(context: ConsoleContext) -> None:
    """Hand over more conversations than any page shows."""
    with context.database.writing() as connection:
        person = people.find_or_add_person(
            connection, context.identity, Sender(phone="254700000099"), NOW
        )
        people.open_window(connection, person, NOW)
        values = [
            {"person": person, "number_id": "1", "cause": "asked", "opened_at": NOW - 500 + n}
            for n in range(N_ASKED)
        ]
        connection.execute(insert(tables.handovers), values)


def _shown(page: str) -> list[int]:
    return [int(n) for n in re.findall(r"<h2>#(\d+)", page)]


def test_the_newest_danger_sign_stands_first_behind_any_number_of_others(
    context: ConsoleContext, author: Curator
) -> None:
    _fill(context)
    older = _hand_over(context, "254700000001", "urgent", NOW - 60)
    newest = _hand_over(context, "254700000002", "urgent", NOW)

    page = author.get("/conversations")

    assert _shown(page)[:2] == [newest, older]
    assert f"<small>{N_ASKED + 2}</small>" in page


def test_every_conversation_that_waits_stands_on_one_page_and_can_be_answered(
    context: ConsoleContext, author: Curator
) -> None:
    _fill(context)

    pages = [author.get(f"/conversations?page={n}") for n in range(1, 6)]

    shown = [number for page in pages for number in _shown(page)]
    assert shown == list(range(1, N_ASKED + 1))
    author.post(f"/conversations/{N_ASKED}", action="say", text="We call you.", n_replies="0")
    author.post(f"/conversations/{N_ASKED}", action="close")
    assert _shown(author.get("/conversations?page=99"))[-1] == N_ASKED - 1


def test_today_counts_every_conversation_that_waits(
    context: ConsoleContext, author: Curator
) -> None:
    _fill(context)

    assert f"<b>{N_ASKED}</b> Waiting for a person" in author.get("/today")


def test_conversations_that_are_over_have_pages_too(
    context: ConsoleContext, author: Curator
) -> None:
    _fill(context)
    with context.database.writing() as connection:
        for number in range(1, 121):
            handovers.close_handover(connection, number, "Asha", NOW + number)

    page = author.get("/conversations?page=2&closed=3")

    assert "<li>#20 " in page
    assert "<li>#21 " not in page
    assert 'href="?page=2&amp;closed=2"' in page


def test_a_page_that_does_not_exist_is_the_nearest_one_that_does() -> None:
    numbers = [(Paging(n, 10, asked).number, Paging(n, 10, asked).n_pages)
               for n, asked in ((0, 5), (10, 2), (11, 2), (11, -3))]  # fmt: skip

    assert numbers == [(1, 1), (1, 1), (2, 2), (1, 2)]


# What may not leave


def _stop(context: ConsoleContext, phone: str) -> int:
    with context.database.writing() as connection:
        person = people.find_person(connection, context.identity, Sender(phone=phone))
        assert person is not None
        people.set_opted_out(connection, person, opted_out=True)
    return person


def test_promise_10_no_reply_is_taken_for_a_person_who_said_stop_and_the_page_says_why(
    context: ConsoleContext, author: Curator
) -> None:
    handover = _hand_over(context, "254700000001", "urgent", NOW)
    _stop(context, "254700000001")

    page = author.get("/conversations")
    refused = author.post(
        f"/conversations/{handover}", 422, action="say", text="We will call you.", n_replies="0"
    )

    assert "This person said stop." in page
    assert "<textarea" not in page
    assert "This person said stop." in refused
    assert "We will call you." in refused, "what was written must not be lost"
    with context.database.reading() as connection:
        assert connection.execute(select(tables.outbox)).all() == []
        assert handovers.list_notes(connection, context.identity, handover) != []
        assert not [n for n in handovers.list_notes(connection, context.identity, handover) if n.by]


def test_messages_that_were_held_back_have_pages_and_their_true_number(
    context: ConsoleContext, author: Curator
) -> None:
    _hand_over(context, "254700000001", "asked", NOW)
    with context.database.writing() as connection:
        messages = [make_outbound(1, place=place) for place in range(ON_A_PAGE + 2)]
        outbox.queue(connection, context.identity, messages, NOW)
        connection.execute(update(tables.outbox).values(state="held", hold_reason="stopped"))

    pages = [author.get(f"/conversations?held={number}") for number in (1, 2)]

    assert [page.count("a curator stopped") for page in pages] == [ON_A_PAGE, 2]
    assert all(f"<small>{ON_A_PAGE + 2}</small>" in page for page in pages)


@pytest.mark.parametrize(
    ("language", "reason"),
    [
        ("en", "a curator stopped what is in it"),
        ("fr", "un curateur a arrêté ce qu&#39;il contient"),
        ("es", "un curador detuvo su contenido"),
        ("ur", "اس کا مواد کسی منتظم نے روک دیا"),
    ],
)
def test_promise_10_what_was_held_back_is_shown_with_its_reason_in_each_language(
    context: ConsoleContext, author: Curator, language: str, reason: str
) -> None:
    _hand_over(context, "254700000001", "asked", NOW)
    ref = ContentRef("answer", "depo-late")
    with context.database.writing() as connection:
        message = make_outbound(1, purpose="answer", content_refs=(ref,))
        outbox.queue(connection, context.identity, [message], NOW)
        [attempt] = outbox.claim_due(connection, context.identity, 1, NOW)
        outbox.hold(connection, attempt, "stopped", "stopped: answer depo-late")
        connection.execute(update(tables.users).values(language=language))

    page = author.get("/conversations")

    assert reason in page
    assert "/answers/depo-late" in page


def _park(context: ConsoleContext, **values: object) -> None:
    _hand_over(context, "254700000001", "asked", NOW)
    with context.database.writing() as connection:
        outbox.queue(connection, context.identity, [make_outbound(1)], NOW)
        connection.execute(update(tables.outbox).values(attempts=3, **values))


@pytest.mark.parametrize(
    "values",
    [
        {"state": "parked", "reason": "24 hours are over in which it could not be sent: HTTP 500"},
        {"state": "held", "hold_reason": "window", "reason": "window"},
    ],
)
def test_what_was_not_sent_stands_there_with_its_reason_and_can_be_sent_again_once(
    context: ConsoleContext, author: Curator, values: dict[str, str]
) -> None:
    _park(context, **values)
    is_held = values["state"] == "held"
    reason = "more than 24 hours since the person wrote" if is_held else values["reason"]

    assert reason in author.get("/conversations")
    author.post("/conversations/messages/1")

    assert reason not in author.get("/conversations")
    with context.database.reading() as connection:
        [row] = connection.execute(select(tables.outbox)).all()
    assert (row.state, row.reason, row.hold_reason, row.attempts) == ("queued", "", "", 0)
    assert row.due_at == context.clock()
    author.post("/conversations/messages/1", 404)


def test_what_is_on_its_way_cannot_be_sent_again(context: ConsoleContext, author: Curator) -> None:
    _park(context, state="sending")

    author.post("/conversations/messages/1", 404)
    author.post(f"/conversations/messages/{10**30}", 404)

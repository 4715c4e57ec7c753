import pytest
from outbound import make_outbound
from sqlalchemy import delete, select, update

from kmqa.messages import Delivery, Incoming, Renaming, Sender, StatusUpdate, Unreadable
from kmqa.state import figures, inbox, leases, outbox, parked, people, personal_data, tables
from kmqa.state.database import Database
from kmqa.state.identity import Identity
from kmqa.state.people import Memory, StoredProfile

NOW = 1_795_435_200.0
ASHA = Sender(phone="254700000001")


def _message(number: int, sender: Sender = ASHA, at: float = NOW) -> Incoming:
    return Incoming(
        number_id="1",
        message_id=f"wamid.{number}",
        sender=sender,
        kind="text",
        text=f"question {number}",
        sent_at=int(at),
    )


def _store(database: Database, identity: Identity, *messages: Incoming) -> inbox.Stored:
    with database.writing() as connection:
        return inbox.store(connection, identity, Delivery(messages=messages), NOW)


def _person(database: Database, identity: Identity, sender: Sender = ASHA) -> int:
    with database.reading() as connection:
        found = people.find_person(connection, identity, sender)
    assert found is not None
    return found


def _waiting(database: Database, identity: Identity) -> list[inbox.Waiting]:
    """What waits of Asha."""
    person = _person(database, identity)
    with database.reading() as connection:
        return inbox.read_waiting(connection, identity, [person], NOW)[person]


def _queued(database: Database, identity: Identity, n: int = 2) -> int:
    """`n` messages of one turn wait for the person; their id."""
    _store(database, identity, _message(1))
    person = _person(database, identity)
    messages = [make_outbound(person, str(place), place=place) for place in range(n)]
    with database.writing() as connection:
        outbox.queue(connection, identity, messages, NOW)
    return person


def _states(database: Database) -> list[str]:
    with database.reading() as connection:
        rows = connection.execute(select(tables.outbox.c.state).order_by(tables.outbox.c.id))
        return list(rows.scalars())


def test_a_message_that_comes_again_is_stored_once(database: Database, identity: Identity) -> None:
    first = _store(database, identity, _message(1), _message(1), _message(2))
    again = _store(database, identity, _message(2), _message(1))

    assert (len(first.messages), len(again.messages)) == (2, 0)


def test_her_messages_are_read_in_the_order_in_which_she_sent_them(
    database: Database, identity: Identity
) -> None:
    late = _message(1, at=NOW + 5)
    early = _message(2, at=NOW)
    _store(database, identity, late, early)

    found = _waiting(database, identity)

    assert [one.message_id for one in found] == ["wamid.2", "wamid.1"]
    assert [one.text for one in found] == ["question 2", "question 1"]


def test_messages_of_several_people_are_read_at_once_each_with_its_own(
    database: Database, identity: Identity
) -> None:
    other = Sender(phone="254700000002")
    _store(database, identity, _message(1), _message(2, other), _message(3))
    both = [_person(database, identity), _person(database, identity, other)]

    with database.reading() as connection:
        found = inbox.read_waiting(connection, identity, both, NOW)
        known = people.read_people(connection, identity, both)

    assert [[one.text for one in found[person]] for person in both] == [
        ["question 1", "question 3"],
        ["question 2"],
    ]
    assert {one.id: one.address for one in known} == {both[0]: ASHA, both[1]: other}


def test_a_clock_that_runs_ahead_is_not_believed(database: Database, identity: Identity) -> None:
    _store(database, identity, _message(1, at=NOW + 86_400))

    [found] = _waiting(database, identity)

    assert found.sent_at <= NOW + 120


def test_no_table_holds_a_number_an_id_or_a_text_that_can_be_read(
    database: Database, identity: Identity
) -> None:
    sender = Sender(user_id="KE.7654321", phone="254700000001")
    delivery = Delivery(
        messages=(_message(1, sender),),
        unreadable=(Unreadable(reason="odd", item={"from": "254700000001", "text": "question"}),),
    )
    with database.writing() as connection:
        inbox.store(connection, identity, delivery, NOW)

    with database.reading() as connection:
        everything = [
            str(row) for table in tables.metadata.sorted_tables
            for row in connection.execute(select(table))
        ]  # fmt: skip

    assert everything
    for secret in ("254700000001", "KE.7654321", "question", "wamid.1"):
        assert not [row for row in everything if secret in row]


def test_a_number_and_a_user_id_that_turn_out_to_be_one_person_are_merged(
    database: Database, identity: Identity
) -> None:
    by_id = Sender(user_id="KE.7654321")
    _store(database, identity, _message(1), _message(2, by_id))
    with database.writing() as connection:
        people.set_opted_out(
            connection, people.find_or_add_person(connection, identity, by_id, NOW), opted_out=True
        )

    _store(database, identity, _message(3, Sender("KE.7654321", "254700000001")))

    person = _person(database, identity)
    assert person == _person(database, identity, by_id)
    with database.reading() as connection:
        known = people.read_person(connection, identity, person)
        assert len(inbox.read_waiting(connection, identity, [person], NOW)[person]) == 3
    assert known is not None
    assert known.opted_out, "an opt-out of either name holds for both"


def test_a_changed_number_leads_to_the_same_person_at_the_new_address(
    database: Database, identity: Identity
) -> None:
    new = Sender(phone="254700000002")
    _store(database, identity, _message(1))
    before = _person(database, identity)
    with database.writing() as connection:
        people.rename_person(
            connection, identity, Renaming(number_id="1", message_id="r", old=ASHA, new=new), NOW
        )

    assert _person(database, identity, new) == before
    with database.reading() as connection:
        known = people.read_person(connection, identity, before)
    assert known is not None
    assert known.address == new


def test_a_person_is_worked_for_by_one_worker_at_a_time(
    database: Database, identity: Identity
) -> None:
    _store(database, identity, _message(1))

    first = leases.claim(database, "a", 10, NOW)
    second = leases.claim(database, "b", 10, NOW)

    assert len(first) == 1
    assert second == []


def test_the_work_of_a_dead_worker_is_taken_over_when_its_lease_is_over(
    database: Database, identity: Identity
) -> None:
    _store(database, identity, _message(1))
    [person] = leases.claim(database, "a", 10, NOW)

    taken = leases.claim(database, "b", 10, NOW + leases.TERM + 0.1)

    assert taken == [person]
    with database.reading() as connection:
        assert not leases.is_held(connection, "a", person)
        assert leases.is_held(connection, "b", person)


def test_a_lease_that_is_renewed_is_not_taken_over(database: Database, identity: Identity) -> None:
    _store(database, identity, _message(1))
    people_of_a = leases.claim(database, "a", 10, NOW)
    with database.writing() as connection:
        leases.renew(connection, "a", people_of_a, NOW + leases.RENEWAL)

    assert leases.claim(database, "b", 10, NOW + leases.TERM + 0.1) == []


def test_the_longest_waiting_is_served_first(database: Database, identity: Identity) -> None:
    other = Sender(phone="254700000002")
    with database.writing() as connection:
        inbox.store(connection, identity, Delivery(messages=(_message(1, other),)), NOW - 60)
    _store(database, identity, _message(2))

    assert leases.claim(database, "a", 1, NOW) == [_person(database, identity, other)]


def test_a_turn_that_is_written_twice_is_queued_once(
    database: Database, identity: Identity
) -> None:
    person = _queued(database, identity)
    again = make_outbound(person, "other words")

    with database.writing() as connection:
        assert outbox.queue(connection, identity, [again], NOW) == 0


def test_what_is_not_due_holds_back_what_comes_after_it(
    database: Database, identity: Identity
) -> None:
    person = _queued(database, identity)
    with database.writing() as connection:
        [first, second] = outbox.claim_due(connection, identity, person, NOW)
        outbox.schedule_retry(connection, first, NOW + 60, "busy")
        outbox.release(connection, [second])
        early = outbox.claim_due(connection, identity, person, NOW + 1)
        in_time = outbox.claim_due(connection, identity, person, NOW + 61)

    assert early == []
    assert [one.id for one in in_time] == [first.id, second.id]
    assert [one.number for one in in_time] == [2, 1]


def test_nothing_is_taken_while_something_is_in_flight(
    database: Database, identity: Identity
) -> None:
    person = _queued(database, identity)
    with database.writing() as connection:
        assert len(outbox.claim_due(connection, identity, person, NOW)) == 2
        assert outbox.claim_due(connection, identity, person, NOW + 1) == []


@pytest.mark.parametrize("state", ["sent", "failed", "read"])
def test_any_status_settles_what_was_in_flight(
    database: Database, identity: Identity, state: str
) -> None:
    person = _queued(database, identity, n=1)
    with database.writing() as connection:
        [attempt] = outbox.claim_due(connection, identity, person, NOW)
    told = StatusUpdate(message_id="out.1", state=state, at=int(NOW), callback=str(attempt.id))
    with database.writing() as connection:
        inbox.store(connection, identity, Delivery(statuses=(told,)), NOW)
        assert outbox.reconcile(connection, NOW + 1) == (1, 0)

    assert _states(database) == ["sent"]


def test_what_no_status_tells_of_is_tried_once_more_and_only_when_time_is_over(
    database: Database, identity: Identity
) -> None:
    person = _queued(database, identity, n=1)
    with database.writing() as connection:
        outbox.claim_due(connection, identity, person, NOW)
        assert outbox.reconcile(connection, NOW + outbox.IN_FLIGHT - 1) == (0, 0)
        assert outbox.reconcile(connection, NOW + outbox.IN_FLIGHT + 1) == (0, 1)

    assert _states(database) == ["queued"]


def test_a_status_that_comes_late_settles_what_was_queued_again(
    database: Database, identity: Identity
) -> None:
    """Else she would get the answer twice."""
    person = _queued(database, identity, n=1)
    with database.writing() as connection:
        [attempt] = outbox.claim_due(connection, identity, person, NOW)
        outbox.reconcile(connection, NOW + outbox.IN_FLIGHT + 1)
    told = StatusUpdate(message_id="out.1", state="delivered", at=1, callback=str(attempt.id))
    with database.writing() as connection:
        inbox.store(connection, identity, Delivery(statuses=(told, told)), NOW)
        outbox.reconcile(connection, NOW + outbox.IN_FLIGHT + 2)
        assert outbox.claim_due(connection, identity, person, NOW + 1_000) == []

    assert _states(database) == ["sent"]


def test_what_was_sent_is_not_held_any_longer(database: Database, identity: Identity) -> None:
    person = _queued(database, identity, n=1)
    with database.writing() as connection:
        [attempt] = outbox.claim_due(connection, identity, person, NOW)
        outbox.record_sent(connection, attempt.id, "hash")
        inbox.finish(connection, [1])
        content = connection.execute(select(tables.outbox.c.content)).scalar_one()
        body = connection.execute(select(tables.inbox.c.body)).scalar_one()

    assert (content, body) == ("", "")


def test_a_parked_message_waits_for_a_person_and_is_not_answered(
    database: Database, identity: Identity
) -> None:
    _store(database, identity, _message(1))
    person = _person(database, identity)
    with database.writing() as connection:
        [waiting] = inbox.read_waiting(connection, identity, [person], NOW)[person]
        assert inbox.park(connection, [waiting.id], "why") == 1
        assert inbox.finish(connection, [waiting.id]) == 0
        assert inbox.read_waiting(connection, identity, [person], NOW) == {person: []}


def test_who_is_forgotten_leaves_no_text_and_her_message_is_not_taken_for_a_new_one(
    database: Database, identity: Identity
) -> None:
    _store(database, identity, _message(1))
    person = _person(database, identity)
    with database.writing() as connection:
        people.remember(
            connection, identity, person, Memory({"topic": "pills"}, None), StoredProfile()
        )
        inbox.finish(connection, [1])
        personal_data.forget_person(connection, identity, person)
        personal_data.remove_forgotten(connection, NOW)

    with database.reading() as connection:
        assert people.read_person(connection, identity, person) is None
        assert people.find_person(connection, identity, ASHA) is None
        assert connection.execute(select(tables.names)).all() == []
        assert connection.execute(select(tables.inbox.c.body)).scalars().all() in ([""], [])
    assert _store(database, identity, _message(1)).messages == ()


def test_what_she_wrote_while_she_was_forgotten_is_not_lost(
    database: Database, identity: Identity
) -> None:
    """It came when the wish to be forgotten was being carried out, and may report a danger."""
    _store(database, identity, _message(1))
    person = _person(database, identity)
    with database.writing() as connection:
        inbox.finish(connection, [1])
        inbox.store(connection, identity, Delivery(messages=(_message(2),)), NOW)
        personal_data.forget_person(connection, identity, person)
        personal_data.remove_forgotten(connection, NOW)

    assert [one.text for one in _waiting(database, identity)] == ["question 2"]
    assert leases.claim(database, "a", 10, NOW + 1) == [person]


def test_who_writes_on_before_she_was_told_is_known_anew(
    database: Database, identity: Identity
) -> None:
    """Else what she said since, such as "stop", would go when the row does."""
    person = _queued(database, identity)
    with database.writing() as connection:
        inbox.finish(connection, [1])
        personal_data.forget_person(connection, identity, person)
    _store(database, identity, _message(2, at=NOW + 1))
    with database.writing() as connection:
        people.set_opted_out(connection, person, opted_out=True)
        inbox.finish(connection, [2])
        personal_data.remove_forgotten(connection, NOW + 1_000)

    assert _person(database, identity) == person


def test_what_was_set_aside_of_her_is_forgotten_with_her(
    database: Database, identity: Identity
) -> None:
    hers = Unreadable(reason="odd", item={"from": "254700000001", "text": {"body": 7}})
    other = Unreadable(reason="odd", item={"from": "254700000002"})
    _store(database, identity, _message(1))
    with database.writing() as connection:
        inbox.store(connection, identity, Delivery(unreadable=(hers, other)), NOW)
        personal_data.forget_person(connection, identity, 1)
        bodies = connection.execute(select(tables.unreadable.c.body)).scalars().all()

    assert [identity.open(body) for body in bodies] == [other.item]


def test_a_change_that_fails_half_way_is_undone_whole(
    database: Database, identity: Identity
) -> None:
    _store(database, identity, _message(1))
    person = _person(database, identity)

    def spoilt() -> None:
        with database.writing() as connection:
            connection.execute(update(tables.people).values(opted_out=True))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        spoilt()
    with database.reading() as connection:
        known = people.read_person(connection, identity, person)
    assert known is not None
    assert not known.opted_out


def test_each_message_opens_the_window_anew(database: Database, identity: Identity) -> None:
    """A day after the first one she would else be sent nothing any more."""
    _store(database, identity, _message(1))
    later = NOW + 30 * 3600
    with database.writing() as connection:
        delivery = Delivery(messages=(_message(2, at=later),))
        inbox.store(connection, identity, delivery, later)

    with database.reading() as connection:
        known = people.read_person(connection, identity, _person(database, identity))
    assert known is not None
    assert known.wrote_at == later


def test_what_is_parked_is_listed_oldest_first_and_waits_again_when_asked_for(
    database: Database, identity: Identity
) -> None:
    person = _queued(database, identity, n=1)
    with database.writing() as connection:
        [attempt] = outbox.claim_due(connection, identity, person, NOW)
        outbox.park(connection, attempt, "no such number")
        inbox.park(connection, [1], "too late")
        odd = Delivery(unreadable=(Unreadable(reason="odd", item={"a": 1}),))
        inbox.store(connection, identity, odd, NOW + 1)
        listed = parked.list_items(connection)
        n = parked.retry(connection, NOW + 2)

    assert [item.what for item in listed] == ["question", "reply", "unreadable"]
    assert n == 2
    assert leases.claim(database, "a", 10, NOW + 3) == [person]


def test_what_a_worker_says_after_a_standstill_does_not_undo_the_try_of_another(
    database: Database, identity: Identity
) -> None:
    """Else what the other is sending would be sent a third time."""
    person = _queued(database, identity)
    with database.writing() as connection:
        [first, second] = outbox.claim_due(connection, identity, person, NOW)
        outbox.reconcile(connection, NOW + outbox.IN_FLIGHT + 1)
        again = outbox.claim_due(connection, identity, person, NOW + outbox.IN_FLIGHT + 1)
        outbox.schedule_retry(connection, first, NOW, "busy")
        outbox.release(connection, [second])
        outbox.park(connection, second, "refused")

    assert [one.number for one in again] == [2, 2]
    assert _states(database) == ["sending", "sending"]


@pytest.mark.parametrize("meanwhile", ["queued", "sending", "held", "parked"])
def test_what_the_channel_took_is_sent_whatever_others_did_meanwhile(
    database: Database, identity: Identity, meanwhile: str
) -> None:
    person = _queued(database, identity, n=1)
    with database.writing() as connection:
        [attempt] = outbox.claim_due(connection, identity, person, NOW)
        connection.execute(update(tables.outbox).values(state=meanwhile, attempts=2))
        outbox.record_sent(connection, attempt.id, "hash")

    assert _states(database) == ["sent"]


def test_a_status_settles_what_was_parked_without_an_answer(
    database: Database, identity: Identity
) -> None:
    """Else another try for what is parked would say it again."""
    person = _queued(database, identity, n=1)
    with database.writing() as connection:
        [attempt] = outbox.claim_due(connection, identity, person, NOW)
        outbox.park(connection, attempt, "timeout")
    told = StatusUpdate(message_id="out.1", state="sent", at=int(NOW), callback=str(attempt.id))
    with database.writing() as connection:
        inbox.store(connection, identity, Delivery(statuses=(told,)), NOW)
        outbox.reconcile(connection, NOW + 1)

    assert _states(database) == ["sent"]


def test_an_id_is_not_given_again_after_its_row_is_gone(
    database: Database, identity: Identity
) -> None:
    """A parked reply to the old row would else swallow the reply to the new one."""
    person = _queued(database, identity, n=1)
    with database.writing() as connection:
        old = {
            table: connection.execute(select(table.c.id)).scalar_one()
            for table in (tables.inbox, tables.outbox)
        }
        for table in old:
            connection.execute(delete(table))
    _store(database, identity, _message(2))
    message = make_outbound(person, origin=("turn", 2))
    with database.writing() as connection:
        outbox.queue(connection, identity, [message], NOW)
        new = {table: connection.execute(select(table.c.id)).scalar_one() for table in old}

    assert all(new[table] > old[table] for table in old)


def test_replies_of_a_curator_go_out_in_the_order_in_which_they_were_written(
    database: Database, identity: Identity
) -> None:
    _store(database, identity, _message(1))
    person = _person(database, identity)
    with database.writing() as connection:
        for note in (1, 2):
            message = make_outbound(person, f"note {note}", origin=("curator", note))
            outbox.queue(connection, identity, [message], NOW)
        claimed = outbox.claim_due(connection, identity, person, NOW)

    assert [one.message.content.text for one in claimed] == ["note 1", "note 2"]


def test_whom_the_reply_to_a_danger_sign_is_due_is_served_first(
    database: Database, identity: Identity
) -> None:
    """After an outage thousands may be due at once."""
    with database.writing() as connection:
        for number in range(1, 5):
            sender = Sender(phone=f"25470000000{number}")
            person = people.find_or_add_person(connection, identity, sender, NOW)
            purpose = "danger" if number == 4 else "answer"
            message = make_outbound(person, origin=("turn", number), purpose=purpose)
            outbox.queue(connection, identity, [message], NOW + number)

    assert leases.claim(database, "a", 1, NOW + 9) == [4]
    assert leases.claim(database, "b", 9, NOW + 9) == [1, 2, 3]


def test_only_replies_that_were_refused_count_as_such(
    database: Database, identity: Identity
) -> None:
    person = _queued(database, identity, n=3)
    with database.writing() as connection:
        first, second, third = outbox.claim_due(connection, identity, person, NOW)
        assert figures.count_unsent(connection) == figures.UnsentReplies(
            n_refused=0, since=None, n_parked=0
        )
        outbox.await_status(connection, first, NOW + 90, "no code: ReadTimeout")
        outbox.park(connection, second, "131026: give_up")
        outbox.postpone(connection, third, NOW + 60, "131016: retry")

        assert figures.count_unsent(connection) == figures.UnsentReplies(
            n_refused=2, since=NOW, n_parked=1
        )


def test_an_attempt_with_a_known_end_does_not_count_but_one_stays_for_its_status(
    database: Database, identity: Identity
) -> None:
    person = _queued(database, identity, n=1)
    numbers, waits = [], []
    now = NOW
    with database.writing() as connection:
        for _ in range(4):
            [attempt] = outbox.claim_due(connection, identity, person, now)
            numbers.append(attempt.number)
            waits.append(attempt.waited)
            outbox.await_status(connection, attempt, now + 200, "no code: HTTP 500")
            outbox.reconcile(connection, now + outbox.IN_FLIGHT + 1)
            assert outbox.claim_due(connection, identity, person, now + 199) == []
            now += 200

    assert numbers == [1, 2, 2, 2]
    assert waits == [0, 200, 200, 200]

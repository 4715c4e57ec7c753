"""Questions that wait, wordings that the log suggests, and what was done about each."""

import re
from dataclasses import replace
from io import BytesIO

import numpy as np
import process_harness
import pytest
from bundle_builder import HashEncoder, make_responder
from console_client import NOW, Curator, ask
from corpus_builder import TODAY, make_answer, make_corpus
from sqlalchemy import delete, insert, select, update

from kmqa.console.context import ConsoleContext
from kmqa.console.questions import Questions, QuestionSource
from kmqa.console.suggestions import suggestions
from kmqa.corpus import files
from kmqa.dialogue import events
from kmqa.matching.respond import Responder
from kmqa.messages import Sender
from kmqa.offline.vectors import VectorCache
from kmqa.runtime import event_store
from kmqa.state import people, tables, turns
from kmqa.state.turns import Entry


def _words(context: ConsoleContext) -> list[list[str]]:
    seen = context.questions.read_groups(context.question_source())
    return [[entry.question for entry in group.entries] for group in seen.groups]


def _set(context: ConsoleContext, **values: object) -> None:
    with context.database.writing() as connection:
        connection.execute(update(tables.turns).values(**values))


def test_a_new_question_joins_its_group_without_grouping_the_others_again(
    context: ConsoleContext,
) -> None:
    ask(context, "who won the football")
    ask(context, "price of rice today")
    before = _words(context)
    ask(context, "football who won the")

    assert before == [["who won the football"], ["price of rice today"]]
    assert _words(context) == [["who won the football", "football who won the"], before[1]]


def test_one_by_one_gives_the_groups_of_all_at_once(context: ConsoleContext) -> None:
    for question in ("who won the football", "rice price", "football who won", "price of rice"):
        ask(context, question)
        one_by_one = _words(context)

    context.questions = Questions()
    assert _words(context) == one_by_one


def test_many_new_questions_are_grouped_beside_the_page(context: ConsoleContext) -> None:
    for number in range(40):
        ask(context, f"question number {number}")

    first = context.questions.read_groups(context.question_source())
    context.questions.wait()
    after = context.questions.read_groups(context.question_source())

    assert first.n_waiting + sum(len(group.entries) for group in first.groups) == 40
    assert after.n_waiting == 0
    assert sum(len(group.entries) for group in after.groups) == 40


def _grouped_after_a_start(context: ConsoleContext) -> list[str]:
    """What a console that has just started encodes to group everything that waits."""
    encoder = HashEncoder()
    live = context.question_source().responder
    assert live
    source = replace(
        context.question_source(), responder=Responder(live.bundle, encoder, lambda: TODAY)
    )
    context.questions = Questions()
    context.questions.read_groups(source)
    context.questions.wait()
    assert context.questions.read_groups(source).n_waiting == 0
    return encoder.seen


def test_a_question_is_encoded_once_however_often_the_console_starts(
    context: ConsoleContext,
) -> None:
    for number in range(40):
        ask(context, f"question number {number}")
    first = _grouped_after_a_start(context)
    before = _words(context)
    ask(context, "another one")

    assert len(first) == 40
    assert _grouped_after_a_start(context) == ["another one"]
    assert _words(context) == [*before, ["another one"]]


def test_what_no_longer_waits_leaves_the_kept_vectors_too(context: ConsoleContext) -> None:
    for number in range(60):
        ask(context, f"question number {number}")
    _grouped_after_a_start(context)
    with context.database.writing() as connection:
        connection.execute(delete(tables.turns).where(tables.turns.c.id <= 40))
    _grouped_after_a_start(context)

    [path] = (context.index / ".cache" / "questions").iterdir()
    with np.load(BytesIO(context.identity.open_bytes(path.read_bytes()))) as kept:
        assert len(kept["keys"]) == 20
    assert b"question number" not in path.read_bytes()


def test_what_was_deleted_leaves_the_kept_vectors_at_the_next_look(context: ConsoleContext) -> None:
    """Also where few wait, so that nothing new has to be grouped beside the page."""
    for number in range(60):
        ask(context, f"question number {number}")
    _grouped_after_a_start(context)
    with context.database.writing() as connection:
        connection.execute(delete(tables.turns).where(tables.turns.c.id > 3))
    _words(context)
    context.questions.wait()

    assert len(_kept(context)) == 3


def test_somebody_looks_although_nobody_asks(context: ConsoleContext) -> None:
    ask(context, "who won the football")
    looks: list[object] = []

    def source() -> QuestionSource:
        looks.append(None)
        return context.question_source()

    context.questions.look_often(source, seconds=0.01)
    process_harness.wait_until(lambda: len(looks) > 2, "looks", 20)

    assert _words(context) == [["who won the football"]]


def test_vectors_that_another_version_left_in_clear_are_removed(context: ConsoleContext) -> None:
    folder = context.index / ".cache" / "questions"
    folder.mkdir(parents=True)
    (folder / "model-int8-1.npz").write_bytes(b"vectors in clear")
    ask(context, "who won the football")
    _words(context)

    assert not (folder / "model-int8-1.npz").exists()


def _kept(context: ConsoleContext) -> VectorCache:
    source = context.question_source()
    facts = source.responder.bundle.manifest.model if source.responder else None
    assert facts is not None
    return VectorCache(source.folder, facts, context.identity)


def test_where_vectors_cannot_be_kept_questions_are_grouped_all_the_same(
    context: ConsoleContext,
) -> None:
    (context.index / ".cache").write_text("no folder")
    for number in range(40):
        ask(context, f"question number {number}")

    assert len(_grouped_after_a_start(context)) == 40


def test_what_is_forgotten_leaves_the_groups_and_the_memory(context: ConsoleContext) -> None:
    ask(context, "who won the football")
    _words(context)
    with context.database.writing() as connection:
        connection.execute(delete(tables.turns))

    assert _words(context) == []
    assert "football" not in repr(context.questions._known)


def test_another_bundle_groups_anew(context: ConsoleContext) -> None:
    ask(context, "who won the football")
    _words(context)
    other = files.read_corpus(context.corpus_root)
    other = make_corpus(
        other.root,
        settings=other.settings,
        phrases=dict(other.phrases),
        answers=(make_answer("ring-lost"),),
    )
    context.live.responder = make_responder(other)  # type: ignore[union-attr]  # the fake's

    assert _words(context) == [["who won the football"]]


def test_without_a_bundle_equal_words_are_one_group(context: ConsoleContext) -> None:
    context.live = None
    for question in ("Who won?", "who  WON?", "who lost?"):
        ask(context, question)

    assert [len(group) for group in _words(context)] == [2, 1]


def test_the_newest_questions_fill_pages(context: ConsoleContext, author: Curator) -> None:
    context.live = None
    for number in range(30):
        ask(context, f"question number {number}")
    author.get("/unanswered")
    context.questions.wait()

    first, second = author.get("/unanswered"), author.get("/unanswered?page=2")

    assert (first.count('aria-labelledby="g'), second.count('aria-labelledby="g')) == (25, 5)
    assert 'href="?page=2"' in first
    assert re.findall(r'href="\?page=(\d+)"', second) == ["1"], "back, and no further"


# Suggestions


def _entry(**changes: object) -> Entry:
    row = {
        "id": 1, "at": NOW, "channel": "whatsapp", "language": "en", "question": "late jab",
        "outcome": "choose", "reason": "", "answer_id": "", "score": 0.3, "candidates": (),
        "bundle_id": "b", "took_ms": 1.0, "picked": "depo-late", "wish": "", "was_helpful": False,
        "handled": "", "handled_with": "", "handled_by": "", "handled_at": 0.0,
    }  # fmt: skip
    return Entry(**{**row, **changes})  # type: ignore[arg-type]  # each of its own type


DEPO = make_answer("depo-late", questions={"en": ["depo client three weeks late"]})


def test_a_question_that_was_tapped_or_praised_is_suggested_with_the_reason() -> None:
    tapped = [_entry(id=1), _entry(id=2, question="Late  JAB")]
    praised = _entry(id=3, picked="", answer_id="depo-late", was_helpful=True)

    [found] = suggestions([*tapped, praised], {"depo-late": DEPO})

    assert (found.question, found.picked, found.helpful, found.ids) == ("late jab", 2, 1, (1, 2, 3))


def test_the_most_frequent_suggestion_comes_first() -> None:
    found = suggestions(
        [_entry(id=9, question="once"), _entry(id=1), _entry(id=2)], {"depo-late": DEPO}
    )

    assert [one.question for one in found] == ["late jab", "once"]


@pytest.mark.parametrize(
    "entry",
    [
        _entry(question="Depo client three weeks LATE"),
        _entry(question="  "),
        _entry(picked="unknown"),
        _entry(picked="old"),
    ],
)
def test_a_wording_that_is_there_and_an_answer_that_is_not_are_no_suggestion(entry: Entry) -> None:
    answers = {"depo-late": DEPO, "old": make_answer("old", status="retired")}

    assert suggestions([entry], answers) == ()


def test_a_suggestion_is_accepted_by_one_tap_and_waits_for_review(
    context: ConsoleContext, author: Curator
) -> None:
    ask(context, "jab is late", "choose")
    _set(context, picked="depo-late")
    page = author.get("/unanswered/suggested")
    author.post("/unanswered/suggested", action="wording", answer="depo-late", ids="1",
                question="jab is late", language="en")  # fmt: skip

    answer = {one.id: one for one in files.read_corpus(context.corpus_root).answers}["depo-late"]
    assert "jab is late" in page
    assert "tapped out of several: 1" in page
    assert answer.questions["en"][-1] == "jab is late"
    assert answer.status == "in_review"
    assert "jab is late" not in author.get("/unanswered/suggested")


def test_a_suggestion_that_is_not_accepted_changes_no_answer_and_goes(
    context: ConsoleContext, author: Curator
) -> None:
    ask(context, "jab is late", "choose")
    _set(context, picked="depo-late")
    before = files.read_corpus(context.corpus_root).answers
    author.post("/unanswered/suggested", action="declined", ids="1", question="jab is late",
                language="en")  # fmt: skip

    assert files.read_corpus(context.corpus_root).answers == before
    assert "jab is late" not in author.get("/unanswered/suggested")
    assert "Not accepted" in author.get("/unanswered/done")


def test_praise_belongs_to_the_last_question_that_got_this_answer(context: ConsoleContext) -> None:
    with context.database.writing() as connection:
        person = people.find_or_add_person(
            connection, context.identity, Sender(phone="254700000001"), NOW
        )
        for answer_id in ("depo-late", "depo-late", "pill-missed"):
            row = dict.fromkeys(("reason", "question", "candidates", "bundle_id"), "")
            connection.execute(insert(tables.turns).values(
                person=person, at=NOW, channel="whatsapp", language="en", outcome="answer",
                score=1.0, took_ms=1.0, answer_id=answer_id, **row,
            ))  # fmt: skip
        origin = event_store.TurnOrigin(person=person, number_id="1", channel="whatsapp", now=NOW)
        for is_helpful, answer_id in ((True, "depo-late"), (False, "pill-missed")):
            told = events.Feedback(answer_id=answer_id, bundle_id="b", is_helpful=is_helpful)
            event_store.store_events(connection, context.identity, origin, [told])
        said = connection.execute(select(tables.turns.c.was_helpful).order_by("id")).scalars().all()

    assert said == [False, True, False]


# What was done


def test_what_was_done_is_shown_with_who_and_when_and_can_be_opened_again(
    context: ConsoleContext, author: Curator
) -> None:
    ask(context, "who won the cup")
    author.post("/unanswered", action="ignored", ids="1", question="who won the cup", language="en")
    page = author.get("/unanswered/done")
    author.post("/unanswered/done", ids="1")

    for shown in ("who won the cup", "Ignored", "Asha", "2026-11-23 12:00 UTC"):
        assert shown in page
    assert "who won the cup" in author.get("/unanswered")
    assert "who won the cup" not in author.get("/unanswered/done")


def test_what_somebody_did_is_not_overwritten_by_who_comes_later(context: ConsoleContext) -> None:
    ask(context, "who won the cup")
    with context.database.writing() as connection:
        for by in ("Asha", "Bilal"):
            turns.handle(connection, [1], turns.Done(what="ignored", thing="", by=by, at=NOW))

    with context.database.reading() as connection:
        assert turns.read_by_id(connection, context.identity, [1])[0].handled_by == "Asha"


def test_answers_are_offered_by_any_part_of_id_or_title(author: Curator) -> None:
    assert "pill-missed" in author.get("/answer-ids?answer=missed")
    assert "depo-late" not in author.get("/answer-ids?answer=missed")

"""The console: what curators may do, and what nobody may."""

import json
import re
import sys
from datetime import UTC, datetime

import pytest
from console_client import PASSWORD, Curator, RecordedJobs, ask, curator
from console_routes import PAGES
from fastapi.testclient import TestClient
from sqlalchemy import select

from kmqa.console import editing, jobs
from kmqa.console.app import console
from kmqa.console.context import ConsoleContext
from kmqa.corpus import audit, audit_proof, files, validate
from kmqa.index import preview, store, withholding
from kmqa.messages import Sender
from kmqa.state import accounts, handovers, people, tables

FORMS = ["/answers/depo-late", "/answers/depo-late/move", "/answers/depo-late/withhold",
         "/unanswered", "/publish", "/people", "/keys", "/settings", "/language",
         "/preview"]  # fmt: skip


# Who may


@pytest.mark.parametrize("path", [*(f"/{page}" for page in PAGES), "/answers/depo-late", "/"])
def test_nobody_sees_a_page_without_signing_in(context: ConsoleContext, path: str) -> None:
    answer = TestClient(console(context), follow_redirects=False).get(path)

    assert answer.status_code == 303
    assert answer.headers["location"] in {"/sign-in", "/today"}


@pytest.mark.parametrize("path", FORMS)
def test_a_form_without_its_key_changes_nothing(context: ConsoleContext, path: str) -> None:
    chief = curator(context, "Chen", "administrator")

    assert chief.client.post(path, data={"action": "build"}).status_code == 403
    assert context.jobs.last is None


@pytest.mark.parametrize(
    "path", ["/publish", "/people", "/keys", "/settings", "/answers/depo-late/withhold"]
)
def test_an_author_may_not_publish_or_manage(author: Curator, path: str) -> None:
    author.post(path, 403, action="build", reason="x", name="x", role="author")


@pytest.mark.parametrize("page", ["people", "keys", "settings"])
def test_only_an_administrator_sees_what_she_manages(
    context: ConsoleContext, author: Curator, page: str
) -> None:
    publisher = curator(context, "Paul", "publisher")

    for somebody in (author, publisher):
        somebody.get(f"/{page}", 403)
        assert f'href="/{page}"' not in somebody.get("/today")


def test_an_evaluator_only_reads(context: ConsoleContext) -> None:
    evaluator = curator(context, "Eve", "evaluator")

    evaluator.get("/answers/depo-late")
    evaluator.post("/answers/depo-late", 403)
    evaluator.get("/conversations", 403)


def test_every_page_opens_in_every_language(context: ConsoleContext) -> None:
    chief = curator(context, "Chen", "administrator")
    ask(context, "who won the football?")
    for language, direction in (("fr", "ltr"), ("es", "ltr"), ("ur", "rtl"), ("en", "ltr")):
        chief.post("/language", language=language)
        for page in PAGES:
            assert f'lang="{language}" dir="{direction}"' in chief.get(f"/{page}")


# Signing in


def test_the_wrong_password_and_the_wrong_name_look_the_same(context: ConsoleContext) -> None:
    curator(context, "Asha", "author")
    client = TestClient(console(context))

    pages = [
        client.post("/sign-in", data={"name": name, "password": "no"}) for name in ("Asha", "Zoe")
    ]

    assert [page.status_code for page in pages] == [401, 401]
    assert pages[0].text == pages[1].text


def test_five_failures_lock_a_user_out(context: ConsoleContext) -> None:
    curator(context, "Asha", "author")
    client = TestClient(console(context))
    for _ in range(5):
        client.post("/sign-in", data={"name": "Asha", "password": "no"})

    assert client.post("/sign-in", data={"name": "Asha", "password": PASSWORD}).status_code == 401


def test_a_one_time_password_must_be_changed_first(context: ConsoleContext) -> None:
    with context.database.writing() as connection:
        password = accounts.add_user(connection, "New", "author", 0.0)
    client = TestClient(console(context))
    client.post("/sign-in", data={"name": "New", "password": password})

    assert "minlength" in client.get("/today").text
    key = re.search(r'form_key" value="([^"]+)"', client.get("/password").text)
    assert key
    mine = {"form_key": key[1], "old": password}
    short = client.post("/password", data={**mine, "password": "short"})
    wrong = client.post("/password", data={**mine, "old": "no", "password": PASSWORD})
    assert (short.status_code, wrong.status_code) == (422, 422)
    client.post("/password", data={**mine, "password": PASSWORD})
    client.post("/sign-in", data={"name": "New", "password": PASSWORD})
    assert client.get("/today").status_code == 200


def test_who_is_disabled_is_signed_out(author: Curator, chief: Curator) -> None:
    chief.post("/people", name="Asha", action="disable", was="author active")

    assert author.client.get("/today", follow_redirects=False).status_code == 303


def test_the_cookie_is_no_script_s_and_no_other_site_s(context: ConsoleContext) -> None:
    curator(context, "Asha", "author")
    answer = TestClient(console(context), follow_redirects=False).post(
        "/sign-in", data={"name": "Asha", "password": PASSWORD}
    )

    assert "HttpOnly" in answer.headers["set-cookie"]
    assert "SameSite=strict" in answer.headers["set-cookie"]


def test_no_page_may_run_what_somebody_wrote(author: Curator) -> None:
    answer = author.client.get("/today")

    assert "default-src 'self'" in answer.headers["content-security-policy"]
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert "<script>" not in answer.text
    assert "style=" not in answer.text


# Answers


def _fields(author: Curator, **changes: str) -> dict[str, str]:
    page = author.get("/answers/depo-late")
    sha256 = re.search(r'name="sha256" value="([^"]+)"', page)
    assert sha256
    fields = {"title-en": "Late", "questions-en": "depo late\nlate shot", "text-en": "New text."}
    return fields | {"sha256": sha256[1]} | changes


def _sha(who: Curator) -> str:
    return _fields(who)["sha256"]


def test_an_edit_makes_a_draft_of_its_author_with_an_audit_line(
    context: ConsoleContext, author: Curator
) -> None:
    author.post("/answers/depo-late", **_fields(author))

    answer = {one.id: one for one in files.read_corpus(context.corpus_root).answers}["depo-late"]
    assert (answer.status, answer.authored_by, answer.version) == ("draft", "Asha", 2)
    assert answer.text == {"en": "New text."}
    assert answer.questions == {"en": ("depo late", "late shot")}
    assert audit.read(context.corpus_root)[-1].action == "edit"
    assert audit_proof.verify(context.corpus_root) == ()


def test_a_stale_edit_overwrites_nothing(
    context: ConsoleContext, author: Curator, reviewer: Curator
) -> None:
    stale = _fields(author, **{"text-en": "Mine."})
    reviewer.post("/answers/depo-late", **_fields(reviewer, **{"text-en": "Theirs."}))

    page = author.post("/answers/depo-late", 409, **stale)

    assert "Nothing was overwritten" in page
    answers = {one.id: one for one in files.read_corpus(context.corpus_root).answers}
    assert answers["depo-late"].text == {"en": "Theirs."}


def test_only_a_second_person_approves(
    context: ConsoleContext, author: Curator, reviewer: Curator
) -> None:
    author.post("/answers/depo-late", **_fields(author))
    author.post("/answers/depo-late/move", to="in_review", sha256=_sha(author))
    author.post("/answers/depo-late/move", 403, to="approved", sha256=_sha(author))
    reviewer.post("/answers/depo-late/move", to="approved", sha256=_sha(reviewer))

    answer = {one.id: one for one in files.read_corpus(context.corpus_root).answers}["depo-late"]
    assert (answer.status, answer.reviewed_by) == ("approved", ("Bilal",))


def test_who_wrote_a_text_does_not_approve_it_because_somebody_added_a_wording(
    context: ConsoleContext, reviewer: Curator
) -> None:
    reviewer.post("/answers/depo-late", **_fields(reviewer))
    reviewer.post("/answers/depo-late/move", to="in_review", sha256=_sha(reviewer))
    editing.add_wording(context.corpus_root, "depo-late", "en", "depo date gone", "Asha")

    reviewer.post("/answers/depo-late/move", 403, to="approved", sha256=_sha(reviewer))


def test_a_wording_does_not_send_somebody_s_half_written_draft_to_review(
    context: ConsoleContext, author: Curator
) -> None:
    author.post("/answers/depo-late", **_fields(author))

    after = editing.add_wording(context.corpus_root, "depo-late", "en", "depo date gone", "Bilal")

    assert after.status == "draft"


def test_a_reviewer_does_not_approve_what_she_wrote(reviewer: Curator) -> None:
    reviewer.post("/answers/depo-late", **_fields(reviewer))
    reviewer.post("/answers/depo-late/move", to="in_review", sha256=_sha(reviewer))

    reviewer.post("/answers/depo-late/move", 403, to="approved", sha256=_sha(reviewer))


def test_a_script_in_a_text_is_shown_and_never_run(author: Curator) -> None:
    evil = '<script>alert(1)</script>"><img src=x onerror=alert(1)>'
    author.post("/answers/depo-late", **_fields(author, **{"text-en": evil, "title-en": evil}))

    for page in ("/answers/depo-late", "/answers", "/unanswered"):
        assert "<script>alert" not in author.get(page)
        assert "<img" not in author.get(page)


@pytest.mark.parametrize("name", ["..%2f..%2fetc%2fpasswd", "nobody", "%00", "a" * 300])
def test_an_id_with_parts_of_a_path_is_not_found(author: Curator, name: str) -> None:
    author.get(f"/answers/{name}", 404)


def test_a_stopped_answer_is_sent_by_nobody(context: ConsoleContext, reviewer: Curator) -> None:
    reviewer.post("/answers/depo-late/withhold", action="stop", reason="wrong dose")

    assert withholding.read_withheld(context.index) == {"depo-late": "Bilal: wrong dose"}
    responder = context.live.current()  # type: ignore[union-attr]  # there is one
    responder.withheld = frozenset(withholding.read_withheld(context.index))
    reply = responder("depo client three weeks late")
    assert "depo-late" not in [one.answer_id for one in reply.candidates]
    assert "wrong dose" in reviewer.get("/answers/depo-late")
    reviewer.post("/answers/depo-late/withhold", action="release")
    assert withholding.read_withheld(context.index) == {}


def test_a_stop_in_an_emergency_never_keeps_a_corpus_from_being_built(
    context: ConsoleContext, reviewer: Curator
) -> None:
    reviewer.post("/answers/depo-late/withhold", action="stop", reason="wrong dose")
    reviewer.post("/answers/depo-late/withhold", action="release")

    corpus = files.read_corpus(context.corpus_root)
    assert [p for p in validate.problems_of_log(corpus) if p.severity == "error"] == []


@pytest.mark.parametrize("path", ["/sign-in", "/answers/depo-late"])
def test_a_body_that_never_ends_is_cut_off(author: Curator, path: str) -> None:
    chunks = (b"x" * 100_000 for _ in range(10_000))
    kind = "multipart/form-data; boundary=b"

    answer = author.client.post(path, content=chunks, headers={"content-type": kind})

    assert answer.status_code == 413


def test_a_one_time_password_opens_no_page_whose_name_ends_alike(context: ConsoleContext) -> None:
    with context.database.writing() as connection:
        password = accounts.add_user(connection, "New", "author", 0.0)
    client = TestClient(console(context), follow_redirects=False)
    client.post("/sign-in", data={"name": "New", "password": password})

    assert client.get("/answers/password").headers["location"] == "/password"


def test_search_finds_by_any_word_and_filter(author: Curator) -> None:
    assert "pill-missed" in author.get("/answers?q=missed+pills")
    assert "pill-missed" not in author.get("/answers?q=missed+pills&status=draft")


def test_the_preview_counts_as_whatsapp_does(author: Curator) -> None:
    assert "4 characters of 900" in author.post("/preview", **{"text-en": "ab😀"})


# Unanswered


def test_questions_that_mean_the_same_stand_together(
    context: ConsoleContext, author: Curator
) -> None:
    for question in ("who won the football", "football who won the", "price of rice today"):
        ask(context, question)

    page = author.get("/unanswered")

    assert page.count('class="card" aria-labelledby') == 2
    assert page.index("football") < page.index("price of rice")


def test_a_refused_question_becomes_a_wording_that_waits_for_review(
    context: ConsoleContext, author: Curator
) -> None:
    ask(context, "shot is late")
    [row] = _rows(context)
    author.post(
        "/unanswered", action="wording", answer="depo-late", question="shot is late",
        language="en", ids=str(row.id),
    )  # fmt: skip

    answer = {one.id: one for one in files.read_corpus(context.corpus_root).answers}["depo-late"]
    assert answer.questions["en"][-1] == "shot is late"
    assert (answer.status, answer.authored_by) == ("in_review", "Asha")
    assert _rows(context)[0].handled == "wording"
    assert "shot is late" not in author.get("/unanswered")


def test_a_refused_question_becomes_a_refusal_example(
    context: ConsoleContext, author: Curator
) -> None:
    ask(context, "who won the cup")
    group = files.read_corpus(context.corpus_root).refusals.groups[0].id
    author.post(
        "/unanswered", action="refusal", group=group, question="who won the cup", language="en"
    )

    assert (
        "who won the cup"
        in files.read_corpus(context.corpus_root).refusals.groups[0].questions["en"]
    )


def test_a_refused_question_becomes_a_new_draft(context: ConsoleContext, author: Curator) -> None:
    author.post(
        "/unanswered", action="new", topic="general", id="ring-lost", question="ring fell out",
        language="en",
    )  # fmt: skip

    answer = {one.id: one for one in files.read_corpus(context.corpus_root).answers}["ring-lost"]
    assert (answer.status, answer.questions) == ("draft", {"en": ("ring fell out",)})


@pytest.mark.parametrize(
    "fields",
    [
        {"action": "new", "topic": "general", "id": "../x"},
        {"action": "new", "topic": "no", "id": "x"},
        {"action": "wording", "answer": "no"},
        {"action": "fly"},
        {"action": "ignored", "language": "xx"},
        {"action": "refusal", "group": "no"},
    ],
)
def test_a_step_that_makes_no_sense_changes_nothing(
    context: ConsoleContext, author: Curator, fields: dict[str, str]
) -> None:
    before = files.read_corpus(context.corpus_root).answers
    said = {"form_key": author.key(), "question": "x", "language": "en", **fields}
    assert author.client.post("/unanswered", data=said).status_code in {400, 422}

    assert files.read_corpus(context.corpus_root).answers == before


def _rows(context: ConsoleContext) -> list:
    with context.database.reading() as connection:
        return list(connection.execute(select(tables.turns)))


# Conversations


def test_a_curator_replies_and_gives_the_conversation_back(
    context: ConsoleContext, author: Curator
) -> None:
    with context.database.writing() as connection:
        sender = Sender(phone="254700000001")
        person = people.find_or_add_person(connection, context.identity, sender, context.clock())
        people.open_window(connection, person, context.clock())
        handovers.open_handover(
            connection, context.identity, person, "1", "asked", "please call", context.clock()
        )
    assert "please call" in author.get("/conversations")

    author.post("/conversations/1", action="say", text="We will call you.", n_replies="0")
    author.post("/conversations/1", action="close")

    with context.database.reading() as connection:
        [letter] = connection.execute(select(tables.outbox)).all()
        assert not handovers.has_open(connection, person)
    assert context.identity.open(letter.content)["text"] == "We will call you."
    assert (letter.origin_kind, letter.purpose) == ("curator", "handover")
    assert letter.state == "queued"


def test_after_a_day_nobody_can_reply(context: ConsoleContext, author: Curator) -> None:
    with context.database.writing() as connection:
        sender = Sender(phone="254700000001")
        person = people.find_or_add_person(connection, context.identity, sender, context.clock())
        people.open_window(connection, person, context.clock() - 90_000)
        handovers.open_handover(
            connection, context.identity, person, "1", "asked", "", context.clock()
        )

    author.post("/conversations/1", 422, action="say", text="Too late.", n_replies="0")


# Try it, publish


def test_try_it_shows_why(author: Curator) -> None:
    page = author.get("/try?q=depo+client+three+weeks+late&role=chw")

    assert "one answer above the threshold" in page
    assert "depo client three weeks late" in page


def test_publish_takes_bundles_that_are_there_only(context: ConsoleContext) -> None:
    publisher = curator(context, "Paul", "publisher")

    publisher.post("/publish", 422, action="publish", bundle="--force=x")
    publisher.post("/publish", 422, action="fly")
    assert context.jobs.last is None


def _with_two_bundles(context: ConsoleContext) -> None:
    """The names of two bundles, of which the first is live; nothing can be served from them."""
    for name in ("a" * 16, "b" * 16):
        (context.index / name).mkdir()
    (context.index / "CURRENT").write_text("a" * 16)


def test_a_bundle_is_published_only_after_a_look_at_what_it_would_change(
    context: ConsoleContext,
) -> None:
    publisher = curator(context, "Paul", "publisher")
    _with_two_bundles(context)
    context.jobs = recorded = RecordedJobs()

    publisher.post("/publish", 422, action="publish", bundle="b" * 16)
    preview.record(context.index, preview.PublishPreview(bundle_id="b" * 16, live="c" * 16))
    publisher.post("/publish", 422, action="publish", bundle="b" * 16)
    publisher.post("/publish", action="look", bundle="b" * 16)
    preview.record(context.index, preview.PublishPreview(bundle_id="b" * 16, live="a" * 16))
    publisher.post("/publish", action="publish", bundle="b" * 16, force="--by Eve")

    assert [command[:2] for command in recorded.started] == [["publish", "b" * 16]] * 2
    assert recorded.started[0][-1] == "--look"
    assert recorded.started[1][-2:] == ["--by=Paul", "--force=--by Eve"]


def test_the_page_shows_which_past_questions_would_change_answer(context: ConsoleContext) -> None:
    publisher = curator(context, "Paul", "publisher")
    _with_two_bundles(context)
    ask(context, "depo client late")
    changes = ((1, "refuse", "answer depo-late"), (2, "answer pill-missed", "refuse"))
    preview.record(
        context.index,
        preview.PublishPreview(bundle_id="b" * 16, live="a" * 16, n_asked=9, changes=changes),
    )
    verdict = {"passed": False, "checks": [{"name": "recall", "asked": "0.9", "got": "0.8",
                                            "holds": False}]}  # fmt: skip
    store.record_verdict(context.index, "b" * 16, datetime.now(UTC), verdict)

    page = publisher.get("/publish")

    for shown in (
        "2 / 9",
        "depo client late",
        "answered <bdi>depo-late<",
        "answered <bdi>pill-missed<",
        "recall",
    ):
        assert shown in page


def test_what_is_kept_of_a_look_holds_no_words_of_a_question(context: ConsoleContext) -> None:
    change = (1, "refuse", "answer depo-late")
    look = preview.PublishPreview(bundle_id="b" * 16, live=None, n_asked=1, changes=(change,))
    preview.record(context.index, look)

    assert preview.read_against_live(context.index) == {"b" * 16: look}
    assert set(json.loads((context.index / "LOOKS.jsonl").read_text())) == {
        "bundle_id", "live", "n_asked", "changes",
    }  # fmt: skip


def test_a_build_that_fails_half_way_is_shown_and_leaves_what_is_live(
    context: ConsoleContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    publisher = curator(context, "Paul", "publisher")
    _with_two_bundles(context)
    monkeypatch.setattr(jobs, "_PROGRAM", [sys.executable, "-c", "print('half'); exit(11)"])

    publisher.post("/publish", action="build")
    context.jobs.wait()
    page = publisher.get("/publish")

    assert "half" in page
    assert "failed" in page
    assert store.current_id(context.index) == "a" * 16
    assert context.jobs.start(jobs.Job("build", "", "Paul"), [])


def test_the_history_shows_a_log_that_was_tampered_with(
    context: ConsoleContext, author: Curator
) -> None:
    author.post("/answers/depo-late", **_fields(author))
    author.post("/answers/depo-late/move", to="in_review", sha256=_sha(author))
    path = context.corpus_root / "audit.jsonl"
    lines = path.read_text().splitlines()
    path.write_text("\n".join([lines[0].replace("Asha", "Eve"), *lines[1:]]) + "\n")

    assert "was changed or taken out" in author.get("/history")


def test_a_form_that_cannot_be_saved_gives_back_what_was_typed(
    context: ConsoleContext, author: Curator
) -> None:
    before = files.read_corpus(context.corpus_root)

    page = author.post(
        "/answers/depo-late", 422, **_fields(author, **{"text-en": "", "title-en": "My title"})
    )

    assert "No language has a text" in page
    assert "My title" in page
    assert files.read_corpus(context.corpus_root).answers == before.answers


def test_a_stale_edit_gives_back_what_was_typed(author: Curator, reviewer: Curator) -> None:
    stale = _fields(author, **{"text-en": "Mine, an hour of work."})
    reviewer.post("/answers/depo-late", **_fields(reviewer))

    assert "Mine, an hour of work." in author.post("/answers/depo-late", 409, **stale)


def test_a_decision_counts_for_the_version_that_was_read(
    context: ConsoleContext, author: Curator, reviewer: Curator
) -> None:
    author.post("/answers/depo-late", **_fields(author))
    author.post("/answers/depo-late/move", to="in_review", sha256=_fields(author)["sha256"])
    read = _fields(reviewer)["sha256"]
    editing.add_wording(context.corpus_root, "depo-late", "en", "depo date gone", "Asha")

    reviewer.post("/answers/depo-late/move", 409, to="approved", sha256=read)


def test_sources_and_variants_are_edited_and_judged(author: Curator) -> None:
    fields = {
        "source-0-document": "nowhere", "source-0-pages": "3", "source-0-quote": "words",
        "variant-0-role": "pilot", "variant-0-text-en": "For pilots.",
    }  # fmt: skip

    page = author.post("/answers/depo-late", **_fields(author, **fields))

    assert "For pilots." in page
    assert "nowhere" in page
    assert "does not exist" in page
    assert "pilot" in page


def test_answers_are_found_by_their_review_date(author: Curator) -> None:
    assert "pill-missed" in author.get("/answers?due=2027-11-01")
    assert "pill-missed" not in author.get("/answers?due=2027-10-31")


def test_a_file_that_cannot_be_read_takes_no_other_answer_with_it(
    context: ConsoleContext, author: Curator
) -> None:
    bad = context.corpus_root / "answers" / "general" / "bad.yaml"
    bad.parent.mkdir(parents=True, exist_ok=True)
    bad.write_text("id: [", "utf-8")

    listed = author.client.get("/answers")
    shown = author.client.get("/answers/depo-late")
    bad.unlink()
    mended = author.client.get("/answers")

    assert (listed.status_code, shown.status_code) == (200, 200)
    assert "depo-late" in listed.text
    assert "answers/general/bad.yaml" in listed.text
    assert "bad.yaml" not in mended.text

"""What somebody reads when something does not work, and that nothing was done then."""

import re
import sys
from pathlib import Path

import pytest
from console_client import NOW, PASSWORD, Curator, ask, curator
from fastapi.testclient import TestClient

from kmqa.console import faults, jobs
from kmqa.console.app import console
from kmqa.console.context import ConsoleContext
from kmqa.console.faults import FAULTS
from kmqa.console.words import LANGUAGES, Words
from kmqa.corpus import files
from kmqa.errors import CorpusInvalid, EditConflict, NotPermitted, SettingsError
from kmqa.messages import Sender
from kmqa.state import handovers, people

PACKAGE = Path(faults.__file__).parent


def test_every_refusal_of_a_page_has_words_in_every_language() -> None:
    source = "\n".join(path.read_text() for path in PACKAGE.rglob("*.py"))
    said = set(re.findall(r'HTTPException\(\s*\d+, "([^"]+)"', source))

    assert said <= set(FAULTS)
    for code in FAULTS:
        assert len({Words(language).fault(code) for language in LANGUAGES}) == len(LANGUAGES)


@pytest.mark.parametrize(
    ("error", "name"),
    [
        (EditConflict("x"), "conflict"),
        (NotPermitted("x"), "not-yours"),
        (CorpusInvalid(()), "corpus-faulty"),
        (SettingsError("x"), "problem"),
    ],
)
def test_an_error_of_ours_is_told_by_its_kind(error: Exception, name: str) -> None:
    assert faults.name_of_error(error) == name  # type: ignore[arg-type]  # each is ours


@pytest.mark.parametrize(
    ("field", "label"),
    [("text-en", "Text (en)"), ("hours-1-opens", "Office hours: when a person takes over "
     "conversations (1-opens)"), ("topic", "Topic"), ("unheard-of", "unheard (of)")],
)  # fmt: skip
def test_a_field_is_called_as_on_its_page(field: str, label: str) -> None:
    assert Words("en").field(field) == label


def test_a_fault_is_read_in_her_language_and_our_own_message_as_english(author: Curator) -> None:
    author.post("/language", language="fr")

    page = author.post("/answers/depo-late", 409, **{"sha256": "0" * 64, "text-en": "New."})

    assert "Quelqu&#39;un a modifié cela entre-temps" in page
    assert '<p lang="en" dir="ltr">somebody changed this answer meanwhile' in page
    assert "Texte (en)" in page


def test_a_new_answer_without_an_id_is_refused_with_what_is_missing(
    context: ConsoleContext, author: Curator
) -> None:
    ask(context, "who won")

    page = author.post("/unanswered", 422, action="new", ids="1", question="who won",
                       language="en", topic="injectables", id="")  # fmt: skip

    assert "needs a topic and an id" in page


def test_two_curators_do_not_both_do_something_about_one_question(
    context: ConsoleContext, author: Curator, reviewer: Curator
) -> None:
    ask(context, "jab is late")
    wanted = {"ids": "1", "question": "jab is late", "language": "en"}
    author.post("/unanswered", action="ignored", **wanted)

    page = reviewer.post("/unanswered", 409, action="wording", answer="depo-late", **wanted)

    assert "meanwhile" in page
    questions = {a.id: a.questions for a in files.read_corpus(context.corpus_root).answers}
    assert "jab is late" not in questions["depo-late"]["en"]


def _handed_over(context: ConsoleContext) -> None:
    with context.database.writing() as connection:
        person = people.find_or_add_person(
            connection, context.identity, Sender(phone="254700000001"), NOW
        )
        people.open_window(connection, person, NOW)
        handovers.open_handover(
            connection, context.identity, person, "1", "asked", "please call", NOW
        )


def test_a_reply_goes_out_once_and_the_second_curator_keeps_her_words(
    context: ConsoleContext, author: Curator, reviewer: Curator
) -> None:
    _handed_over(context)
    author.post("/conversations/1", action="say", text="We call you.", n_replies="0")

    page = reviewer.post("/conversations/1", 409, action="say", text="Wait.", n_replies="0")

    with context.database.reading() as connection:
        said = [note.text for note in handovers.list_notes(connection, context.identity, 1)]
    assert said == ["please call", "We call you."]
    assert "Somebody has replied meanwhile" in page
    assert "Wait.</textarea>" in page


def test_an_empty_reply_is_refused(context: ConsoleContext, author: Curator) -> None:
    _handed_over(context)

    page = author.post("/conversations/1", 422, action="say", text=" ", n_replies="0")

    assert "Write a reply first" in page


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("no", "another long password", "present password is wrong"),
        (PASSWORD, "short", "too short"),
        (PASSWORD, PASSWORD, "must be another one"),
    ],
)
def test_a_password_is_changed_only_to_another_one_by_who_knows_it(
    author: Curator, old: str, new: str, fault: str
) -> None:
    assert fault in author.post("/password", 422, old=old, password=new)
    author.get("/today")


def test_nothing_begins_while_something_runs_and_the_page_says_so(context: ConsoleContext) -> None:
    publisher = curator(context, "Paul", "publisher")
    context.jobs.last = jobs.Job("build", "", "Asha")

    page = publisher.post("/publish", 409, action="build")

    assert "still running" in page
    assert context.jobs.last.by == "Asha"


@pytest.mark.parametrize(
    "program",
    [
        [sys.executable, "-c", r"import sys; sys.stdout.buffer.write(b'\xff\n')"],
        ["/nowhere/python"],
    ],
)
def test_a_command_that_says_or_is_nonsense_does_not_block_the_next(
    monkeypatch: pytest.MonkeyPatch, program: list[str]
) -> None:
    monkeypatch.setattr(jobs, "_PROGRAM", program)
    ours = jobs.Jobs()

    ours.start(jobs.Job("build", "", "Asha"), [])
    ours.wait()

    assert ours.last
    assert not ours.last.is_running
    assert ours.last.output


def test_a_part_of_a_page_leads_the_whole_page_to_sign_in(context: ConsoleContext) -> None:
    answer = TestClient(console(context)).get("/publish/job", headers={"hx-request": "true"})

    assert answer.headers["hx-redirect"] == "/sign-in"
    assert answer.text == ""

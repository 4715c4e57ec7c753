"""What people read instead of codes: every code that a page may show has its names."""

import re
from collections.abc import Iterable
from html import unescape
from pathlib import Path
from typing import get_args, get_type_hints

import pytest
from console_client import ask, curator, make_context
from console_routes import PAGES
from corpus_builder import make_settings

from kmqa.channels.may_leave import HoldReason
from kmqa.console import settings_form
from kmqa.console.jobs import Work
from kmqa.console.names import NAMES, Kind, Labels
from kmqa.console.words import LANGUAGES, Words
from kmqa.corpus import audit
from kmqa.dialogue.events import HandedOver, Wish
from kmqa.errors import Problem
from kmqa.messages import Purpose, Sender
from kmqa.records import ActiveContent, FileVerdict, Outcome, PageVerdict, Profile, Reason, Status
from kmqa.settings import Settings
from kmqa.state import handovers, people, turns
from kmqa.state.accounts import Role
from kmqa.state.turns import Step

GATE = ("passed", "failed", "untested")  # of `kmqa.index.store.Publication`
CODES: dict[Kind, Iterable[str]] = {
    "outcome": get_args(Outcome),
    "reason": get_args(Reason),
    "wish": get_args(Wish),
    "done": get_args(Step),
    "cause": get_args(get_type_hints(HandedOver)["cause"]),
    "status": get_args(Status),
    "role": get_args(Role),
    "action": audit.ACTIONS,
    "thing": audit.list_things(),
    "verdict": {*get_args(PageVerdict), *get_args(FileVerdict)},
    "severity": get_args(get_type_hints(Problem)["severity"]),
    "work": get_args(Work),
    "gate": GATE,
    "held": get_args(HoldReason),
    "purpose": get_args(Purpose),
    "active": get_args(ActiveContent),
    "day": [str(day) for day in settings_form.DAYS],
    "setting": Settings.model_fields,
    "field": [name for name in Profile.__dataclass_fields__ if name != "topic"],
}
MEANT = {
    "exchange": {"answer"},  # a column of the spreadsheet
    "history": {"answer"},  # how a kind of thing is typed into the search
    "try?q=depo": {"answer", "approved"},  # words of the answer
    # Likewise, and who reviewed it; "service" and "danger" are French words, too.
    "answers/depo-late": {"text", "approved", "reviewer", "service"},
    "settings": {"service", "danger"},
    "today": {"danger"},
    "stop": {"service", "danger"},
}


@pytest.mark.parametrize("kind", get_args(Kind))
def test_every_code_has_a_name_in_every_language_and_no_name_is_left_over(kind: Kind) -> None:
    assert set(NAMES[kind]) == set(CODES[kind])
    for code in NAMES[kind]:
        assert all(Words(language).name(kind, code).strip() for language in LANGUAGES)


def test_a_code_of_another_version_is_shown_as_it_is() -> None:
    assert Words("fr").name("action", "sing") == "sing"


@pytest.mark.parametrize(
    ("language", "label"), [("fr", "Infirmière"), ("ur", "Nurse"), ("en", "Nurse")]
)
def test_a_label_of_the_corpus_is_read_in_her_language_or_else_in_the_first(
    language: str, label: str
) -> None:
    settings = make_settings(
        languages=["en", "fr"], labels={"nurse": {"en": "Nurse", "fr": "Infirmière"}}
    )

    assert Labels(settings, language).code("nurse") == label


def test_a_topic_and_a_role_of_one_name_keep_their_own_labels() -> None:
    settings = make_settings(labels={"other": {"en": "Other"}}, topics={"other": {"en": "More"}})
    labels = Labels(settings, "en")

    assert (labels.code("other"), labels.topic("other"), labels.code("XX")) == (
        "Other", "More", "XX",
    )  # fmt: skip


def test_without_settings_a_code_is_its_own_label() -> None:
    assert Labels(None, "en").topic("pills") == "pills"


def _raw(page: str) -> set[str]:
    """Codes that somebody would read on this page in French, though they have a French name."""
    french = Words("fr")
    shown = {kind: names for kind, names in NAMES.items() if kind not in {"day", "setting"}}
    codes = {code for kind, names in shown.items() for code in names
             if french.name(kind, code) != code}  # fmt: skip
    body = page.split("<main", 1)[1]
    read = unescape(re.sub(r"<[^>]*>", " ", body))
    return {code for code in codes if re.search(rf"(?<![\w-]){code}(?![\w-])", read)}


def test_no_page_shows_a_code_where_a_name_is_known(tmp_path: Path) -> None:
    context = make_context(tmp_path)
    chief = curator(context, "Chen", "administrator")
    ask(context, "kya hua?")
    ask(context, "kya hai?", "choose")
    with context.database.writing() as connection:
        turns.handle(connection, [2], turns.Done(what="ignored", thing="", by="Chen", at=1.0))
        person = people.find_or_add_person(
            connection, context.identity, Sender(phone="254700000001"), 1.0
        )
        handovers.open_handover(connection, context.identity, person, "1", "asked", "", 1.0)
    chief.post("/people", action="add", name="Asha", role="reviewer")
    chief.post("/answers/depo-late/withhold", action="stop", reason="-")
    chief.post("/language", language="fr")

    pages = (*PAGES, "try?q=depo", "unanswered/done", "unanswered/suggested", "answers/depo-late")
    found = {page: _raw(chief.get(f"/{page}")) for page in pages}

    assert {page: codes for page, codes in found.items() if codes - MEANT.get(page, set())} == {}

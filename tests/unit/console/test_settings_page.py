"""Page Settings: what an administrator changes in corpus.yaml, and what she only reads."""

import re

import pytest
from console_client import EVIL, Curator
from corpus_builder import make_settings

from kmqa.console import settings_form
from kmqa.console.answer_form import FormInvalid
from kmqa.console.context import ConsoleContext
from kmqa.console.names import NAMES
from kmqa.console.pages.settings import list_machine_settings
from kmqa.corpus import audit, files
from kmqa.settings import Settings, read_settings

HOURS = {
    "hours-1-place": "KE",
    "hours-1-opens": "08:00",
    "hours-1-closes": "16:30",
    "hours-1-zone": "Africa/Nairobi",
    "hours-1-day-1": "on",
    "hours-1-day-5": "on",
}


def _fields(chief: Curator, **changes: str) -> dict[str, str]:
    sha256 = re.search(r'name="sha256" value="([^"]+)"', chief.get("/settings"))
    assert sha256
    fields = {"name": "test corpus", "owner": "A programme", "languages": "en", **HOURS}
    return fields | {"sha256": sha256[1]} | changes


def test_settings_are_written_with_comments_kept_and_a_line(
    context: ConsoleContext, chief: Curator
) -> None:
    path = context.corpus_root / "corpus.yaml"
    path.write_text(f"# ours\n{path.read_text()}")

    chief.post("/settings", **_fields(chief))

    after = files.read_corpus(context.corpus_root).settings
    hours = after.office_hours["KE"]
    assert (hours.days, hours.opens, hours.closes) == ((1, 5), "08:00", "16:30")
    assert after.owner == "A programme"
    assert path.read_text().startswith("# ours\n")
    line = audit.read(context.corpus_root)[-1]
    assert (line.by, line.action, line.item) == ("Chen", "edit", "settings:corpus")
    assert "Africa/Nairobi" in chief.get("/settings")


def test_a_stale_change_of_settings_overwrites_nothing(
    context: ConsoleContext, chief: Curator
) -> None:
    stale = _fields(chief, owner="Mine")
    chief.post("/settings", **_fields(chief, owner="Theirs"))

    page = chief.post("/settings", 409, **stale)

    assert "Nothing was overwritten" in page
    assert "Mine" in page
    assert files.read_corpus(context.corpus_root).settings.owner == "Theirs"


def test_a_language_in_use_is_not_taken_out(context: ConsoleContext, chief: Curator) -> None:
    """Every text in it would keep the corpus from being built."""
    before = (context.corpus_root / "corpus.yaml").read_bytes()

    page = chief.post("/settings", 403, **_fields(chief, languages="fr"))

    assert "in use" in page
    assert (context.corpus_root / "corpus.yaml").read_bytes() == before


def test_a_language_is_added_and_its_phrases_come_with_kmqa(
    context: ConsoleContext, chief: Curator
) -> None:
    chief.post("/settings", **_fields(chief, languages="en, fr"))

    assert files.read_corpus(context.corpus_root).settings.languages == ("en", "fr")
    row = re.search(r"<tr><th scope=\"row\">Français</th>.*?</tr>", chief.get("/settings"))
    assert row
    assert row[0].endswith(">yes</td></tr>")


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"name": " "}, "name"),
        ({"languages": ""}, "at least one"),
        ({"languages": "English"}, "a language code"),
        ({"languages": "en en"}, "twice"),
        ({"hours-1-closes": "07:00"}, "before it opens"),
        ({"hours-1-opens": "8"}, "opens"),
        ({"hours-1-zone": "Nairobi"}, "a time zone is named like"),
        ({"hours-1-place": "FR"}, "no country of the corpus"),
        ({"hours-2-place": "KE"}, "twice"),
    ],
)
def test_settings_that_make_no_sense_are_named_and_not_saved(
    changes: dict[str, str], fault: str
) -> None:
    given = {"name": "x", "languages": "en", **HOURS} | changes

    with pytest.raises(FormInvalid, match=fault):
        settings_form.settings_of(make_settings(), given)


def test_a_line_without_a_place_is_left_out() -> None:
    given = {"name": "x", "languages": "en", **HOURS, "hours-1-place": ""}

    assert settings_form.settings_of(make_settings(), given).office_hours == {}


def test_a_script_in_a_setting_is_shown_and_never_run(chief: Curator) -> None:
    chief.post("/settings", **_fields(chief, owner=EVIL))

    text = chief.get("/settings")
    assert "&lt;script&gt;alert" in text
    assert "<script>alert" not in text
    assert "<img" not in text


def test_no_secret_is_shown_only_whether_it_is_set(
    chief: Curator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KMQA_PEPPER", "hush-hush")
    monkeypatch.setenv("KMQA_DATABASE_URL", "postgresql://me:hush-hush@host/name")
    monkeypatch.setenv("KMQA_BUNDLES_URL", "https://me:hush-hush@host/name")
    monkeypatch.setenv("KMQA_KEEP_DAYS", "17")
    read_settings.cache_clear()

    page = chief.get("/settings")

    assert "hush-hush" not in page
    assert "<b>17</b>" in page
    shown = {one.variable: one for one in list_machine_settings(read_settings())}
    assert shown["KMQA_PEPPER"].is_set
    assert not shown["KMQA_WHATSAPP_APP_SECRET"].is_set


def test_every_setting_of_a_machine_is_explained() -> None:
    assert [name for name in Settings.model_fields if name not in NAMES["setting"]] == []

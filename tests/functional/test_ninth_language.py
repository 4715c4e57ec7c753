"""A ninth language is one file beside the other eight, and no line of code."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import kmqa

PACKAGE = Path(kmqa.__file__).parent
NINTH = Path(__file__).parents[1] / "data" / "lexicon" / "he.toml"
ASKED = """
import json
from kmqa import text
from kmqa.dialogue import commands, context, typed_answers
from kmqa.lexicon import languages
from kmqa.matching import chat, followups, language
from kmqa.offline import ocr

guesser = language.Guesser(("en", "he"), [])
print(json.dumps({
    "languages": len(languages.load()),
    "stop": [commands.command_in(form) for form in ("עצור!", "ATZOR", "stop", "عצور")],
    "in": commands.languages_of("עצור"),
    "sentence": [commands.command_in(one) for one in ("תפסיק לשלוח לי הודעות", "תפסיק כדורים")],
    "greeting": [chat.kind_of(form) for form in ("שלום", "Shalom!", "שלום כואב לה")],
    "thanks": chat.kind_of("תודה"),
    "follow-up": followups.count_lead(text.words("ואם היא מניקה?")) > 0,
    "name": context.language_name("he"),
    "direction": languages.direction("he"),
    "script": guesser.guess("שכחתי שתי גלולות").language,
    "latin": guesser.guess("ani shachachti gluya").language,
    "ocr": ocr.tesseract_code("he"),
}))
"""


def _answers_of(package: Path) -> dict[str, object]:
    command = [sys.executable, "-c", ASKED]
    env = os.environ | {"PYTHONPATH": str(package.parent), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(  # noqa: S603 - a list of our own making
        command, env=env, cwd=package.parent, capture_output=True, text=True, check=True
    )
    answers: dict[str, object] = json.loads(done.stdout)
    return answers


def test_a_ninth_language_is_spoken_with_one_more_file(tmp_path: Path) -> None:
    package = shutil.copytree(
        PACKAGE, tmp_path / "kmqa", ignore=shutil.ignore_patterns("__pycache__", "static")
    )
    shutil.copy(NINTH, package / "lexicon")

    assert _answers_of(package) == {
        "languages": 9,
        "stop": ["stop", "stop", "stop", None],
        "in": ["he"],
        "sentence": ["stop", None],
        "greeting": ["greeting", "greeting", None],
        "thanks": "thanks",
        "follow-up": True,
        "name": "עברית",
        "direction": "rtl",
        "script": "he",
        "latin": "he",
        "ocr": "heb",
    }

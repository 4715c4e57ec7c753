"""The fixed phrases that the bot may say, and how their blanks are filled.

The words stand beside this module in `LANG.yaml`, one flat mapping for each language that the
package speaks. A corpus says in its own `phrases/LANG.yaml` what it wants to put otherwise, and
all phrases of a language that the package has none in. This package lies beside `kmqa.text`
because the corpus checks, the bundles and the replies need it.
"""

import json
import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

FOLDER = Path(__file__).parent

_BLANK = re.compile(r"\{([^{}]*)\}")

PHRASES: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        # Under an answer: where it stands in its source.
        "source_line": frozenset({"title", "pages", "reviewed"}),
        # Outcome choose: a line above the candidates, and the last button.
        "choose_intro": frozenset(),
        "none_of_these": frozenset(),
        # Outcome resources: a line above the documents, and one line for each.
        "resources_intro": frozenset(),
        "resource_line": frozenset({"title", "pages"}),
        # Outcome refuse: what the bot cannot do, the menu of topics, a person to contact.
        "refuse": frozenset(),
        "topics_intro": frozenset(),
        "contact_intro": frozenset(),
        # Outcome urgent: a line between the fixed text and related answers.
        "urgent_more": frozenset(),
        # No reviewed text in the person's language.
        "language_unavailable": frozenset({"languages"}),
        # Outcome chat, one phrase for each kind.
        "greeting": frozenset(),
        "thanks": frozenset(),
        "praise": frozenset(),
        "farewell": frozenset(),
        "agreement": frozenset(),
        "identity": frozenset(),
        "abilities": frozenset(),
        "robot": frozenset(),
        "trust": frozenset(),
        "confidentiality": frozenset(),
        "cost": frozenset(),
        "anger": frozenset(),
        "flirting": frozenset(),
        "empty": frozenset(),
        "emoji": frozenset(),
        "gibberish": frozenset(),
        "too_long": frozenset(),
        # The commands HELP, STOP and START.
        "help": frozenset(),
        "stopped": frozenset(),
        "started": frozenset(),
        # Buttons under an answer, and what opens a list of choices.
        "button_helpful": frozenset(),
        "button_not_helpful": frozenset(),
        "button_choose": frozenset(),
        # After a button was tapped.
        "feedback_thanks": frozenset(),
        "none_noted": frozenset(),
        "which_one": frozenset(),
        # First contact and the profile; each question can be skipped.
        "welcome": frozenset(),
        "ask_language": frozenset({"language"}),
        "choose_language": frozenset(),
        "ask_role": frozenset(),
        "ask_country": frozenset(),
        "ask_age_group": frozenset(),
        "ask_gender": frozenset(),
        "ready": frozenset(),
        "profile_intro": frozenset(),
        "saved": frozenset(),
        "label_language": frozenset(),
        "label_role": frozenset(),
        "label_country": frozenset(),
        "label_age_group": frozenset(),
        "label_gender": frozenset(),
        "label_low_data": frozenset(),
        "value_unknown": frozenset(),
        "value_on": frozenset(),
        "value_off": frozenset(),
        "low_data_on": frozenset(),
        "low_data_off": frozenset(),
        # Buttons and rows of lists.
        "button_yes": frozenset(),
        "button_other": frozenset(),
        "button_skip": frozenset(),
        "button_more": frozenset(),
        "button_next": frozenset(),
        "button_back": frozenset(),
        "button_menu": frozenset(),
        "button_person": frozenset(),
        "button_comment": frozenset(),
        "button_profile": frozenset(),
        # Topics, questions and documents.
        "questions_intro": frozenset({"topic"}),
        "more_intro": frozenset(),
        "document_line": frozenset({"title", "size"}),
        "document_link": frozenset(),
        # After an answer did not help.
        "unhelpful_intro": frozenset(),
        "ask_comment": frozenset(),
        "comment_thanks": frozenset(),
        # A person instead of the bot.
        "person_noted": frozenset(),
        "person_closed": frozenset({"hours"}),
        "person_none": frozenset(),
        # What is kept about a person.
        "privacy": frozenset({"days"}),
        "my_data": frozenset({"count"}),
        "deleted": frozenset(),
        "privacy_reminder": frozenset(),
        "too_many": frozenset(),
        # A bound is reached: much at once, the same again and again, the number of messages.
        "limit_pace": frozenset(),
        "limit_repeats": frozenset(),
        "limit_messages": frozenset(),
        "limit_wait": frozenset(),
        # A follow-up that the answer which was sent right before covers, and a tap for it.
        "answered_above": frozenset({"title"}),
        "button_again": frozenset(),
        # Messages without words, one phrase each.
        "got_voice": frozenset(),
        "got_picture": frozenset(),
        "got_file": frozenset(),
        "got_sticker": frozenset(),
        "got_location": frozenset(),
        "got_contact": frozenset(),
        "got_reaction": frozenset(),
        "got_order": frozenset(),
        "got_edited": frozenset(),
        "got_revoked": frozenset(),
        "got_unsupported": frozenset(),
        # Several of them at once; a picture with words below it; a message in a group.
        "got_voices": frozenset({"count"}),
        "got_pictures": frozenset({"count"}),
        "got_files": frozenset({"count"}),
        "caption_only": frozenset(),
        "got_group": frozenset(),
        # A voice message that was listened to: its words stand below the first of these.
        "voice_heard": frozenset(),
        "voice_unheard": frozenset(),
        "voice_again": frozenset(),
        "button_no": frozenset(),
        # Before an answer that comes late.
        "late_prefix": frozenset(),
    }
)
"""Name of each required phrase and the blanks that it must have, each written ``{blank}``."""

RETIRED = frozenset({"reviewed_line"})
"""Phrases that older corpora still have and nothing shows any more."""

LIMITS: Mapping[str, int] = MappingProxyType(
    {
        **{name: 20 for name in PHRASES if name.startswith("button_")},
        "none_of_these": 20,
        **{name: 24 for name in PHRASES if name.startswith("label_")},
    }
)
"""Most UTF-16 units of a phrase where it is shorter than a message.

Source: WhatsApp Cloud API, titles of a reply button (20) and of a row (24), as of 2026-11.
"""


def blanks(phrase: str) -> tuple[str, ...]:
    """Return the names between braces in `phrase`, in order, with repeats."""
    return tuple(_BLANK.findall(phrase))


def fill(phrase: str, **values: str) -> str:
    """Put `values` into the blanks of `phrase`, once, without reading the values for blanks.

    Args:
        phrase: Words with blanks such as ``{title}``; nothing else in braces has a meaning.
        values: One text for each blank; more than the phrase asks for is a mistake.

    Raises:
        ValueError: The blanks of the phrase and the names of the values are not the same.
    """
    if set(blanks(phrase)) != set(values):
        message = f"phrase has blanks {sorted(set(blanks(phrase)))}, got {sorted(values)}"
        raise ValueError(message)
    return _BLANK.sub(lambda match: values[match[1]], phrase)


def languages() -> tuple[str, ...]:
    """Return the codes of the languages that the package has phrases in, sorted."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.yaml")))


def file_text(language: str) -> str:
    """Return the package's phrases in one of `languages`, as a file of a corpus."""
    return (FOLDER / f"{language}.yaml").read_text("utf-8")


@cache
def of_package(language: str) -> Mapping[str, str]:
    """Return the package's phrases in a language by their name; none where it has no file.

    A line is a name and a JSON string, so that serving needs no reader of YAML.
    """
    if language not in languages():
        return MappingProxyType({})
    lines = (line.partition(": ") for line in file_text(language).splitlines())
    return MappingProxyType(
        {name: json.loads(phrase) for name, colon, phrase in lines if colon and name[0] != "#"}
    )


def complete(
    found: Mapping[str, Mapping[str, str]], wanted: Iterable[str] = ()
) -> dict[str, Mapping[str, str]]:
    """Return the phrases of a corpus or bundle with the package's where it has none of its own.

    Args:
        found: By language and name.
        wanted: Languages that must be there if the package has them, beside those of `found`.
    """
    known = dict.fromkeys((*found, *(code for code in wanted if of_package(code))))
    return {code: {**of_package(code), **found.get(code, {})} for code in known}

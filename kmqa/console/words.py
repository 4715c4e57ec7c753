"""The console's own words in English, French, Spanish and Urdu, from gettext catalogues.

The catalogues in ``locale/`` are read when a language is first shown: a checkout, an editable
install and a wheel need no step that compiles them.
"""

import io
import re
from collections.abc import Callable, Mapping
from functools import lru_cache, partial
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations

from kmqa.console.faults import FAULTS
from kmqa.console.messages import Message
from kmqa.console.names import FIELDS, NAMES, Kind

LANGUAGES: Mapping[str, str] = {"en": "English", "fr": "Français", "es": "Español", "ur": "اردو"}
RIGHT_TO_LEFT = frozenset({"ar", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"})
_LOCALE = Path(__file__).parent / "locale"
_DOMAIN = "kmqa"
_ACCEPTED = re.compile(r"([a-z]{2,3})(?:-[a-z0-9]+)*(?:;q=([01](?:\.\d{0,3})?))?", re.IGNORECASE)


def catalogue_path(language: str) -> Path:
    """Return where the catalogue of a language is."""
    return _LOCALE / language / "LC_MESSAGES" / f"{_DOMAIN}.po"


@lru_cache(maxsize=len(LANGUAGES))
def read_translations(language: str) -> Translations:
    """Return the texts of one of `LANGUAGES`; read once a process, in some 50 ms."""
    with catalogue_path(language).open("rb") as file:
        catalogue = read_po(file, locale=language, domain=_DOMAIN)
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Translations(compiled, domain=_DOMAIN)


def choose_language(accepted: str) -> str:
    """Return the console's language that a browser likes best by Accept-Language; else English.

    Source: RFC 9110, section 12.5.4: a weight of 0 means "not this one", none means 1.
    """
    best, most = "en", 0.0
    for part in accepted.split(","):
        found = _ACCEPTED.fullmatch("".join(part.split()))
        language, weight = (found[1].lower(), float(found[2] or 1)) if found else ("", 0.0)
        if language in LANGUAGES and weight > most:
            best, most = language, weight
    return best


def direction(language: str) -> str:
    """Return which way a language runs, as HTML calls it; also those that only a corpus speaks."""
    return "rtl" if language in RIGHT_TO_LEFT else "ltr"


class Words:
    """The words of one language."""

    def __init__(self, language: str) -> None:
        """Words of `language`, or of English where the console does not speak it."""
        self.language = language if language in LANGUAGES else "en"
        self.direction = direction(self.language)
        self._translations = read_translations(self.language)

    def say(self, message: Message) -> str:
        """Return a message in this language."""
        if message.context:
            return str(self._translations.pgettext(message.context, message.text))
        return str(self._translations.gettext(message.text))

    def name(self, kind: Kind, code: str) -> str:
        """Return what people call `code`; a code of another version of kmqa as it is."""
        found = NAMES[kind].get(code)
        return self.say(found) if found else code

    def fault(self, code: str) -> str:
        """Return what a page says when something went wrong."""
        return self.say(FAULTS[code])

    def field(self, name: str) -> str:
        """Return what people call a field of a form, such as ``text-en`` or ``hours-1-opens``."""
        first, _, rest = name.partition("-")
        label = self.say(FIELDS[first]) if first in FIELDS else first
        return f"{label} ({rest})" if rest else label

    def state(self, code: str) -> str:
        """Return the name of a status, or of the role that a user got in its place."""
        return self.name("status" if code in NAMES["status"] else "role", code)

    def names(self, kind: Kind) -> Callable[[str], str]:
        """Return `name` for one kind of code."""
        return partial(self.name, kind)

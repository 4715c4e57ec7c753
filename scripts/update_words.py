"""Bring the console's catalogues in line with the texts of its code and templates.

New texts come in untranslated and are listed; texts that nothing shows any more go. Run it with
`make words`; `tests/unit/console/test_words.py` fails until each text has all its translations.
"""

import argparse
import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from kmqa.console.words import LANGUAGES, catalogue_path

CONSOLE = Path(__file__).parent.parent / "kmqa" / "console"
_KEYWORDS = {"_": None, "message": None, "message_in": ((1, "c"), 2)}
_METHODS = [("templates/**.html", "jinja2"), ("**.py", "python")]
_WIDTH = 100  # characters of a line


def extract_texts(folder: Path = CONSOLE) -> Catalog:
    """Return every text of the code and the templates in `folder`, untranslated."""
    found = Catalog(project="kmqa", domain="kmqa")
    texts = extract_from_dir(folder, method_map=_METHODS, keywords=_KEYWORDS)
    for path, _line, text, _comments, context in texts:
        found.add(text, context=context, locations=[(path, 0)])
    return found


def update_catalogue(language: str, texts: Catalog) -> list[str]:
    """Write the catalogue of a language anew; return the texts that it has no words for."""
    path = catalogue_path(language)
    with path.open("rb") as file:
        catalogue = read_po(file, locale=language, domain="kmqa")
    texts.creation_date = catalogue.creation_date  # a run that changes no text changes no file
    catalogue.update(texts, no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    catalogue.fuzzy = False
    if language == "en":
        for one in catalogue:
            if one.id and not one.string:
                one.string = one.id
    with path.open("wb") as file:
        write_po(file, catalogue, width=_WIDTH, sort_output=True, include_lineno=False)
    return [str(one.id) for one in catalogue if one.id and not one.string]


def main() -> int:
    """Update every catalogue; exit code 1 where a translation is missing."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    # Anew for each: a catalogue takes over the texts themselves, and English fills them in.
    missing = {language: update_catalogue(language, extract_texts()) for language in LANGUAGES}
    for language, ids in missing.items():
        for text in ids:
            print(f"{catalogue_path(language)}: no translation of {text!r}")
    return 1 if any(missing.values()) else 0


if __name__ == "__main__":
    sys.exit(main())

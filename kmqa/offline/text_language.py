"""The language of a whole document; that of a query is named in `kmqa.matching`."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

# With fewer letters the guess is no better than chance between neighbours.
LEAST_LETTERS = 40
# A sample of this length already gives the same answer as the whole document, in a millisecond.
SAMPLE_CHARACTERS = 20_000
# Lists of drugs and abbreviations are in no language either; only longer words in small letters
# are heard, and so many letters of them.
_HEARD = re.compile("[a-z\u00df-\u00f6\u00f8-\u024f\u1e00-\u1eff]{4,}")
LETTERS_HEARD = 80
# Lead per letter of "no language" over the best language. Prose in 14 languages, five of which
# the model does not know, lists of names, addresses and references: below -0.7. Text whose
# letters had been exchanged: -0.05 to 1.05.
NO_LANGUAGE_LEADS = -0.2
_NO_LANGUAGE = "zxx"


def language_of(text: str, languages: Sequence[str] = ()) -> str | None:
    """Most likely language of `text` as ISO 639-1, or None where it has under 40 letters.

    Args:
        text: Of one document.
        languages: Codes to choose among; all that the model knows (about 140) when empty. Codes
            that the model does not know are passed over.
    """
    if sum(char.isalpha() for char in text) < LEAST_LETTERS:
        return None
    code, _ = _identifier(tuple(sorted(languages))).classify(text[:SAMPLE_CHARACTERS])
    return None if code == _NO_LANGUAGE else str(code)


def is_in_no_language(text: str) -> bool:
    """Whether the Latin words of `text` are many and resemble no language.

    Letters that stand for other letters, as old fonts and wrong tables in a PDF have it, look
    like nothing that the model was trained on, whatever the language.
    """
    heard = " ".join(_HEARD.findall(text))[:SAMPLE_CHARACTERS]
    n_letters = len(heard.replace(" ", ""))
    if n_letters < LETTERS_HEARD:
        return False
    scores = dict(_identifier(()).rank(heard))
    lead = scores.pop(_NO_LANGUAGE) - max(scores.values())
    return bool(lead / n_letters > NO_LANGUAGE_LEADS)


@lru_cache(maxsize=4)
def _identifier(languages: tuple[str, ...]) -> Any:  # noqa: ANN401 - py3langid has no types
    # Imported late, because the model costs half a second. An identifier of our own, because
    # the module's functions share one whose languages anybody may restrict.
    from py3langid import langid

    identifier = langid.LanguageIdentifier.from_model_file(langid.MODEL_FILE)
    known = [code for code in languages if code in identifier.labels]
    if known:
        identifier.set_languages(known)
    return identifier

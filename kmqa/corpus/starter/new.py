"""Begin a corpus: a folder that `kmqa check` finds fit from the first day."""

from collections.abc import Sequence
from pathlib import Path

from kmqa import disk, phrases
from kmqa.corpus import audit, layout, yaml_writer
from kmqa.errors import CorpusFileError
from kmqa.lexicon import languages as lexicon

_TOPIC = "general"
_REFUSALS = """\
# What the bot must refuse, and whom people can turn to instead. For example:
# groups:
#   - id: near-medicine
#     kind: near                 # near, far, injection or abuse
#     questions:
#       en:
#         - a question that sounds like yours and has no answer here
# contacts:
#   default:                     # or a country code, such as KE
#     text:
#       en: whom to ask
groups: []
contacts: {}
"""
_README = """\
# A corpus for kmqa

- `corpus.yaml`: name, languages, topics, and whether every answer needs a source.
- `answers/TOPIC/ID.yaml`: one answer in all its languages, with the questions it answers.
- `documents/ID.pdf` and `ID.yaml`: reviewed documents that answers cite.
- `urgent/ID.yaml`: danger signs with their fixed text.
- `refusals.yaml`: what must be refused, and whom to turn to.
- `phrases/LANG.yaml`: the fixed phrases of the bot; what you delete is said as kmqa says it.
- `tests/*.jsonl`: test sets; a later bundle goes live only when it passes them (`gate:`).
- `audit.jsonl`: who changed the status of what, and when. Never edit it.

Next: `kmqa import FILE --corpus .` or write an answer, then `kmqa check --corpus .`.
"""


languages = phrases.languages
phrases_text = phrases.file_text


def create(root: Path, languages_wanted: Sequence[str] = ("en",)) -> tuple[Path, ...]:
    """`root` is an empty corpus without problems; returns the files that were written.

    Args:
        root: A folder that is missing or empty.
        languages_wanted: Codes out of `languages`, the default language first.

    Raises:
        CorpusFileError: The folder is not empty, cannot be written, or a language is unknown.
    """
    _check_languages(root, languages_wanted)
    _check_empty(root)
    files = {layout.SETTINGS: _settings(root, languages_wanted), "README.md": _README}
    files[layout.REFUSALS] = _REFUSALS
    files |= {f"{layout.PHRASES}/{lang}.yaml": phrases_text(lang) for lang in languages_wanted}
    try:
        for folder in layout.FOLDERS:
            (root / folder).mkdir(parents=True)
        for name, text in files.items():
            disk.write_atomically(root / name, text)
        audit.append(root, (audit.Entry(by="kmqa init", action="init", item="corpus"),))
    except OSError as error:
        raise CorpusFileError(
            "the corpus cannot be written",
            path=root,
            got=error.strerror or type(error).__name__,
            remedy="Check the disk and your rights.",
        ) from error
    return tuple(root / name for name in files)


def _check_languages(root: Path, wanted: Sequence[str]) -> None:
    known = languages()
    unknown = [language for language in wanted if language not in known]
    if unknown or not wanted:
        raise CorpusFileError(
            "there are no phrases to begin with in this language",
            path=root,
            got=unknown[0] if unknown else "no language",
            expected=", ".join(known),
            remedy="Begin without it, and write its phrases by hand.",
        )


def _check_empty(root: Path) -> None:
    if root.exists() and (not root.is_dir() or any(root.iterdir())):
        raise CorpusFileError(
            "a corpus needs a folder of its own",
            path=root,
            got="a folder with files in it" if root.is_dir() else "a file",
            expected="an empty or new folder",
            remedy="Choose another one.",
        )


def _settings(root: Path, wanted: Sequence[str]) -> str:
    settings = {
        "name": root.resolve().name or "corpus",
        "languages": tuple(dict.fromkeys(wanted)),
        "topics": {_TOPIC: {code: lexicon.load()[code].first_topic for code in wanted}},
        "require_sources": False,
    }
    return yaml_writer.dump(settings)

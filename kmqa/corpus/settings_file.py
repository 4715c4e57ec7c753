"""Change `corpus.yaml`: comments and key order stay, and the audit log has a line that says so."""

from pathlib import Path

from kmqa import disk
from kmqa.content.corpus import Corpus
from kmqa.corpus import audit, layout, schema, workflow, yaml_writer
from kmqa.corpus.files import read_corpus
from kmqa.errors import EditConflict, NotPermitted
from kmqa.records import CorpusSettings

ITEM = "settings:corpus"
"""How the audit log names the file."""


def n_items_in(corpus: Corpus, language: str) -> int:
    """How many answers, danger signs, refusal groups and phrase files speak this language."""
    return (
        sum(language in answer.text or language in answer.questions for answer in corpus.answers)
        + sum(language in sign.text or language in sign.examples for sign in corpus.urgent)
        + sum(language in group.questions for group in corpus.refusals.groups)
        + (language in corpus.phrases)
    )


def edit_settings(root: Path, after: CorpusSettings, by: str, expected_sha256: str) -> None:
    """`corpus.yaml` says what `after` says.

    Args:
        root: The corpus folder.
        after: What it shall say.
        by: Who wants it.
        expected_sha256: Of the file's bytes when it was read.

    Raises:
        EditConflict: Somebody changed the file since.
        NotPermitted: A language would be taken out in which something is written, so that no
            bundle could be built any more.
    """
    path = root / layout.SETTINGS
    with audit.lock(root):
        corpus = read_corpus(root)
        if corpus.origins["settings", ""].sha256 != expected_sha256:
            raise EditConflict(
                "somebody changed the settings meanwhile",
                which=layout.SETTINGS,
                remedy="Nothing was overwritten. Open them again and repeat your change.",
            )
        _check_languages(corpus, after)
        text = yaml_writer.apply_changes(path, schema.plain(corpus.settings), schema.plain(after))
        entry = audit.Entry(by=by, action="edit", item=ITEM)
        audit.append(root, (*workflow.first_entries(corpus, by), entry))
        disk.write_atomically(path, text)


def _check_languages(corpus: Corpus, after: CorpusSettings) -> None:
    for language in corpus.settings.languages:
        n_items = n_items_in(corpus, language)
        if language not in after.languages and n_items:
            raise NotPermitted(
                "a language is in use and cannot be taken out",
                which=language,
                got=f"{n_items} items with words in it",
                expected="none",
                remedy="Take its words out of these first, or let it stand.",
            )

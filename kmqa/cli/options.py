"""Options that commands of several kinds share, and what holds where they are not given."""

from pathlib import Path
from typing import Annotated

import typer

from kmqa.settings import read_settings

CorpusOption = Annotated[
    Path | None, typer.Option("--corpus", help="Folder of the corpus.  [env: KMQA_CORPUS]")
]
IndexOption = Annotated[
    Path | None, typer.Option("--index", help="Folder of the bundles.  [env: KMQA_INDEX]")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")]


def corpus_folder(given: Path | None) -> Path:
    """Return the folder that was given, or the one of the settings."""
    return given or read_settings().corpus


def anchor_corpus(given: Path | None, index: Path) -> Path:
    """Return `corpus_folder`, whose audit log this process anchors in the folder of the bundles."""
    from kmqa.corpus import anchors

    folder = corpus_folder(given)
    anchors.keep(folder, index)
    return folder


def index_folder(given: Path | None) -> Path:
    """Return the folder that was given, or the one of the settings."""
    return given or read_settings().index

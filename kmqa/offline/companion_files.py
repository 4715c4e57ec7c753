"""Copy the files that belong to reviewed items beside their YAML: PDFs, spreadsheets, tables."""

import shutil
from pathlib import Path

from kmqa.content import registry
from kmqa.content.corpus import Corpus
from kmqa.corpus import layout
from kmqa.errors import CorpusError
from kmqa.index import bundle


def copy_companions(corpus: Corpus, staged: Path) -> None:
    """Copy each file of each item into the bundle `staged`, under the path that it has in `corpus`.

    Copied, never linked: the corpus may change its file, the bundle may not.

    Raises:
        CorpusError: A file is no longer the one that was read and checked.
    """
    for kind in registry.kinds():
        for item in corpus.items.get(kind.name, ()):
            checked = corpus.companions(kind.name, item.id)
            for name, path in layout.companions_of(corpus.root, kind, item).items():
                target = staged / name
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, target)
                if kind.is_vouched_by_log and bundle.sha256_of(target) != checked.get(name):
                    raise CorpusError(
                        "a file changed while the bundle was built",
                        which=name,
                        remedy='Run "kmqa check", then build again.',
                    )

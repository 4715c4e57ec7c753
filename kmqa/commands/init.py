"""`kmqa init`: begin a corpus."""

from pathlib import Path

from rich.console import Console

from kmqa.corpus.starter import new


def create_corpus(directory: Path, *, languages: str = "en") -> int:
    """`directory` holds an empty corpus that `kmqa check` finds fit; returns 0.

    Args:
        directory: A folder that is missing or empty.
        languages: Codes separated by commas, the default language first.

    Raises:
        CorpusFileError: The folder is not empty, or a language has no phrases to begin with.
    """
    wanted = [code.strip().lower() for code in languages.split(",") if code.strip()]
    files = new.create(directory, tuple(dict.fromkeys(wanted)))
    console = Console(soft_wrap=True, highlight=False, markup=False)
    console.print(f"{directory}: a corpus with {len(files)} files. Read its README.md next.")
    return 0

"""A small corpus with the bundle that was built from it, for what is broken on files."""

import atexit
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from real_corpus import write_real_corpus

_LONGEST = 900.0  # seconds that a command may take
_PEPPER = "pepper-of-a-fault-run-" * 2


@dataclass(frozen=True, slots=True)
class Home:
    """A folder with ``corpus``, ``index`` and a database, which a scenario may change."""

    folder: Path

    @property
    def corpus(self) -> Path:
        """Return the folder of the corpus."""
        return self.folder / "corpus"

    @property
    def index(self) -> Path:
        """Return the folder of the bundles."""
        return self.folder / "index"

    @property
    def database_url(self) -> str:
        """Return where the database of this home is."""
        return f"sqlite:///{self.folder}/kmqa.db"

    @property
    def environment(self) -> dict[str, str]:
        """Return what each process is told."""
        return os.environ | {
            "KMQA_CORPUS": str(self.corpus),
            "KMQA_INDEX": str(self.index),
            "KMQA_DATABASE_URL": self.database_url,
            "KMQA_PEPPER": _PEPPER,
        }

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        """Start `kmqa` with `arguments`, in a group of its own; its output goes to a file."""
        with (self.folder / "output.txt").open("ab") as output:
            return subprocess.Popen(  # noqa: S603 - our own program
                [sys.executable, "-m", "kmqa", *arguments],
                env=self.environment,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run `kmqa` with `arguments` to its end."""
        return subprocess.run(  # noqa: S603 - our own program
            [sys.executable, "-m", "kmqa", *arguments],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=_LONGEST,
            check=False,
        )


@lru_cache(maxsize=1)
def _build() -> Path:
    """Return a home that was built once for the whole run."""
    folder = Path(tempfile.mkdtemp(prefix="kmqa-home-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    home = Home(folder)
    write_real_corpus(home.corpus)
    built = home.run("build")
    if built.returncode:
        raise RuntimeError(built.stderr)
    return folder


def copy_home(folder: Path) -> Home:
    """Return a home in `folder` that nobody else has."""
    shutil.copytree(_build(), folder, dirs_exist_ok=True)
    return Home(folder)

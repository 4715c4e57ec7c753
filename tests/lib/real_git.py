"""The real git, on a folder of a test."""

import shutil
import subprocess
from pathlib import Path

GIT = shutil.which("git") or "git"


def git(folder: Path, *arguments: str) -> str:
    """What git prints, run in `folder` as somebody."""
    command = [GIT, "-c", "user.name=t", "-c", "user.email=t@t.invalid", *arguments]
    done = subprocess.run(  # noqa: S603 - git, on a folder of the test
        command, cwd=folder, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()

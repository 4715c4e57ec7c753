"""A console of its own process, whose people have accounts with a provider on this machine."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import process_harness
from oidc_provider import CLIENT_ID, CLIENT_SECRET, Provider, provider

ASHA = "asha@example.org"


@dataclass(frozen=True)
class OwnConsole:
    """A running `kmqa console` over an empty corpus, to which `ASHA` was added as an author."""

    url: str
    folder: Path
    provider: Provider


@contextmanager
def own_console(folder: Path) -> Iterator[OwnConsole]:
    """The console answers, and is asked to stop at the end."""
    port = process_harness.free_port()
    url = f"http://127.0.0.1:{port}"
    with provider() as made:
        made.account = {"sub": "17", "email": ASHA, "email_verified": True}
        environment = os.environ | {
            "KMQA_CORPUS": str(folder / "corpus"),
            "KMQA_INDEX": str(folder / "index"),
            "KMQA_DATABASE_URL": f"sqlite:///{folder}/kmqa.db",
            "KMQA_PEPPER": "p" * 40,
            "KMQA_CONSOLE_URL": url,
            "KMQA_OIDC_ISSUER": made.url,
            "KMQA_OIDC_CLIENT_ID": CLIENT_ID,
            "KMQA_OIDC_CLIENT_SECRET": CLIENT_SECRET,
            "KMQA_OIDC_NAME": "Ministry of Health",
        }
        kmqa = [sys.executable, "-m", "kmqa"]
        for arguments in (["init", str(folder / "corpus")], ["user", "add", ASHA]):
            subprocess.run([*kmqa, *arguments], env=environment, check=True)  # noqa: S603 - our own program
        with (folder / "console.log").open("wb") as said:
            served = [*kmqa, "console", "--port", str(port)]
            process = subprocess.Popen(served, env=environment, stdout=said, stderr=said)  # noqa: S603 - our own program
        try:
            process_harness.wait_for(f"{url}/sign-in")
            yield OwnConsole(url, folder, made)
        finally:
            process.terminate()
            process.wait(30)

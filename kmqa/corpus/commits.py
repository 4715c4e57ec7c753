"""Each change of a corpus as one commit of the git repository that the folder belongs to.

Asked for once for a folder (`keep`); from then on the lock that every change takes
(`kmqa.corpus.audit.lock`) commits at its end just the files that changed below it, with the
person of the last audit line as author. So no change can forget it, and two cannot be mixed.
What git cannot do loses no change: it stands in `Repository.problem`, and the next commit takes
the files along.
"""

import json
import os
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from kmqa.corpus import layout
from kmqa.errors import SettingsError

_PATIENCE = 30  # seconds for git, which may wait for a lock of its own or run somebody's hook
_COMMITTER = {"GIT_COMMITTER_NAME": "kmqa console", "GIT_COMMITTER_EMAIL": "console@kmqa.invalid"}
_LEFT_TO_US = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX")
_KEPT: "dict[Path, Repository]" = {}

Stamps = Mapping[str, tuple[int, int] | None]
"""Files that differ from the last commit, each with what changes when it is written again."""


class GitFailed(Exception):
    """Git did not do what was asked; says what it said."""


@dataclass(slots=True)
class Repository:
    """The git repository of a corpus folder.

    Attributes:
        root: The corpus folder, which may lie anywhere in the repository.
        problem: Why the last change was not committed; empty where it was.
    """

    root: Path
    problem: str = ""
    _before: Stamps = field(default_factory=dict)

    def list_changed(self) -> Stamps:
        """Files of the corpus that differ from the last commit, by their path in the corpus."""
        listed = self._git("status", "--porcelain=v1", "-z", "--no-renames", "-uall", "--", ".")
        top = Path(self._git("rev-parse", "--show-toplevel").rstrip("\n"))
        paths = [top / line[3:] for line in listed.split("\0") if line]
        root = self.root.resolve()
        return {path.relative_to(root).as_posix(): _stamp(path) for path in paths}

    def look(self) -> None:
        """Remember what differs before a change; what an earlier change left behind does not count.

        Raises:
            GitFailed: Git cannot tell; what was remembered before stays.
        """
        if not self.problem:
            self._before = self.list_changed()

    def commit(self) -> None:
        """One commit has what changed since the last `look` that came before a commit.

        Raises:
            GitFailed: Nothing was committed.
        """
        now = self.list_changed()
        paths = sorted(path for path, stamp in now.items() if self._before.get(path, ()) != stamp)
        if not paths:
            return
        self._git("add", "-A", "--", *paths)
        lines = self._new_lines()
        author = _author(str(lines[-1]["by"]) if lines else "")
        wish = ("commit", "--quiet", f"--author={author}", "--file=-", "--only", "--", *paths)
        self._git(*wish, given=_message(lines))

    def _new_lines(self) -> list[dict[str, object]]:
        """Return the lines of the audit log that the last commit did not have."""
        shown = self._git("diff", "--cached", "-U0", "--no-color", "--no-ext-diff", "--",
                          layout.AUDIT)  # fmt: skip
        added = (line[1:] for line in shown.split("\n") if line.startswith("+{"))
        return [json.loads(line) for line in added]

    def _git(self, *arguments: str, given: str = "") -> str:
        environment = {key: val for key, val in os.environ.items() if key not in _LEFT_TO_US}
        environment |= {"LC_ALL": "C.UTF-8", "GIT_TERMINAL_PROMPT": "0", **_COMMITTER}
        command = ["git", "--literal-pathspecs", *arguments]
        try:
            done = subprocess.run(  # noqa: S603 - git, with arguments as a list
                command, cwd=self.root, env=environment, input=given, capture_output=True,
                encoding="utf-8", errors="surrogateescape", timeout=_PATIENCE, check=False,
            )  # fmt: skip
        except (OSError, subprocess.TimeoutExpired) as error:
            raise GitFailed(f"git {arguments[0]}: {error}") from error
        if done.returncode:
            said = (done.stderr or done.stdout).strip().splitlines()
            raise GitFailed(f"git {arguments[0]}: {said[0] if said else done.returncode}")
        return done.stdout


def keep(root: Path) -> Repository:
    """From now on each change of the corpus in `root` that this process makes is committed.

    Raises:
        SettingsError: The folder belongs to no git repository, or there is no git.
    """
    repository = Repository(root)
    try:
        repository.look()
    except GitFailed as error:
        raise SettingsError(
            "changes of the corpus cannot be committed",
            which="KMQA_GIT",
            got=str(error),
            expected="a corpus folder in a git repository",
            remedy='Run "git init" there and commit it once, or unset KMQA_GIT.',
        ) from error
    _KEPT[root.resolve()] = repository
    return repository


@contextmanager
def commit_after(root: Path) -> Iterator[None]:
    """Commit what is changed meanwhile at the end, where `keep` asked for it."""
    repository = _KEPT.get(root.resolve())
    if repository is None:
        yield
        return
    _attempt(repository, repository.look)
    yield
    if _attempt(repository, repository.commit):
        repository.problem = ""


def _attempt(repository: Repository, step: Callable[[], None]) -> bool:
    try:
        step()
    except GitFailed as error:
        repository.problem = str(error)
        return False
    return True


def _author(name: str) -> str:
    """Return the person as git writes people: the name without what means something to it."""
    plain = "".join(letter for letter in name if letter not in "<>\n\0").strip(" .,:;\"'\\")
    address = "".join(letter if letter.isalnum() else "-" for letter in plain.lower())
    return f"{plain or 'curator'} <{address or 'curator'}@kmqa.invalid>"


def _message(lines: list[dict[str, object]]) -> str:
    """Say what was done in one line, then the whole lines of the log."""
    if not lines:
        return "Change the corpus"
    last = lines[-1]
    subject = f"{last['action']} {last['item']}"
    if last["from_status"] != last["to_status"]:
        subject += f": {last['from_status'] or 'new'} to {last['to_status']}"
    body = "\n".join(json.dumps(line, ensure_ascii=False) for line in lines)
    return f"{subject}\n\n{body}\n"


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        facts = path.stat()
    except OSError:
        return None
    return facts.st_ino, facts.st_mtime_ns

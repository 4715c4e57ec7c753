"""A console over a real small corpus, and a browser's part of it: cookies and form keys."""

import functools
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bundle_builder import HashEncoder, make_bundle
from corpus_builder import TODAY, make_answer, make_corpus, make_refusals, write_corpus
from fastapi.testclient import TestClient
from own_database import new_database

from kmqa.console.app import console
from kmqa.console.context import ConsoleContext
from kmqa.console.jobs import Job, Jobs
from kmqa.corpus.files import Corpus
from kmqa.index.bundle import Bundle
from kmqa.matching.respond import Responder
from kmqa.records import Candidate, Reply
from kmqa.state import accounts, turns
from kmqa.state.accounts import Role
from kmqa.state.identity import Identity

PASSWORD = "a long enough password"  # noqa: S105 - of a test
EVIL = '<script>alert(1)</script>"><img src=x>'
NOW = 1_795_435_200.0


@dataclass
class FakeLive:
    """Serves one responder for ever."""

    responder: Responder

    def current(self) -> Responder:
        """See `kmqa.console.context.ServedBundle`."""
        return self.responder


@dataclass
class RecordedJobs(Jobs):
    """Keeps the commands that it was told to start, and starts none."""

    started: list[list[str]] = field(default_factory=list)

    def start(self, job: Job, arguments: Sequence[str]) -> bool:  # noqa: ARG002 - of the protocol
        """See `kmqa.console.jobs.Jobs`."""
        self.started.append(list(arguments))
        return True


def make_context(folder: Path) -> ConsoleContext:
    """A context over two answers, of which one cites nothing, and an empty database."""
    write_corpus(_two_answers(folder / "corpus"))
    (folder / "index").mkdir()
    return ConsoleContext(
        corpus_root=folder / "corpus",
        index=folder / "index",
        database=new_database(folder),
        identity=Identity("p" * 40),
        live=FakeLive(Responder(_bundle(), HashEncoder(), today=lambda: TODAY)),
        jobs=Jobs(),
        today=lambda: TODAY,
        clock=lambda: NOW,
    )


def _two_answers(root: Path) -> Corpus:
    return make_corpus(
        root,
        answers=(
            make_answer("depo-late", questions={"en": ["depo client three weeks late"]}),
            make_answer("pill-missed", questions={"en": ["client missed two pills"]}),
        ),
        refusals=make_refusals(),
    )


@functools.cache
def _bundle() -> Bundle:
    """Make the bundle of every context once; nothing in it knows the corpus's folder."""
    return make_bundle(_two_answers(Path("nowhere")))


def ask(context: ConsoleContext, question: str, outcome: str = "refuse", at: float = NOW) -> None:
    """Somebody asked and got this outcome."""
    reply = Reply(
        outcome=outcome,  # type: ignore[arg-type]  # one of the six
        reason="no-match",
        text="x",
        language="en",
        candidates=(Candidate(answer_id="depo-late", confidence=0.2, question="x", language="en"),),
    )
    with context.database.writing() as connection:
        asker = turns.Asker(person=None, channel="whatsapp")
        turns.record_turn(connection, context.identity, asker, question, reply, at)


@dataclass
class Curator:
    """Somebody at the console."""

    client: TestClient
    name: str = ""

    def get(self, path: str, status: int = 200) -> str:
        """A page."""
        answer = self.client.get(path)
        assert answer.status_code == status, (path, answer.status_code, answer.text[:500])
        return answer.text

    def key(self) -> str:
        """What her forms bring along."""
        found = re.search(r'name="form_key" value="([^"]+)"', self.get("/today"))
        assert found
        return found[1]

    def post(self, path: str, status: int = 200, **fields: str) -> str:
        """Send a form of hers."""
        answer = self.client.post(path, data={"form_key": self.key(), **fields})
        assert answer.status_code == status, (path, answer.status_code, answer.text[:800])
        return answer.text


def curator(context: ConsoleContext, name: str, role: Role) -> Curator:
    """A user of this role, signed in."""
    with context.database.writing() as connection:
        accounts.add_user(connection, name, role, NOW)
        accounts.set_password(connection, name, PASSWORD)
    client = TestClient(console(context))
    client.post("/sign-in", data={"name": name, "password": PASSWORD})
    return Curator(client, name)

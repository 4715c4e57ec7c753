"""`kmqa build`: check the corpus, make a bundle, make it live when none is."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path

from rich.console import Console

from kmqa.commands import audit_log, check, problems, progress, signing
from kmqa.corpus import validate
from kmqa.errors import CorpusInvalid
from kmqa.eval import test_set
from kmqa.index import bundle, store
from kmqa.offline import build, extract, model, policy
from kmqa.offline.follow_up_rule import FollowUpLine
from kmqa.settings import read_settings

DEVELOPMENT_SET = "dev.jsonl"
FOLLOW_UPS = "followups-dev.jsonl"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a build came to; `went_live` tells whether it was made the live bundle."""

    built: build.Built
    went_live: bool


def build_index(*, corpus: Path, index: Path, today: date, by: str = "") -> Outcome:
    """Build the bundle of `corpus` into `index`, for `by` as the audit log says.

    Raises:
        CorpusInvalid: The corpus has errors; they are printed first.
        SettingsError: The model is not on this machine, or a key cannot be used.
    """
    console = Console(stderr=True)
    checked = check_corpus_pdfs(corpus, index, today)
    if checked.corpus is None or checked.errors:
        problems.print_problems(checked.errors, console)
        raise CorpusInvalid(checked.problems)
    order = build.Order(
        corpus=checked.corpus,
        extractions=checked.extractions,
        labelled=read_labelled_questions(corpus),
        follow_ups=read_follow_ups(corpus),
        model=model.find_model(read_settings()),
        index=index,
        today=today,
    )
    built = build.build(order, progress.bar)
    if built.is_new:
        audit_log.record_bundle(corpus, "build", built.manifest.bundle_id, by)
    went_live = not store.is_readable(index) and signing.can_vouch()
    if went_live:
        _go_live(corpus, index, built.manifest.bundle_id, by)
    return Outcome(built, went_live)


def _go_live(corpus: Path, index: Path, bundle_id: str, by: str) -> None:
    """Make the first bundle live, which no gate can hold against another."""
    act = signing.Act(index=index, bundle_id=bundle_id, action="build", by=by, corpus=corpus)
    signing.vouch(act)
    audit_log.record_bundle(corpus, "publish", bundle_id, by)
    store.publish(index, bundle_id, datetime.now(UTC), authorisation=store.Authorisation(by=by))


def check_corpus_pdfs(corpus: Path, index: Path, today: date) -> validate.Checked:
    """`corpus` with every problem; texts of PDFs are kept in the cache of `index`."""
    read_pdf = partial(extract.read_pdf, cache=index / ".cache" / "extractions")
    with check.progress_over_pdfs(corpus, read_pdf) as read_with_progress:
        return validate.check(corpus, read_with_progress, today)


def read_labelled_questions(corpus: Path) -> tuple[policy.LabelledQuestion, ...]:
    """Return the development set of `corpus` without danger signs; empty where there is none."""
    path = corpus / "tests" / DEVELOPMENT_SET
    if not path.is_file():
        return ()
    return tuple(
        policy.LabelledQuestion(line.text, line.lang or "", frozenset(line.expected))
        for line in test_set.read_test_set(path).queries
        if not line.is_urgent and not line.source.get("history")
    )


def read_follow_ups(corpus: Path) -> tuple[FollowUpLine, ...]:
    """Return the messages in conversations that `corpus` labels; empty where it has none."""
    path = corpus / "tests" / FOLLOW_UPS
    if not path.is_file():
        return ()
    return tuple(
        FollowUpLine(
            text=line.text,
            history=line.history,
            language=line.profile.language or "",
            expected=frozenset(line.expected),
        )
        for line in test_set.read_test_set(path).queries
        if line.history and not line.is_urgent
    )


def print_outcome(outcome: Outcome) -> None:
    """Print the id on its own line for scripts, and on the error stream what a person reads."""
    manifest = outcome.built.manifest
    Console().print(manifest.bundle_id, highlight=False)
    notes = Console(stderr=True, highlight=False, soft_wrap=True)
    made = (
        f"built, {outcome.built.n_encoded} texts encoded" if outcome.built.is_new else "unchanged"
    )
    counts = ", ".join(f"{n} {name.replace('_', ' ')}" for name, n in manifest.counts.items())
    notes.print(f"{made}: {counts}")
    notes.print(f"policy: {_policy_text(outcome)}")
    if manifest.model.runtime != "onnx":
        notes.print(
            f"the model {manifest.model.model} could not be exported: sentence-transformers "
            "serves it, which takes more memory and time"
        )
    notes.print(_state(outcome))


def _state(outcome: Outcome) -> str:
    bundle_id = outcome.built.manifest.bundle_id
    live = store.current_id(outcome.built.folder.parent)
    if live == bundle_id:
        return "live"
    if live is None:
        return f'nothing is live; sign it with "kmqa publish {bundle_id}" and KMQA_SIGNING_KEY'
    return f'{live} stays live; run "kmqa publish {bundle_id}" to change over'


def _policy_text(outcome: Outcome) -> str:
    opened = bundle.open_bundle(outcome.built.folder)
    if opened.contents.policy is None:
        return "none: this bundle answers nothing"
    return policy.describe_targets(opened.contents.policy, opened.contents.settings.policy)

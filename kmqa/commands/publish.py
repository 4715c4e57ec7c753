"""`kmqa publish`: test a bundle on its corpus's test sets, and make it live when it passes.

With ``--look`` it is only tested, and held against the live bundle on past questions.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

from kmqa.commands import answering, audit_log, leak_check, progress, question_log, signing
from kmqa.corpus import files, layout
from kmqa.errors import BundleError, CorpusInvalid, EvaluationError
from kmqa.eval import changes, contrasts, gate, leaks, logged, run, talk, test_set
from kmqa.eval.metrics import Predictions
from kmqa.eval.test_set import Query, TestSet
from kmqa.index import bundle, preview, store
from kmqa.matching import audience
from kmqa.matching.respond import Responder
from kmqa.records import CorpusSettings, Gate
from kmqa.settings import today

TEST_SETS = ("test*.jsonl", "urgent.jsonl")
DEVELOPMENT_SET = "dev.jsonl"
PROMISES = "promises.jsonl"
TALK = "talk.jsonl"
CONTRASTS = "contrast.jsonl"
_READ = 10_000  # newest questions of the service among which those to ask are found
_LOOKED_AT = 1_000  # different questions that a look asks both bundles; some 20 seconds
_MOST_SHOWN = 10  # details of one check on the screen; the record keeps all
_RESULTS = {True: "holds", False: "falls short", None: "not judged"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What somebody wants to publish.

    Attributes:
        corpus: Whose gate and test sets judge the bundle; it need not be there.
        force: Why to publish although the gate does not let it pass; empty to obey the gate.
        by: Who wants it, for the record.
        log: Questions that people asked; those that would change answer are shown.
        is_look: Whether nothing shall be published.
    """

    index: Path
    bundle_id: str
    corpus: Path
    force: str = ""
    by: str = ""
    log: Path | None = None
    is_look: bool = False


def publish(wish: Wish) -> int:
    """Make the bundle live, with the gate's verdict beside it; return 0.

    Raises:
        EvaluationError: It falls short of the gate, or nothing can be tested, and `force` gives
            no reason.
        BundleError: There is no such bundle, or it is not what its seal says.
    """
    opened = bundle.open_bundle(store.bundle_folder(wish.index, wish.bundle_id))
    responder, live = answering.responder_of(opened, n_threads=1), _live(wish)
    found = _verdict(wish, opened, responder, live)
    if found is not None:
        _print(found)
        _say(f"gate: {'passed' if found.is_passed else f'{len(found.failures)} checks fell short'}")
    if wish.log or wish.is_look:
        _compare(wish, responder, live)
    if wish.is_look:
        return 0
    if not wish.force and (found is None or not found.is_passed):
        raise _gate_error(wish, found)
    state = "untested" if found is None else "passed" if found.is_passed else "failed"
    authorisation = store.Authorisation(gate=state, reason=wish.force, by=wish.by)
    signing.vouch(_act(wish))
    audit_log.record_bundle(wish.corpus, "publish", wish.bundle_id, wish.by)
    store.publish(wish.index, wish.bundle_id, datetime.now(UTC), authorisation=authorisation)
    how = {"passed": "", "failed": " by force", "untested": " by force: nothing was tested"}
    _say(f"{wish.bundle_id} is live{how[state]}")
    return 0


def _act(wish: Wish) -> signing.Act:
    return signing.Act(
        index=wish.index,
        bundle_id=wish.bundle_id,
        action="publish",
        by=wish.by,
        corpus=wish.corpus,
    )


def _verdict(
    wish: Wish, opened: bundle.Bundle, responder: Responder, live: Responder | None
) -> gate.GateResult | None:
    """Return the verdict, which is then on record; None where there is no corpus to judge by."""
    if not (wish.corpus / layout.SETTINGS).exists():
        return None
    settings = _settings(wish, opened)
    sets = _test_sets(wish.corpus)
    queries = [query for tests in sets for query in tests.queries]
    predictions = _predict("asking", queries, responder)
    tested = gate.Tested(
        predictions=predictions,
        live=_predict("asking the live bundle", queries, live) if live else None,
        promises=_promises(wish.corpus, settings.gate, responder),
        talk=_talk(wish.corpus, responder),
        contrasts=_contrasts(wish.corpus, responder),
        unknown_ids=_unknown_ids(queries, opened),
        leaks=leak_check.leaks_into(opened, queries),
        shared=_find_shared(wish.corpus, queries),
        expired=_find_expired(opened),
    )
    found = gate.apply_gate(settings.gate, tested)
    store.record_verdict(
        wish.index, wish.bundle_id, datetime.now(UTC), _record(settings.gate, sets, found)
    )
    return found


def _settings(wish: Wish, opened: bundle.Bundle) -> CorpusSettings:
    reading = files.read(wish.corpus)
    if reading.corpus is None:
        raise CorpusInvalid(reading.problems)
    settings = reading.corpus.settings
    if settings.name != opened.manifest.corpus_name:
        raise EvaluationError(
            "the bundle was built from another corpus",
            which=wish.bundle_id,
            got=f'corpus "{opened.manifest.corpus_name}"',
            expected=f'"{settings.name}" of {wish.corpus}',
            remedy="Name its own corpus with --corpus.",
        )
    return settings


def _test_sets(corpus: Path) -> list[TestSet]:
    folder = corpus / layout.TESTS
    paths = sorted({path for pattern in TEST_SETS for path in folder.glob(pattern)})
    return [test_set.read_test_set(path) for path in paths]


def _live(wish: Wish) -> Responder | None:
    """Return what answers now; None where that is nothing, the same bundle, or a broken one."""
    live = store.current_id(wish.index)
    if live in {None, wish.bundle_id}:
        return None
    try:
        return answering.open_responder(wish.index, n_threads=1)
    except BundleError as error:
        _say(f"not compared with the live bundle: {error.message}")
        return None


def _predict(name: str, queries: Sequence[Query], responder: Responder) -> Predictions:
    with progress.bar(name, len(queries)) as advance:
        return run.predict(queries, responder, lambda: advance(1))


def _promises(corpus: Path, asked: Gate, responder: Responder) -> Predictions | None:
    path = corpus / layout.TESTS / (asked.promises or PROMISES)
    if not path.is_file():
        return None
    return _predict("asking promises", test_set.read_test_set(path).queries, responder)


def _talk(corpus: Path, responder: Responder) -> Sequence[talk.Played]:
    path = corpus / layout.TESTS / TALK
    if not path.is_file():
        return ()
    queries = talk.check_due(test_set.read_test_set(path))
    with progress.bar("talking", len(queries)) as advance:
        return talk.play_all(queries, responder, time.time(), lambda: advance(1))


def _contrasts(corpus: Path, responder: Responder) -> Predictions:
    path = corpus / layout.TESTS / CONTRASTS
    if not path.is_file():
        return ()
    queries = contrasts.check_opposites(test_set.read_test_set(path))
    return _predict("asking contrast pairs", queries, responder)


def _unknown_ids(queries: Sequence[Query], opened: bundle.Bundle) -> tuple[str, ...]:
    contents = opened.contents
    known = {*contents.answer_by_id, *contents.urgent_by_id, test_set.URGENT}
    return tuple(sorted({name for query in queries for name in query.expected} - known))


def _find_shared(corpus: Path, queries: Sequence[Query]) -> tuple[str, ...]:
    path = corpus / layout.TESTS / DEVELOPMENT_SET
    if not path.is_file():
        return ()
    taken = leaks.find_shared(queries, test_set.read_test_set(path).queries)
    return tuple(f'{query.place}: "{query.text}"' for query in taken)


def _find_expired(opened: bundle.Bundle) -> tuple[str, ...]:
    return tuple(
        f"{item.id} ({item.review_by})"
        for items in opened.contents.items.values()
        for item in items
        if not audience.is_in_term(item, today())
    )


def _record(asked: Gate, sets: Sequence[TestSet], found: gate.GateResult) -> Mapping[str, object]:
    return {
        "passed": found.is_passed,
        "date": today().isoformat(),
        "gate": asdict(asked),
        "tests": {tests.path.name: tests.sha256 for tests in sets},
        "checks": [asdict(check) for check in found.checks],
    }


def _gate_error(wish: Wish, found: gate.GateResult | None) -> EvaluationError:
    if found is None:
        return EvaluationError(
            "nothing was tested, because there is no corpus",
            which=str(wish.corpus),
            remedy="Name the bundle's corpus with --corpus, or give --force REASON.",
        )
    return EvaluationError(
        "the bundle falls short of the gate and stays where it is",
        which=wish.bundle_id,
        got=", ".join(check.name for check in found.failures),
        remedy="Fix what the table names and build again, or give --force REASON.",
    )


def _print(found: gate.GateResult) -> None:
    table = Table(box=None, pad_edge=False)
    for heading in ("check", "asked for", "got", "verdict"):
        table.add_column(heading, overflow="fold")
    for check in found.checks:
        table.add_row(check.name, check.asked, check.got, _RESULTS[check.holds])
    _console().print(table)
    for check in found.failures:
        if check.details:
            _say(f"{check.name}:")
        for detail in check.details[:_MOST_SHOWN]:
            _say(f"  {detail}")
        if len(check.details) > _MOST_SHOWN:
            _say(f"  and {len(check.details) - _MOST_SHOWN} more, all in VERDICTS.jsonl")


def _compare(wish: Wish, responder: Responder, live: Responder | None) -> None:
    """Which logged questions would get something else than the live bundle gives; on record."""
    if live is None:
        _say("logged questions: there is no live bundle to compare with")
        _record_look(wish, 0, ())
        return
    questions = _read_log(wish)
    with progress.bar("asking logged questions", 2 * len(questions)) as advance:
        changed = changes.find_changes(questions, live, responder, lambda: advance(2))
    _say(f"logged questions: {len(changed):,} of {len(questions):,} would get something else")
    for change in changed[:_MOST_SHOWN]:
        _say(f'  "{change.text}": {change.before} becomes {change.after}')
    _record_look(wish, len(questions), changed)


def _read_log(wish: Wish) -> tuple[logged.Logged, ...]:
    """All of an exported log; of the service the newest, each wording once."""
    if wish.log is not None:
        return tuple(logged.Export(wish.log).questions())
    read = question_log.of_service(newest=_READ)
    return logged.newest(tuple(read.questions()), _LOOKED_AT)


def _record_look(wish: Wish, n_asked: int, changed: Sequence[changes.TurnChange]) -> None:
    if wish.is_look:
        rows = tuple((c.turn, c.before, c.after) for c in changed if c.turn is not None)
        live = store.current_id(wish.index)
        found = preview.PublishPreview(
            bundle_id=wish.bundle_id, live=live, n_asked=n_asked, changes=rows
        )
        preview.record(wish.index, found)


def _say(text: str) -> None:
    _console().print(text)


def _console() -> Console:
    return Console(highlight=False, markup=False, soft_wrap=True)

"""One run of a test set: against the live bundle of an index, or against a running service."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from rich.console import Console

from kmqa.commands import answering, progress
from kmqa.errors import BundleError, EvaluationError
from kmqa.eval import run, test_set
from kmqa.eval.metrics import Predictions
from kmqa.eval.test_set import Query, TestSet
from kmqa.index import bundle, store
from kmqa.records import Answer, Policy
from kmqa.runtime.client import Client, Patience, fault_of
from kmqa.runtime.shapes import LiveBundle


@dataclass(frozen=True, slots=True)
class Service:
    """Where a running service is, and the key of its API."""

    url: str
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What was asked, of which bundle, and what came back.

    Attributes:
        tests: The test set, without the questions that were left out.
        threshold: Least confidence to answer, or None in a bundle that answers nothing.
        topic_of: Topic of each answer id of the bundle.
        opened: The bundle, where it is at hand.
        url: Of the service, or empty.
        n_left_out: Questions that the API could not carry.
    """

    tests: TestSet
    bundle_id: str
    threshold: float | None
    topic_of: Mapping[str, str]
    predictions: Predictions
    opened: bundle.Bundle | None
    url: str = ""
    n_left_out: int = 0


def local(tests: TestSet, index: Path, *, allow_unknown: bool) -> Run:
    """Every question is asked of the live bundle of `index`.

    Raises:
        EvaluationError: An expected id is not in the bundle, and `allow_unknown` is not set.
        BundleError: There is no bundle to ask.
    """
    responder = answering.open_responder(index, n_threads=1)
    opened = responder.bundle
    contents = opened.contents
    if not allow_unknown:
        test_set.check_ids(tests, {*contents.answer_by_id, *contents.urgent_by_id})
    with progress.bar("asking", len(tests.queries)) as advance:
        predictions = run.predict(tests.queries, responder, lambda: advance(1))
    return Run(
        tests=tests,
        bundle_id=opened.manifest.bundle_id,
        threshold=_threshold(contents.policy),
        topic_of=_topics(contents.answers),
        predictions=predictions,
        opened=opened,
    )


def live(tests: TestSet, index: Path, service: Service, *, allow_unknown: bool) -> Run:
    """Every question that the API can carry is asked of `service`; the others are told.

    Args:
        tests: What to ask.
        index: Where the bundle that the service has may lie, too, to find leaks.
        service: Which to ask.
        allow_unknown: Whether expected ids may be missing from its bundle.

    Raises:
        EvaluationError: An expected id is not in its bundle, or the bundle changed meanwhile.
        ServiceError: It cannot be asked.
    """
    with open_client(service) as client:
        known = client.live_bundle()
        if not allow_unknown:
            test_set.check_ids(tests, {*(one.id for one in known.answers), *known.danger_signs})
        asked = replace(tests, queries=tuple(select_carriable(tests.queries)))
        predictions = ask_all(asked.queries, client, known)
    return Run(
        tests=asked,
        bundle_id=known.bundle_id,
        threshold=known.threshold,
        topic_of={one.id: one.topic for one in known.answers},
        predictions=predictions,
        opened=_same_bundle(index, known.bundle_id),
        url=client.url,
        n_left_out=len(tests.queries) - len(asked.queries),
    )


@contextmanager
def open_client(service: Service) -> Iterator[Client]:
    """Yield a client of `service` that says when it has to wait."""
    told: list[float] = []

    def on_busy(seconds: float) -> None:
        if not told:  # every pause would be told otherwise, and there may be one a minute
            _print_note(f"the service allows no more for now: waiting {seconds:.0f} s, as it asks")
        told.append(seconds)

    with Client(service.url, service.key, Patience(on_busy=on_busy)) as client:
        yield client


def select_carriable(queries: Sequence[Query]) -> list[Query]:
    """Those of `queries` that the API can carry; how many it cannot is told, and why.

    Raises:
        EvaluationError: It can carry none.
    """
    faults = {
        number: fault
        for number, query in enumerate(queries)
        if (fault := fault_of(query.text, query.profile, query.history))
    }
    if len(faults) == len(queries):
        raise EvaluationError("the API can carry none of the questions", got=faults[0])
    if faults:
        first = queries[min(faults)].place
        _print_note(
            f"warning: {len(faults)} of {len(queries)} questions are left out, first {first}:"
        )
        for fault, n in Counter(faults.values()).most_common():
            _print_note(f"  {n} × {fault}")
    return [query for number, query in enumerate(queries) if number not in faults]


def ask_all(queries: Sequence[Query], client: Client, known: LiveBundle) -> Predictions:
    """Return the predictions of the bundle `known`, with a bar."""
    with progress.bar(f"asking {client.url}", len(queries)) as advance:
        return run.predict_live(queries, client.ask, known.bundle_id, lambda: advance(1))


def _same_bundle(index: Path, bundle_id: str) -> bundle.Bundle | None:
    try:
        return bundle.open_bundle(store.bundle_folder(index, bundle_id))
    except BundleError:
        return None


def _threshold(policy: Policy | None) -> float | None:
    return policy.threshold if policy else None


def _topics(answers: Sequence[Answer]) -> dict[str, str]:
    return {answer.id: answer.topic for answer in answers}


def _print_note(message: str) -> None:
    Console(stderr=True, highlight=False, markup=False, soft_wrap=True).print(message)

"""The API as flow builders and evaluators use it."""

import json
from pathlib import Path

import pytest
from bundle_builder import POLICY, make_responder
from corpus_builder import make_answer, make_corpus, make_urgent
from eval_builder import make_query
from fastapi.testclient import TestClient
from live_api import api_over, client_of

from kmqa.errors import EvaluationError
from kmqa.eval import run
from kmqa.records import Profile
from kmqa.runtime import api

LATE = "depo client three weeks late"
RESPONDER = make_responder(
    make_corpus(
        Path("nowhere"),
        answers=(
            make_answer("depo-late", questions={"en": [LATE]}),
            make_answer("pill-missed", questions={"en": ["client missed two pills"]}),
        ),
        urgent=(make_urgent("urgent-bleeding", examples={"en": ["soaked two pads in an hour"]}),),
    )
)


@pytest.fixture
def served() -> TestClient:
    return api_over(RESPONDER)


def test_candidates_come_only_to_who_asks_for_them(served: TestClient) -> None:
    """A flow builder's reply stays small; the reason is always there."""
    brief = served.post("/api/v1/ask", json={"text": LATE}).json()
    full = served.post("/api/v1/ask", json={"text": LATE, "explain": True}).json()

    assert brief.pop("candidates") is None
    assert [one["answer_id"] for one in full.pop("candidates")] == ["depo-late", "pill-missed"]
    assert brief == full
    assert brief["reason"] == RESPONDER(LATE).reason


def test_a_follow_up_is_understood_after_its_history(served: TestClient) -> None:
    follow_up = {"text": "and if four weeks?"}

    alone = served.post("/api/v1/ask", json=follow_up).json()
    after = served.post("/api/v1/ask", json=follow_up | {"history": [LATE]}).json()

    assert alone["offered"] == []
    assert after["offered"][0]["answer_id"] == "depo-late"


def test_a_history_has_an_end(served: TestClient) -> None:
    """Each of its messages costs as much as a question."""
    assert served.post("/api/v1/ask", json={"text": "x", "history": ["y"] * 6}).status_code == 422


def test_the_live_bundle_says_what_it_can_answer(served: TestClient) -> None:
    assert served.get("/api/v1/bundle").json() == {
        "bundle_id": "0123456789abcdef",
        "threshold": POLICY.threshold,
        "answers": [
            {"id": answer.id, "topic": answer.topic} for answer in RESPONDER.bundle.contents.answers
        ],
        "danger_signs": ["urgent-bleeding"],
    }
    assert served.get("/api/v1/bundle", headers={"Authorization": "Bearer no"}).status_code == 401


def test_who_asks_too_much_is_told_when_to_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api, "PER_MINUTE", 2)
    served = api_over(RESPONDER)

    responses = [served.get("/api/v1/bundle") for _ in range(3)]

    assert [one.status_code for one in responses] == [200, 200, 429]
    assert 1 <= int(responses[2].headers["retry-after"]) <= 60


def test_a_run_through_the_api_is_the_local_run() -> None:
    """Every outcome, with profile and history: the lines of both files are the same bytes."""
    queries = [
        make_query("depo-late", text=LATE, profile=Profile(role="chw", language="en")),
        make_query("depo-late", text="and if four weeks?", history=(LATE,)),
        make_query("pill-missed", text="client late pills"),
        make_query("urgent", text="soaked two pads in an hour"),
        make_query(text="price of maize"),
        make_query(text="hello"),
    ]
    here = run.predict(queries, RESPONDER)

    there = run.predict_live(queries, client_of(api_over(RESPONDER)).ask, "0123456789abcdef")

    assert [one.reply.outcome for one in here][-3:] == ["urgent", "refuse", "chat"]
    assert [_written(one) for one in there] == [_written(one) for one in here]
    assert [one.reply.text for one in there] == [one.reply.text for one in here]
    assert all(one.took_ms > 0 for one in there)


def test_a_bundle_that_changes_in_the_middle_ends_the_run() -> None:
    """Figures of two bundles together would be figures of neither."""
    client = client_of(api_over(RESPONDER))

    with pytest.raises(EvaluationError, match="changed its bundle in the middle") as caught:
        run.predict_live([make_query(text=LATE)], client.ask, "the one before")

    assert "line 1" in caught.value.message


def _written(prediction: run.Prediction) -> str:
    return json.dumps(run.prediction_line(prediction))

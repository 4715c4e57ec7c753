"""The API as flow builders and evaluators use it."""

import json
from pathlib import Path

import pytest
from bundle_builder import POLICY, make_responder
from corpus_builder import make_answer, make_corpus, make_urgent
from eval_builder import make_query
from fastapi.testclient import TestClient
from live_api import api_over, client_of
from own_database import new_database

from kmqa.errors import EvaluationError
from kmqa.eval import run
from kmqa.records import Profile
from kmqa.runtime import keyring
from kmqa.state import api_keys
from kmqa.state.database import Database

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
def database(tmp_path: Path) -> Database:
    return new_database(tmp_path)


@pytest.fixture
def served(database: Database) -> TestClient:
    return api_over(RESPONDER, database)


def test_candidates_come_only_to_who_asks_for_them(served: TestClient) -> None:
    """A flow builder's reply stays small; the reason is always there."""
    brief = served.post("/api/v1/ask", json={"text": LATE}).json()
    full = served.post("/api/v1/ask", json={"text": LATE, "explain": True}).json()

    assert brief.pop("candidates") is None
    assert [one["answer_id"] for one in full.pop("candidates")] == ["depo-late", "pill-missed"]
    assert brief == full
    assert brief["reason"] == RESPONDER(LATE).reason


def test_an_id_that_no_database_holds_is_refused_in_words(served: TestClient) -> None:
    """PostgreSQL takes no NUL; it was an error of the server there."""
    said = {"answer_id": "a\0", "bundle_id": "0", "helpful": True}

    assert served.post("/api/v1/feedback", json=said).status_code == 422


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


def test_who_asks_too_much_is_told_when_to_come_back(
    monkeypatch: pytest.MonkeyPatch, database: Database
) -> None:
    monkeypatch.setattr(keyring, "PER_MINUTE", 2)
    served = api_over(RESPONDER, database)

    responses = [served.get("/api/v1/bundle") for _ in range(3)]

    assert [one.status_code for one in responses] == [200, 200, 429]
    assert 1 <= int(responses[2].headers["retry-after"]) <= 60


def _issued(database: Database, per_minute: int = 60) -> tuple[int, dict[str, str]]:
    with database.writing() as connection:
        key = api_keys.issue(connection, "typebot", per_minute, "Chen", 0.0)
        [issued] = api_keys.list_keys(connection)
    return issued.id, {"Authorization": f"Bearer {key}"}


def test_an_issued_key_opens_the_api_and_its_use_is_noted(
    served: TestClient, database: Database
) -> None:
    _, mine = _issued(database)

    assert served.get("/api/v1/bundle", headers=mine).status_code == 200
    with database.reading() as connection:
        assert [key.used_at for key in api_keys.list_keys(connection)] == [0.0]


def test_a_revoked_key_is_refused_by_a_process_that_knew_it(
    served: TestClient, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    key_id, mine = _issued(database)
    assert served.get("/api/v1/bundle", headers=mine).status_code == 200
    with database.writing() as connection:
        api_keys.revoke(connection, key_id, 1.0)

    monkeypatch.setattr(keyring, "FRESH", 0.0)

    assert served.get("/api/v1/bundle", headers=mine).status_code == 401


def test_a_key_has_a_limit_of_its_own(served: TestClient, database: Database) -> None:
    _, mine = _issued(database, per_minute=1)

    codes = [served.get("/api/v1/bundle", headers=mine).status_code for _ in range(2)]

    assert codes == [200, 429]
    assert served.get("/api/v1/bundle").status_code == 200


def test_without_the_database_no_issued_key_passes_but_those_of_the_environment_do(
    served: TestClient, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, mine = _issued(database)
    with database.writing() as connection:
        connection.exec_driver_sql("DROP TABLE api_keys")
    monkeypatch.setattr(keyring, "FRESH", 0.0)

    assert served.get("/api/v1/bundle", headers=mine).status_code == 503
    assert served.get("/api/v1/bundle").status_code == 200


def test_a_run_through_the_api_is_the_local_run(served: TestClient) -> None:
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

    there = run.predict_live(queries, client_of(served).ask, "0123456789abcdef")

    assert [one.reply.outcome for one in here][-3:] == ["urgent", "refuse", "chat"]
    assert [_written(one) for one in there] == [_written(one) for one in here]
    assert [one.reply.text for one in there] == [one.reply.text for one in here]
    assert all(one.took_ms > 0 for one in there)


def test_a_bundle_that_changes_in_the_middle_ends_the_run(served: TestClient) -> None:
    """Figures of two bundles together would be figures of neither."""
    client = client_of(served)

    with pytest.raises(EvaluationError, match="changed its bundle in the middle") as caught:
        run.predict_live([make_query(text=LATE)], client.ask, "the one before")

    assert "line 1" in caught.value.message


def _written(prediction: run.Prediction) -> str:
    return json.dumps(run.prediction_line(prediction))

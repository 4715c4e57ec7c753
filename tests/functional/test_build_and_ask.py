"""The real commands with the real model."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from kmqa.cli import main
from kmqa.commands import answering
from kmqa.index import bundle, encoder, store
from kmqa.records import Profile
from kmqa.settings import Settings

QUESTION = "my client came 2 weeks late for the depo shot"


def _ask(index: Path, question: str, capsys: pytest.CaptureFixture[str]) -> dict:
    assert main(["ask", question, "--index", str(index), "--json"]) == 0
    answer: dict = json.loads(capsys.readouterr().out)
    return answer


def _build(home: Path) -> int:
    return main(["build", "--corpus", str(home / "corpus"), "--index", str(home / "index")])


def _edit(path: Path, before: str, after: str) -> None:
    content = path.read_text()
    assert before in content
    path.write_text(content.replace(before, after))


def test_a_question_is_answered_word_for_word(
    built: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    reply = _ask(built / "index", "depo client is 3 weeks late", capsys)

    assert reply["outcome"] == "answer"
    assert reply["answer_id"] == "dmpa-late"
    assert reply["text"] == "You can still give it up to 4 weeks late."
    assert reply["bundle_id"] == store.current_id(built / "index")
    assert {
        "outcome", "answer_id", "score", "language", "text", "sources", "resources",
        "candidates", "bundle_id", "took_ms",
    } <= set(reply)  # fmt: skip


def test_a_danger_sign_and_an_outside_question_get_what_is_fixed_for_them(
    built: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    urgent = _ask(built / "index", "she bleeds heavily since the birth", capsys)
    outside = _ask(built / "index", "who won the football match yesterday", capsys)

    assert (urgent["outcome"], urgent["answer_id"]) == ("urgent", "urgent-bleeding")
    assert outside["outcome"] == "refuse"


def test_promise_5_the_same_question_gets_the_same_answer_and_score(built: Path) -> None:
    """Asked again, by another process's responder, and between other questions."""
    one, two = (answering.open_responder(built / "index") for _ in range(2))
    first = one(QUESTION)
    one("something else entirely")

    for again in (one(QUESTION), two(QUESTION)):
        assert (again.answer_id, again.confidence, again.candidates) == (
            first.answer_id,
            first.confidence,
            first.candidates,
        )


def test_serving_loads_no_torch(built: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from kmqa.commands import answering;"
        f"answering.open_responder(Path({str(built / 'index')!r}))({QUESTION!r});"
        "sys.exit(int(bool({'torch', 'sentence_transformers'} & set(sys.modules))))"
    )

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0  # noqa: S603 - our own code


def test_the_exported_encoder_equals_the_model(built: Path) -> None:
    from kmqa.offline import encode, model

    found = model.find_model(Settings())
    texts = ["depo late", "un texte en français", "گولی بھول گئی", "word " * 400, ""]
    exported = encoder.OnnxEncoder(store.current_folder(built / "index") / "encoder")

    original = encode.TorchEncoder(found.facts, found.folder)

    cosines = np.sum(exported.encode(texts) * original.encode(texts), axis=1)
    assert cosines.min() >= encode.LEAST_COSINE


def test_export_and_model_know_the_common_words_and_no_slip(built: Path) -> None:
    from kmqa.offline import encode, model

    found = model.find_model(Settings())
    exported = encoder.OnnxEncoder(store.current_folder(built / "index") / "encoder")

    for encode_with in (exported, encode.TorchEncoder(found.facts, found.folder)):
        assert [word for word in ("waiting", "waitng", "ꙮ", "") if encode_with.knows(word)] == [
            "waiting"
        ]


def test_a_text_has_the_same_vector_whatever_is_encoded_with_it(built: Path) -> None:
    exported = encoder.OnnxEncoder(store.current_folder(built / "index") / "encoder")
    texts = ["depo late", "a much longer question about the pill", "गोली भूल गई", "late depo"]

    in_company = exported.encode(texts)
    alone = np.concatenate([exported.encode([text]) for text in texts])

    np.testing.assert_array_equal(in_company, alone)


def test_questions_asked_together_get_the_replies_of_single_calls(built: Path) -> None:
    responder = answering.open_responder(built / "index")
    questions = ["depo late", "client 3 weeks late for depo", "गोली भूल गई", "depo late", "", "hi"]
    profiles = [Profile(language=language) for language in ("en", "fr", "hi", None, "ur", "sw")]

    together = responder.replies(questions, profiles)

    alone = [responder(*one) for one in zip(questions, profiles, strict=True)]
    assert together == [replace(reply, took_ms=0.0) for reply in alone]


def test_who_has_looked_at_questions_already_replies_the_same(built: Path) -> None:
    responder = answering.open_responder(built / "index")
    questions = ["depo late", "client 3 weeks late for depo", "गोली भूल गई", "", "hi", "x" * 3_000]

    ready = responder.prefetch([*questions, "depo late"])

    for question in [*questions, "missed two pills"]:
        alone, after = responder(question), ready(question)
        assert replace(after, took_ms=alone.took_ms) == alone


def test_an_unchanged_corpus_gives_the_same_bundle_at_once(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = store.current_id(home / "index")

    assert _build(home) == 0

    assert capsys.readouterr().out.strip() == before
    assert len(store.list_bundles(home / "index")) == 1


def test_only_new_texts_are_encoded(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _edit(
        home / "corpus/answers/general/dmpa-late.yaml", "missed depo date", "depo date has passed"
    )

    assert _build(home) == 0

    assert "1 texts encoded" in capsys.readouterr().err


def test_another_machine_gets_the_same_id_and_the_same_bytes(built: Path, tmp_path: Path) -> None:
    """Another folder, no caches: everything is encoded, exported and fitted anew."""
    other = tmp_path / "index"

    assert main(["build", "--corpus", str(built / "corpus"), "--index", str(other)]) == 0

    one, two = store.current_folder(built / "index"), store.current_folder(other)
    assert one.name == two.name
    assert bundle.verify(one).files == bundle.verify(two).files


def test_a_new_bundle_waits_until_it_is_published_and_can_be_taken_back(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    index = home / "index"
    first = store.current_id(index)
    live = answering.LiveResponder(index)
    _edit(home / "corpus/answers/general/dmpa-late.yaml", "up to 4 weeks", "up to four weeks")
    _build(home)
    second = capsys.readouterr().out.strip()

    assert live.current()("depo client is 3 weeks late").bundle_id == first
    forced = ["--corpus", str(home / "corpus"), "--force", "this corpus has no test set"]
    assert main(["publish", second, "--index", str(index), *forced]) == 0
    assert "four weeks" in live.current()("depo client is 3 weeks late").text
    assert main(["rollback", "--index", str(index)]) == 0
    assert live.current()("depo client is 3 weeks late").bundle_id == first


def test_promise_4_what_is_not_approved_or_has_expired_is_not_in_the_bundle(home: Path) -> None:
    answers = home / "corpus/answers/general"
    _edit(answers / "dmpa-late.yaml", "status: approved", "status: retired")
    _edit(answers / "condom-broke.yaml", "review_by: 2027-11-01", "review_by: 2026-11-02")
    _build(home)
    newest = next(item for item in store.list_bundles(home / "index") if not item.is_live)

    opened = bundle.open_bundle(home / "index" / newest.bundle_id)

    assert set(opened.contents.answer_by_id) == {"pills-missed", "implant-years"}
    assert {row.target for row in opened.contents.wordings if row.kind == "answer"} == {
        "pills-missed",
        "implant-years",
    }


def test_promise_4_a_changed_byte_is_an_error_and_never_an_answer(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = store.current_folder(home / "index") / "contents" / "answers.json"
    path.write_bytes(path.read_bytes().replace(b"4 weeks", b"9 weeks"))

    code = main(["ask", QUESTION, "--index", str(home / "index")])

    printed = capsys.readouterr()
    assert code == 13
    assert printed.out == ""
    assert printed.err.startswith("kmqa: a file of the bundle was changed")
    assert len(printed.err.splitlines()) == 1


def test_a_broken_bundle_is_made_again_by_the_next_build(home: Path) -> None:
    folder = store.current_folder(home / "index")
    (folder / "wordings.faiss").write_bytes(b"")

    assert _build(home) == 0

    bundle.open_bundle(folder)


def test_a_test_set_is_judged_by_the_code_that_serves(built: Path, tmp_path: Path) -> None:
    lines = [
        {"text": "depo client is 3 weeks late", "lang": "en", "expected": "dmpa-late"},
        {"text": "who won the football match", "lang": "en", "expected": None},
        {"text": "she bleeds heavily", "lang": "en", "expected": "urgent-bleeding"},
    ]
    (tmp_path / "t.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    out = tmp_path / "p.jsonl"

    code = main(
        ["eval", str(tmp_path / "t.jsonl"), "--index", str(built / "index"),
         "--predictions", str(out)]
    )  # fmt: skip

    assert code == 0
    outcomes = [json.loads(line)["outcome"] for line in out.read_text().splitlines()]
    assert outcomes == ["answer", "refuse", "urgent"]

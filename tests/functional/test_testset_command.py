"""`kmqa testset` from its command line."""

import json
from pathlib import Path

import pytest

from kmqa.cli import main


def _write(path: Path, *lines: dict) -> Path:
    path.write_text("".join(f"{json.dumps(line, ensure_ascii=False)}\n" for line in lines))
    return path


def _lines(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_check_lists_repeats_leaks_and_unknown_ids_and_counts_the_rest(
    built: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = _write(
        tmp_path / "t.jsonl",
        {"text": "years of protection from an implant", "lang": "en", "expected": "implant-years"},
        {"text": "Years of protection from an implant?", "lang": "en", "expected": None},
        {"text": "TORN condom, what to do", "lang": "en", "expected": "condom-broke"},
        {"text": "kidonge kimesahaulika", "lang": "sw", "kind": "typo", "expected": "pils-missed"},
    )

    assert main(["testset", "check", str(file), "--index", str(built / "index")]) == 14

    printed = capsys.readouterr().out
    assert "t.jsonl:2" in printed
    assert "is asked on line 1 already, and expects something else" in printed
    assert 't.jsonl:3: "TORN condom, what to do" is a wording of condom-broke' in printed
    assert 't.jsonl:4: the live bundle has no "pils-missed"' in printed
    assert "sw" in printed
    assert "4 questions, 3 faults" in printed


def test_check_of_a_clean_file_ends_with_0_and_says_what_it_could_not_check(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = _write(tmp_path / "t.jsonl", {"text": "x", "expected": None})

    assert main(["testset", "check", str(file), "--index", str(tmp_path / "none")]) == 0

    printed = capsys.readouterr().out
    assert "ids and leaks were not checked" in printed
    assert "1 questions, no faults" in printed


def test_eval_warns_of_leaks(
    built: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = _write(
        tmp_path / "t.jsonl",
        {"text": "implant DURATION?", "lang": "en", "expected": "implant-years"},
        {"text": "recipe for chapati", "lang": "en", "expected": None},
    )

    assert main(["eval", str(file), "--index", str(built / "index")]) == 0

    told = capsys.readouterr().err
    assert "warning: 1 of 2 questions stand in the corpus" in told
    assert "implant-years" in told


def test_a_sample_is_masked_and_cannot_be_taken_for_labels(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = _write(
        tmp_path / "log.jsonl",
        {"text": "pill late, call 0712345678", "lang": "en", "outcome": "refuse"},
        {"text": "Pill late, call 0711111111", "lang": "en", "outcome": "refuse"},
        {"text": "DIU", "outcome": "answer", "answer_id": "iud"},
    )
    out = tmp_path / "out.jsonl"

    assert main(["testset", "sample", str(log), "--out", str(out), "--n", "5"]) == 0

    lines = sorted(_lines(out), key=lambda line: line["text"])
    assert lines == [{"text": "DIU"}, {"text": "pill late, call █", "lang": "en"}]
    assert main(["testset", "check", str(out), "--index", str(tmp_path)]) == 14
    assert '"expected" is missing' in capsys.readouterr().err


def _labelled(path: Path, **labels: str | list[str] | None) -> Path:
    return _write(
        path, *({"text": text, "lang": "en", "expected": label} for text, label in labels.items())
    )


def test_two_labellers_get_their_kappa_and_a_list_to_settle(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one = _labelled(tmp_path / "one.jsonl", ab="p", cd="p", ef="q", gh=None)
    two = _labelled(tmp_path / "two.jsonl", ab="p", cd="q", ef="q", gh=None)
    out = tmp_path / "out.jsonl"

    code = main(["testset", "agree", str(one), str(two), "--out", str(out)])

    assert code == 0
    assert "agreed on 3 of 4 questions; Cohen's kappa 0.64" in capsys.readouterr().out
    [line] = _lines(out)
    assert line["id"].startswith("q")
    assert (line["text"], line["first"], line["second"], line["verdict"]) == ("cd", "p", "q", "")


def test_a_list_of_another_form_is_not_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one = _labelled(tmp_path / "one.jsonl", ab="p")

    code = main(["testset", "agree", str(one), str(one), "--out", str(tmp_path / "out.ods")])

    assert code == 14
    assert "ends with .csv or .jsonl" in capsys.readouterr().err


def test_what_a_third_person_settled_makes_one_test_set_with_what_was_agreed_on(
    built: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one = _labelled(tmp_path / "one.jsonl", ab="implant-years", cd="condom-broke", ef=None, gh=None)
    two = _labelled(tmp_path / "two.jsonl", ab="implant-years", cd=None, ef="implant-years")
    out, done = tmp_path / "out.csv", tmp_path / "done.jsonl"
    assert main(["testset", "agree", str(one), str(two), "--out", str(out)]) == 0
    asked = ["testset", "settle", str(one), str(two), str(out), "--out", str(done)]
    asked += ["--index", str(built / "index")]

    assert main(asked) == 14
    assert "out.csv:2: no verdict; out.csv:3: no verdict" in capsys.readouterr().err
    assert not done.exists()

    rows = out.read_text(encoding="utf-8-sig").splitlines()
    out.write_text("\n".join([rows[0], f"{rows[2]}refuse", f"{rows[1]}implant-years"]))
    assert main(asked) == 0

    assert {line["text"]: line["expected"] for line in _lines(done)} == {
        "ab": "implant-years", "cd": "implant-years", "ef": None,
    }  # fmt: skip
    assert "left out: 1 questions" in capsys.readouterr().out
    assert main(["testset", "check", str(done), "--index", str(built / "index")]) == 0


def test_without_a_live_bundle_nobody_can_say_which_verdicts_are_known(tmp_path: Path) -> None:
    one, two = _labelled(tmp_path / "1.jsonl", ab="p"), _labelled(tmp_path / "2.jsonl", ab="q")
    out = tmp_path / "out.csv"
    assert main(["testset", "agree", str(one), str(two), "--out", str(out)]) == 0

    done, index = tmp_path / "done.jsonl", tmp_path / "none"
    asked = ["testset", "settle", str(one), str(two), str(out), "--out", str(done)]

    assert main([*asked, "--index", str(index)]) == 13


def test_labellers_of_different_samples_are_told_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one = _write(tmp_path / "one.jsonl", {"text": "a", "expected": None})
    two = _write(tmp_path / "two.jsonl", {"text": "b", "expected": None})

    assert main(["testset", "agree", str(one), str(two), "--out", str(tmp_path / "o.csv")]) == 14

    assert "no question in common" in capsys.readouterr().err


def test_a_split_keeps_every_line_as_it_was(tmp_path: Path) -> None:
    lines = [{"text": f"question {i}", "expected": None, "note": i} for i in range(40)]
    file = _write(tmp_path / "all.jsonl", *lines)
    dev, test = tmp_path / "dev.jsonl", tmp_path / "test.jsonl"

    assert main(["testset", "split", str(file), "--dev", str(dev), "--test", str(test)]) == 0

    assert sorted((*_lines(dev), *_lines(test)), key=lambda line: line["note"]) == lines
    assert _lines(dev)
    assert _lines(test)


def test_what_was_labelled_is_never_written_over(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = _write(tmp_path / "log.jsonl", {"text": "x"})

    assert main(["testset", "sample", str(log), "--out", str(log)]) == 14

    assert "a file that is there already" in capsys.readouterr().err
    assert _lines(log) == [{"text": "x"}]

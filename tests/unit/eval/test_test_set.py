"""Reading test sets."""

import json
from pathlib import Path

import pytest

from kmqa.errors import EvaluationError
from kmqa.eval import test_set


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "set.jsonl"


def write(path: Path, *lines: dict[str, object]) -> None:
    path.write_text("".join(f"{json.dumps(line)}\n" for line in lines), encoding="utf-8")


def query_of(path: Path, **keys: object) -> test_set.Query:
    write(path, {"text": "x", "expected": None} | keys)
    return test_set.read_test_set(path).queries[0]


def test_one_id_a_list_and_null(path: Path) -> None:
    """All three forms of `expected` are read, and say what sort of query it is."""
    one, several, none = (query_of(path, expected=value) for value in ("a", ["a", "b", "a"], None))

    assert (one.expected, several.expected, none.expected) == (("a",), ("a", "b"), ())
    assert [q.is_answerable for q in (one, several, none)] == [True, True, False]
    assert [q.is_unanswerable for q in (one, several, none)] == [False, False, True]


@pytest.mark.parametrize("expected", ["urgent", "urgent-fits", ["a", "urgent-fits"]])
def test_danger_sign(path: Path, expected: object) -> None:
    """Where a danger sign is among the expected, the query is urgent and nothing else."""
    query = query_of(path, expected=expected)

    assert (query.is_urgent, query.is_answerable, query.is_unanswerable) == (True, False, False)


def test_marks_blank_lines_and_other_keys(path: Path) -> None:
    """A byte order mark and blank lines do no harm; line numbers count them; all keys are kept."""
    path.write_bytes(b'\xef\xbb\xbf\n{"text": "x\xc3\xa9", "expected": null, "split": "dev"}\r\n\n')

    tests = test_set.read_test_set(path)

    (query,) = tests.queries
    assert (query.line, query.text) == (2, "xé")
    assert query.source == {"text": "xé", "expected": None, "split": "dev"}
    assert len(tests.sha256) == 64


@pytest.mark.parametrize(
    ("lang", "language"),
    [("en", "en"), ("ur-Latn", "ur"), ("EN", "en"), ("und", None), ("english", None), (None, None)],
)
def test_lang_sets_the_language(path: Path, lang: str | None, language: str | None) -> None:
    """The code in `lang` is the person's language; its whole name stays for slices."""
    query = query_of(path, lang=lang)

    assert (query.lang, query.profile.language) == (lang, language)


def test_profile_wins_over_lang(path: Path) -> None:
    """A profile's own language counts, and keys that profiles do not have are passed over."""
    profile = query_of(path, lang="en", profile={"language": "sw", "role": "chw", "age": 3}).profile

    assert (profile.language, profile.role) == ("sw", "chw")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("{", "not valid JSON"),
        ("[1]", "not a JSON object"),
        ('{"expected": null}', '"text" should be'),
        ('{"text": 3, "expected": null}', '"text" should be'),
        ('{"text": "x"}', '"expected" is missing'),
        ('{"text": "x", "expected": 42}', '"expected" should be'),
        ('{"text": "x", "expected": ["a", " "]}', '"expected" should be'),
        ('{"text": "x", "expected": null, "kind": 1}', '"kind" should be text'),
        ('{"text": "x", "expected": null, "profile": "chw"}', '"profile" should be an object'),
        ('{"text": "x", "expected": null, "profile": {"role": 1}}', '"role" should be text'),
        ('{"text": "\\ud83d", "expected": null}', "not UTF-8"),
        ("[" * 100_000, "not valid JSON"),
        ('{"text": "x", "expected": null, "weight": NaN}', "a number out of range"),
    ],
)
def test_faulty_line_is_named(path: Path, line: str, words: str) -> None:
    """The message has the file, the line's number and what is wrong with it."""
    path.write_text(f'{{"text": "fine", "expected": null}}\n{line}\n', encoding="utf-8")

    with pytest.raises(EvaluationError) as raised:
        test_set.read_test_set(path)

    assert f"{path}:2;" in raised.value.message
    assert words in raised.value.message


def test_further_faults_are_counted(path: Path) -> None:
    """The first faulty line is named and the others are counted."""
    path.write_bytes(b'{\n\xff\n{"text": "x", "expected": null}\n[]\n')

    with pytest.raises(EvaluationError, match=r":1; .* \(the first of 3 faulty lines\)"):
        test_set.read_test_set(path)


def test_no_question(path: Path) -> None:
    """A file without a line that says anything is an error, not a perfect score."""
    path.write_text("\n \n")

    with pytest.raises(EvaluationError, match="has no question"):
        test_set.read_test_set(path)


def test_no_file(path: Path) -> None:
    """A file that is not there is named with the reason."""
    with pytest.raises(EvaluationError, match=r"set\.jsonl; got no such file"):
        test_set.read_test_set(path)


def test_unknown_ids_get_suggestions(path: Path) -> None:
    """An id that the index lacks is named with its line and the nearest known one."""
    write(path, {"text": "x", "expected": "a-pill"}, {"text": "x", "expected": ["b", "a-pil"]})
    tests = test_set.read_test_set(path)

    with pytest.raises(EvaluationError) as raised:
        test_set.check_ids(tests, {"a-pill", "c"})

    assert '"b" (line 2), "a-pil" (line 2, did you mean "a-pill")' in raised.value.message
    assert raised.value.exit_code == 14


def test_many_unknown_ids_stay_one_line(path: Path) -> None:
    """Only the first three are named; the others are counted."""
    write(path, *({"text": "x", "expected": f"id-{n}"} for n in range(9)))

    with pytest.raises(EvaluationError, match=r'"id-2" \(line 3\) and 6 more'):
        test_set.check_ids(test_set.read_test_set(path), set())


def test_known_ids_and_any_danger_sign_pass(path: Path) -> None:
    """Known ids fit, and so does the bare word for any danger sign, but not an unknown sign."""
    write(path, {"text": "x", "expected": ["urgent", "a"]})
    test_set.check_ids(test_set.read_test_set(path), {"a"})

    write(path, {"text": "x", "expected": "urgent-fits"})
    with pytest.raises(EvaluationError, match="urgent-fits"):
        test_set.check_ids(test_set.read_test_set(path), {"a"})

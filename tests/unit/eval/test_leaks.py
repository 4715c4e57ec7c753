import numpy as np
import pytest
from bundle_builder import HashEncoder
from eval_builder import make_query

from kmqa.eval import leaks
from kmqa.index import encoder
from kmqa.index.contents import Wording
from kmqa.records import Profile


def _wording(text: str, language: str = "en", target: str = "pill-late") -> Wording:
    return Wording(text=text, normalised="", language=language, kind="answer", target=target)


class MeaningEncoder:
    """Puts the texts of each group on one axis, whatever they are spelt like."""

    def __init__(self, *groups: set[str]) -> None:
        self.groups = groups
        self.seen: list[str] = []

    def encode(
        self,
        texts: list[str],
        kind: encoder.Kind = "query",  # noqa: ARG002 - the protocol has it
    ) -> np.ndarray:
        """See `kmqa.index.encoder.Encoder`."""
        self.seen += texts
        rows = [[float(text in group) for group in self.groups] + [0.0] for text in texts]
        for row in rows:
            row[-1] = float(not any(row))
        return np.array(rows, dtype=np.float32)

    def knows(self, word: str) -> bool:  # noqa: ARG002 - the protocol has it
        """See `kmqa.index.encoder.Encoder`."""
        return False


@pytest.mark.parametrize(
    "text",
    ["Client missed 2 pills!", "client  missed 2 PILLS", "“client missed 2 pills”…"],
)
def test_case_spaces_and_punctuation_hide_nothing(text: str) -> None:
    [leak] = leaks.find_leaks(
        [make_query("pill-late", text=text, line=7)],
        [_wording("client missed 2 pills?")],
        HashEncoder(),
        "en",
    )

    assert (leak.place, leak.how, leak.likeness) == ("line 7", "exact", 1.0)
    assert (leak.wording, leak.target) == ("client missed 2 pills?", "pill-late")


def test_a_slip_of_spelling_hides_nothing_in_any_language() -> None:
    known = _wording("ninaweza kumeza kidonge nilichosahau jana", "sw")
    asked = make_query(text="ninaweza kumeza kidonge nilichosahau jna", lang="sw")

    [leak] = leaks.find_leaks([asked], [known, _wording("other")], HashEncoder(), "en")

    assert leak.how == "spelling"
    assert leaks.LIKENESS < leak.likeness < 1


def test_the_same_in_other_words_leaks_where_the_encoder_knows_the_language() -> None:
    encode = MeaningEncoder({"she is late for her shot", "injection overdue"})
    wordings = [_wording("injection overdue"), _wording("weather today")]
    asked = make_query(text="she is late for her shot", profile=Profile(language="en"))

    [leak] = leaks.find_leaks([asked], wordings, encode, "en")

    assert (leak.how, leak.wording) == ("meaning", "injection overdue")


def test_meaning_is_not_compared_in_languages_that_the_encoder_does_not_know() -> None:
    encode = MeaningEncoder({"sindano imechelewa", "injection overdue", "wakati wa sindano"})
    wordings = [_wording("injection overdue"), _wording("wakati wa sindano", "sw")]
    asked = make_query(text="sindano imechelewa", profile=Profile(language="sw"))

    assert leaks.find_leaks([asked], wordings, encode, "en") == ()
    assert "wakati wa sindano" not in encode.seen
    [leak] = leaks.find_leaks([asked], wordings, encode, leaks.EVERY_LANGUAGE)
    assert leak.how == "meaning"


def test_danger_signs_are_compared_by_their_words_alone() -> None:
    encode = MeaningEncoder({"placenta still inside", "placenta has not come out"})
    wordings = [_wording("placenta has not come out", target="urgent-haemorrhage")]
    reports = [
        make_query("urgent-haemorrhage", text=text, line=line)
        for line, text in enumerate(["placenta still inside", "Placenta has not come out!"])
    ]

    [leak] = leaks.find_leaks(reports, wordings, encode, "en")

    assert (leak.place, leak.how) == ("line 1", "exact")


def test_a_question_of_its_own_does_not_leak() -> None:
    asked = make_query(text="may a smoker of forty take the combined pill")

    assert leaks.find_leaks([asked], [_wording("client missed 2 pills")], HashEncoder(), "en") == ()


def test_without_wordings_nothing_leaks() -> None:
    assert leaks.find_leaks([make_query()], [], HashEncoder(), "en") == ()


def test_questions_of_two_sets_are_compared_by_their_words() -> None:
    one, other = make_query(text="Pill late?"), make_query(text="coil lost")

    assert leaks.find_shared([one, other], [make_query(text="pill, late")]) == (one,)

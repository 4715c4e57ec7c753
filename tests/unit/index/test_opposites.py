"""A text points one way where it has cues of one side alone, in each of the eight languages."""

import numpy as np
import pytest

from kmqa.index import opposites, vocabulary
from kmqa.lexicon.language import OPPOSITES

DUE = OPPOSITES.index(("early", "late"))
BLEEDING = OPPOSITES.index(("bleeds_on", "bleeds_no_more"))
ON, NO_MORE = -1, 1
EARLY, LATE = -1, 1


@pytest.mark.parametrize(
    ("message", "way"),
    [
        ("her depo date was 6 weeks ago", LATE),
        ("she comes 2 weeks before her date", EARLY),
        ("she comes 2 weeks after her date", LATE),
        ("llegó antes de la fecha", EARLY),
        ("cliente en retard", LATE),
        ("antes da data da injeção", EARLY),
        ("amechelewa sindano", LATE),
        ("antara ki date 6 hafte pehle thi", LATE),
        ("antara ki date se 2 hafte pehle aayi", EARLY),
        ("अंतरा की तारीख छह हफ्ते पहले थी", LATE),
        ("तारीख से दो हफ्ते पहले", EARLY),
        ("ٹیکے کی تاریخ چھ ہفتے پہلے تھی", LATE),
        ("تاریخ سے دو ہفتے پہلے", EARLY),
        ("جاءت قبل موعد الحقنة", EARLY),
        ("كان موعد الحقنة قبل 6 أسابيع", LATE),
        ("she got it 6 weeks ago", 0),
        ("is she early or late", 0),
        ("how does the pill work", 0),
    ],
)
def test_a_cue_says_which_way_a_message_points(message: str, way: int) -> None:
    assert opposites.read(message)[DUE] == way


@pytest.mark.parametrize(
    ("message", "way"),
    [
        ("on depo she doesn't stop bleeding", ON),
        ("she has no period since the shot", NO_MORE),
        ("com a Depo não para de sangrar", ON),
        ("já não sangra desde a injeção", NO_MORE),
        ("con la inyección no para de sangrar", ON),
        ("dejó de sangrar con la trimestral", NO_MORE),
        ("elle n'arrête pas de saigner", ON),
        ("depuis la piqûre elle ne saigne plus", NO_MORE),
        ("anadungwa sindano damu haikati", ON),
        ("tangu sindano hapati hedhi", NO_MORE),
        ("अंतरा के बाद खून बंद नहीं हो रहा", ON),
        ("अंतरा के बाद माहवारी नहीं आई", NO_MORE),
        ("ٹیکے کے بعد خون بند نہیں ہوتا", ON),
        ("ٹیکے کے بعد حیض بند ہے", NO_MORE),
        ("بعد الإبرة النزيف ما بيوقف", ON),
        ("بعد الإبرة انقطعت الدورة", NO_MORE),
        ("does depo cause bleeding", 0),
    ],
)
def test_bleeding_that_goes_on_is_not_bleeding_that_stays_away(message: str, way: int) -> None:
    assert opposites.read(message)[BLEEDING] == way


def test_a_target_that_points_the_other_way_conflicts_and_no_other() -> None:
    early, late, neither = (
        ["depo before the date", "injection early"],
        ["depo after the date", "injection late"],
        ["how is depo kept"],
    )
    known = vocabulary.fit([early, late, neither], [frozenset()] * 3)

    conflicts = known.conflicts("she comes 2 weeks before her date")

    assert conflicts[1] > 0
    assert conflicts[[0, 2]].tolist() == [0.0, 0.0]


def test_one_wording_alone_says_little() -> None:
    once, often = opposites.measure_lean(["late"]), opposites.measure_lean(["late"] * 20)

    assert 0 < once[DUE] < 0.5 < often[DUE] < 1


def test_a_message_without_a_cue_conflicts_with_nothing() -> None:
    leans = np.ones((3, len(OPPOSITES)), dtype=np.float32)

    assert opposites.measure_conflicts("what is a pill", leans).tolist() == [0.0, 0.0, 0.0]

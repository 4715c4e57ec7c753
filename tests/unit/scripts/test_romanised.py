import pytest
from romanised import romanised


@pytest.mark.parametrize(
    ("hindi", "latin"),
    [
        ("गोली भूल गई", "goli bhul gai"),
        ("आपके कितने बच्चे हैं", "apke kitne bachche hain"),
        ("ज़्यादा दर्द", "zyada dard"),
        ("मुँह के कैंसर की जाँच", "munh ke kainsar ki janch"),
        ("लड़की को HIV है?", "larki ko HIV hai?"),
        ("", ""),
    ],
)
def test_hindi_is_written_as_people_type_it(hindi: str, latin: str) -> None:
    assert romanised(hindi) == latin

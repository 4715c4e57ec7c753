"""The language of a document."""

import pytest
from py3langid import langid

from kmqa.offline import text_language

PROSE = "Women who forget a pill should take it as soon as they remember, and use condoms."


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (PROSE, "en"),
        ("اگر حاملہ عورت کو خون آئے تو یہ خطرے کی علامت ہے، اسے فوراً ہسپتال لے جائیں۔", "ur"),
        ("Mama mjamzito akitokwa na damu, mpeleke hospitalini mara moja bila kuchelewa.", "sw"),
        ("Too short to tell", None),
        ("12 34 56 " * 50, None),
    ],
)
def test_language(text: str, language: str | None) -> None:
    assert text_language.language_of(text) == language


def test_choice_is_ours_alone() -> None:
    """Restricting a document's languages does not restrict anybody else's."""
    assert text_language.language_of(PROSE, ("fr", "sw")) in ("fr", "sw")
    assert text_language.language_of(PROSE, ("zz",)) == "en"
    assert langid.classify(PROSE)[0] == "en"


@pytest.mark.parametrize(
    "text",
    [
        PROSE,
        # Luganda and Hausa in words of our own; and a list of drugs.
        "Omukyala bw'aba yeerabidde okumira empeke, asaana okugimira amangu ddala ng'ajjukidde "
        "era agende mu ddwaliro singa awulira omutwe ogukuluma ennyo.",
        "Idan mace ta manta da shan kwayar magani, sai ta sha da zarar ta tuna, sannan ta je "
        "asibiti idan tana jin ciwon kai mai tsanani ko zubar jini.",
        "Amoxicillin 250 mg PO TDS; metronidazole 400 mg BD; ceftriaxone 1 g IM stat; oxytocin "
        "10 IU; misoprostol 800 mcg SL; levonorgestrel 150 mcg; paracetamol; zinc sulfate",
        "bcd fgh",
    ],
)
def test_languages_lists_and_scraps_are_language(text: str) -> None:
    assert not text_language.is_in_no_language(text)


def test_exchanged_letters_are_no_language() -> None:
    moved = "".join(chr(97 + (ord(c) * 11 + 5) % 26) if c.isalpha() else c for c in PROSE.lower())

    assert text_language.is_in_no_language(f"{moved} {moved}")

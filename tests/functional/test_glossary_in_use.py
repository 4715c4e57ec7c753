from pathlib import Path

from bundle_builder import make_responder
from corpus_builder import make_answer, make_corpus, make_refusals

from kmqa.records import GlossaryFile, Term


def test_a_brand_that_no_wording_names_finds_the_answer(tmp_path: Path) -> None:
    """The glossary is applied to wordings and queries alike, on the way in and out of a bundle."""
    terms = (Term(term="implant", forms={"en": ("jadelle", "rods")}),)
    answers = (
        make_answer("implant-years", questions={"en": ["how many years do the rods last"]}),
        make_answer("condom-broke", questions={"en": ["the condom broke"]}),
    )
    corpus = make_corpus(
        tmp_path,
        answers=answers,
        refusals=make_refusals(),
        glossary=GlossaryFile(terms=terms),
    )

    reply = make_responder(corpus)("how many years do jadelle last?")

    assert reply.outcome == "answer"
    assert reply.answer_id == "implant-years"
    assert reply.candidates[0].question == "how many years do the rods last"

"""A small corpus on disk with a real PDF, for tests that build it with the real model."""

from pathlib import Path
from shutil import copyfile

from corpus_builder import (
    make_answer,
    make_corpus,
    make_document,
    make_refusals,
    make_urgent,
    write_corpus,
)

from kmqa.content.corpus import Corpus
from kmqa.index import bundle

HANDBOOK = Path(__file__).parents[1] / "data" / "pdfs" / "english.pdf"
ANSWERS = {
    "dmpa-late": (
        "You can still give it up to 4 weeks late.",
        ["depo client is 3 weeks late", "late for her injection can i give it", "missed depo date"],
    ),
    "pills-missed": (
        "Take one now and go on.",
        [
            "client missed 2 pills what now",
            "forgot the pill two days",
            "she did not take her pills",
        ],
    ),
    "condom-broke": (
        "Offer emergency contraception within 5 days.",
        ["condom burst last night", "the condom broke during sex", "torn condom what to do"],
    ),
    "implant-years": (
        "Three to five years.",
        ["how many years does jadelle last", "implant duration", "when to remove the implant"],
    ),
}


def real_corpus(root: Path) -> Corpus:
    """Four answers, a real PDF, a danger sign and a refusal group."""
    answers = tuple(
        make_answer(name, text={"en": text}, questions={"en": questions})
        for name, (text, questions) in ANSWERS.items()
    )
    return make_corpus(
        root,
        answers=answers,
        documents=(make_document(sha256=bundle.sha256_of(HANDBOOK)),),
        urgent=(
            make_urgent(
                examples={
                    "en": ["she is bleeding heavily after birth", "soaked two pads in an hour"]
                }
            ),
        ),
        refusals=make_refusals(),
    )


def write_real_corpus(root: Path) -> None:
    """The files of `real_corpus` are in `root`, with the PDF."""
    write_corpus(real_corpus(root))
    copyfile(HANDBOOK, root / "documents" / "handbook.pdf")

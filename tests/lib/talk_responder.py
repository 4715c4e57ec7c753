"""A responder over what a conversation can meet: a source, a variant, a danger sign, French."""

from pathlib import Path

from bundle_builder import make_responder
from corpus_builder import (
    make_answer,
    make_corpus,
    make_document,
    make_refusals,
    make_settings,
    make_urgent,
)

from kmqa.matching.respond import Responder

DEPO = "depo client three weeks late"
HOURS = {"days": [1, 2, 3, 4, 5], "opens": "08:00", "closes": "17:00", "zone": "UTC"}
DANGER = "she is bleeding heavily after birth"
HIDING = "is spotting normal in the first months of an implant and does it go away by itself"


def make_talk_responder(**settings: object) -> Responder:
    """Return what answers from a small corpus with `settings` besides its own."""
    defaults: dict[str, object] = {
        "languages": ["en", "fr"],
        "notice": {"en": "For trial only."},
        "office_hours": {"default": HOURS},
        "age_groups": ["young"],
        "labels": {"chw": {"en": "Community worker"}, "KE": {"en": "Kenya"}},
    }
    answers = (
        make_answer(
            "depo-late",
            questions={"en": [DEPO, "late injection"], "fr": ["piqûre en retard"]},
            text={"en": "Inject up to 4 weeks late.", "fr": "Jusqu'à 4 semaines."},
            sources=[{"document": "handbook", "pages": [3], "quote": "x"}],
            related=["depo-start"],
            variants=[{"when": {"role": ["chw"]}, "text": {"en": "Refer her to the nurse."}}],
        ),
        make_answer("depo-start", questions={"en": ["when can she start depo", "first injection"]}),
        make_answer(
            "pill-missed",
            questions={"en": ["client missed two pills", "forgot a pill"]},
            text={"en": "This is the approved text about pill missed.\n1. Take one.\n2. Wait."},
        ),
    )
    corpus = make_corpus(
        Path("nowhere"),
        settings=make_settings(**{**defaults, **settings}),
        answers=answers,
        documents=(make_document(),),
        urgent=(
            make_urgent(examples={"en": [DANGER]}, text={"en": "Go now."}, related=["depo-late"]),
        ),
        refusals=make_refusals(contacts={"default": {"text": {"en": "Ask the nurse in charge."}}}),
    )
    return make_responder(corpus, document_sizes={"handbook": 250_000})

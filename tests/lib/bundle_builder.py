"""Bundles in memory, with an encoder that needs no model."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
from corpus_builder import TODAY, make_document

from kmqa import text
from kmqa.content.corpus import Corpus
from kmqa.index import bundle, content_files, dense, encoder, lexical
from kmqa.index import student as student_base
from kmqa.index.contents import Contents
from kmqa.matching.respond import Responder
from kmqa.offline import (
    cross_validation,
    danger_model,
    follow_up_rule,
    indexes,
    policy,
    student,
    wordings,
)
from kmqa.offline.answer_terms import answer_terms
from kmqa.offline.everyday_talk import EverydayTalk
from kmqa.offline.fit_pool import fit_pool
from kmqa.records import Fit, Passage, Policy

FloatArray = npt.NDArray[np.float32]

FACTS = encoder.EncoderFacts(
    model="hash", weights_sha256="0" * 64, files_sha256="1" * 64, width=256, max_tokens=256
)
FIT = Fit(
    rank={"cosine": 0.7, "lexical": 0.3, "head": 0.0},
    accept={"cosine": 0.7, "lexical": 0.3},
    slope=20.0,
    intercept=-12.0,
    n_questions=0,
)
POLICY = Policy(
    fits={"*": FIT},
    threshold=0.8,
    choose_threshold=0.4,
    margin=0.05,
    passage_threshold=0.5,
    danger_threshold=0.7,
    basis="prior",
    n_labelled=0,
    wrong_answer_bound=None,
    target_met=False,
    follow_up_rule=follow_up_rule.prior_rule(),
)


class HashEncoder:
    """Words hashed into a vector: texts that share words lie close together."""

    def __init__(self) -> None:
        self.seen: list[str] = []

    def encode(
        self,
        texts: Sequence[str],
        kind: encoder.Kind = "query",  # noqa: ARG002 - the protocol has it
    ) -> FloatArray:
        """See `kmqa.index.encoder.Encoder`."""
        self.seen += texts
        return (
            np.stack([_vector(one) for one in texts])
            if texts
            else np.zeros((0, FACTS.width), np.float32)
        )

    def knows(self, word: str) -> bool:  # noqa: ARG002 - the protocol has it
        """See `kmqa.index.encoder.Encoder`: it knows no word apart from those of the corpus."""
        return False


def _vector(one: str) -> FloatArray:
    vector = np.full(FACTS.width, 1e-3, dtype=np.float32)
    for word in text.words(one):
        vector[int.from_bytes(hashlib.sha256(word.encode()).digest()[:2]) % FACTS.width] += 1
    return vector / np.linalg.norm(vector)


def make_contents(corpus: Corpus, passages: Sequence[Passage] = (), **changes: object) -> Contents:
    """Everything that a build takes from `corpus`, with `POLICY` unless `changes` say otherwise."""
    contents = Contents(
        settings=corpus.settings,
        items=corpus.items,
        refusals=corpus.refusals,
        phrases=corpus.phrases,
        terms=corpus.glossary.terms,
        wordings=wordings.wordings_of(corpus),
        passages=tuple(passages),
        policy=POLICY,
    )
    return replace(contents, **changes)  # type: ignore[arg-type]  # any field of the contents


def make_indexes(contents: Contents) -> bundle.Indexes:
    """Indexes over `contents` with vectors of `HashEncoder`."""
    vectors = HashEncoder().encode([row.normalised for row in contents.wordings])
    rows = make_rows(contents)
    everything = np.ones(len(rows.wordings), dtype=bool)
    spelling = lexical.fit([row.normalised for row in contents.wordings])
    trained = danger_model.fit(contents.wordings, vectors, spelling)
    student_head = rows.training_set.fit_head(everything)
    return bundle.Indexes(
        wordings=dense.fit(vectors),
        passages=dense.fit(HashEncoder().encode([p.text for p in contents.passages])),
        lexical=spelling,
        head=rows.fit_head(everything),
        danger=trained.model if trained else None,
        student=student_base.Student(rows.training_set.base, student_head)
        if student_head
        else None,
        vocabulary=rows.fit_vocabulary(everything),
    )


def make_rows(contents: Contents) -> cross_validation.Rows:
    """The rows of `contents` that are matched, with vectors of `HashEncoder`."""
    training_set = student.make_training_set(contents, make_base())
    wordings = contents.wordings[: len(training_set.target)]
    texts = [row.normalised for row in wordings]
    return cross_validation.Rows(
        wordings=wordings,
        vectors=HashEncoder().encode(texts),
        counts=lexical.count_ngrams(texts),
        training_set=training_set,
        answer_terms=answer_terms(contents),
    )


def make_base() -> student_base.Base:
    """A base of the student that was taught nothing: parts of words fall where they may."""
    generator = np.random.default_rng(1)
    return student_base.Base(
        table=generator.integers(-127, 128, size=(4096, 64), dtype=np.int8),
        scale=np.full(64, 0.01, dtype=np.float32),
        projection=generator.normal(size=(64, 32)).astype(np.float32),
        bias=np.zeros(32, dtype=np.float32),
    )


def make_manifest(contents: Contents) -> bundle.Manifest:
    """A manifest that names no files."""
    return bundle.Manifest(
        bundle_id="0123456789abcdef",
        format=bundle.FORMAT,
        corpus_name=contents.settings.name,
        languages=contents.settings.languages,
        counts={"answers": len(contents.answers)},
        model=FACTS,
        corpus_sha256="2" * 64,
        policy={},
    )


def make_bundle(corpus: Corpus, **changes: object) -> bundle.Bundle:
    """An open bundle of `corpus` that lies nowhere on disk."""
    contents = make_contents(corpus, **changes)  # type: ignore[arg-type]  # any field
    return bundle.Bundle(
        folder=Path("nowhere"),
        manifest=make_manifest(contents),
        contents=contents,
        indexes=make_indexes(contents),
    )


def write_bundle(corpus: Corpus, folder: Path, bundle_id: str = "0123456789abcdef") -> Path:
    """A sealed bundle of `corpus` in ``folder/bundle_id``, with an encoder that is not one."""
    contents = make_contents(corpus)
    place = folder / bundle_id
    (place / "encoder").mkdir(parents=True)
    encoder.write_facts(FACTS, place / "encoder")
    content_files.write(contents, place / "contents")
    make_indexes(contents).save(place)
    bundle.seal(place, replace(make_manifest(contents), bundle_id=bundle_id))
    return place


def make_responder(corpus: Corpus, **changes: object) -> Responder:
    """What answers from `corpus` on `TODAY`."""
    return Responder(make_bundle(corpus, **changes), HashEncoder(), today=lambda: TODAY)


def with_pdf(responder: Responder, folder: Path, **changes: object) -> Responder:
    """`responder` with a handbook, whose description has `changes`, and its PDF in `folder`."""
    (folder / "documents").mkdir()
    (folder / "documents" / "handbook.pdf").write_bytes(b"%PDF-1.7 ...")
    before = responder.bundle
    described = make_document(**changes)
    items = {**before.contents.items, "document": (described,)}
    contents = replace(before.contents, items=items, document_sizes={described.id: 12})
    sealed = {"documents/handbook.pdf": bundle.sha256_of(folder / "documents" / "handbook.pdf")}
    manifest = replace(before.manifest, files=sealed)
    opened = replace(before, folder=folder, contents=contents, manifest=manifest)
    return Responder(opened, HashEncoder(), today=lambda: TODAY)


def make_material(
    corpus: Corpus, labelled: Sequence[policy.LabelledQuestion] = ()
) -> policy.TrainingMaterial:
    """What a policy is fitted on, for `corpus`."""
    contents = make_contents(corpus, policy=None)
    vectors = HashEncoder().encode([row.normalised for row in contents.wordings])
    with fit_pool() as threads:
        texts = indexes.index_texts(contents, make_base(), threads)
        nothing = np.zeros((0, FACTS.width), np.float32)
        found = indexes.fit_indexes(texts, vectors, nothing, EverydayTalk((), nothing), threads)
    return policy.TrainingMaterial(
        contents=contents,
        indexes=found.indexes,
        vectors=vectors,
        questions=found.questions,
        danger=found.danger,
        encode=HashEncoder(),
        model_language="en",
        labelled=labelled,
    )

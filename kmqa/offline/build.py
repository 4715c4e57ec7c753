"""From a checked corpus to a sealed bundle: passages, vectors, indexes, policy, files.

The id of a bundle depends only on what goes in, so an unchanged corpus is recognised before
anything is encoded. The bundle is put together in a hidden folder and appears in one step.
"""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from kmqa.content import registry
from kmqa.content.corpus import Corpus
from kmqa.corpus import layout, selection
from kmqa.errors import BundleError, CorpusError
from kmqa.index import bundle, content_files, encoder, store
from kmqa.index import student as student_base
from kmqa.index.contents import Contents, Wording
from kmqa.offline import everyday_talk, indexes, passages, policy, wordings
from kmqa.offline.companion_files import copy_companions
from kmqa.offline.encoders import Encoders, Progress
from kmqa.offline.fit_pool import fit_pool
from kmqa.offline.follow_up_rule import FollowUpLine
from kmqa.offline.model import FoundModel
from kmqa.records import Extraction, Gate, Passage

FloatArray = npt.NDArray[np.float32]

# Raised whenever the same corpus and model would give another bundle than before.
RECIPE = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What to build, from what.

    Attributes:
        corpus: As read and checked; only what may be served on `today` goes in.
        extractions: Of each document's PDF, by document id.
        labelled: Questions of the development set, for the threshold; may be empty.
        follow_ups: Messages in conversations, for reading such; may be empty.
    """

    corpus: Corpus
    extractions: Mapping[str, Extraction]
    labelled: Sequence[policy.LabelledQuestion]
    model: FoundModel
    index: Path
    today: date
    follow_ups: Sequence[FollowUpLine] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """A bundle in its place.

    Attributes:
        is_new: False where the same bundle was there already.
        n_encoded: Texts that no earlier build had encoded.
    """

    folder: Path
    manifest: bundle.Manifest
    is_new: bool
    n_encoded: int = 0


def build(order: Order, progress: Progress) -> Built:
    """Make the bundle of `order` and put it into the index folder.

    Raises:
        CorpusError: No answer may be served.
        BundleIncompatible: The exported encoder does not equal the model.
    """
    corpus = _without_gate(selection.servable(order.corpus, order.today))
    if not corpus.answers:
        raise _nothing_to_build(order)
    store.remove_leftovers(order.index)
    parts = _text_parts(corpus, order)
    corpus_sha256 = _sha256(parts)
    base_sha256 = bundle.sha256_of(student_base.PACKAGED)
    talk = [everyday_talk.read_talk(language) for language in corpus.settings.languages]
    bundle_id = _sha256(
        [RECIPE, bundle.FORMAT, corpus_sha256, asdict(order.model.facts), base_sha256, talk]
    )[:16]
    existing = _find_existing(order.index / bundle_id)
    if existing is not None:
        return Built(folder=order.index / bundle_id, manifest=existing, is_new=False)
    rows = wordings.wordings_of(corpus)
    texts = [row.normalised for row in rows]
    encoders = Encoders(order.model, order.index / ".cache", progress, texts)
    contents, searched = _index(corpus, rows, order, encoders, progress)
    manifest = _manifest(bundle_id, corpus_sha256, contents, encoders)
    folder = _write_bundle(replace(order, corpus=corpus), manifest, contents, searched, encoders)
    return Built(
        folder=folder,
        manifest=bundle.verify(folder),
        is_new=True,
        n_encoded=encoders.n_encoded,
    )


def _without_gate(corpus: Corpus) -> Corpus:
    """Leave out the gate: it judges a bundle from outside and changes nothing that is served."""
    return replace(corpus, settings=replace(corpus.settings, gate=Gate()))


def _nothing_to_build(order: Order) -> CorpusError:
    n = len(order.corpus.answers)
    return CorpusError(
        "there is nothing to build",
        which=str(order.corpus.root),
        got=f"{n} answers, none approved and in its review period" if n else "no answers",
        expected="at least one approved answer",
        remedy='Write or import answers and approve them ("kmqa import", "kmqa review").',
    )


def _text_parts(corpus: Corpus, order: Order) -> dict[str, Any]:
    """Everything that a build takes from the corpus, as plain values in a fixed order."""
    extracted = {
        document.id: [asdict(page) for page in order.extractions[document.id].pages]
        for document in corpus.documents
        if document.id in order.extractions
    }
    labelled = [[q.text, q.language, sorted(q.expected)] for q in order.labelled]
    follow_ups = [
        [one.text, list(one.history), one.language, sorted(one.expected)]
        for one in order.follow_ups
    ]
    return {
        "contents": content_files.dump(_select_approved(corpus)),
        "companions": _companion_hashes(corpus),
        "extracted": extracted,
        "pdfs": {name: order.extractions[name].sha256 for name in extracted},
        "labelled": labelled,
        "follow_ups": follow_ups,
    }


def _select_approved(corpus: Corpus) -> Contents:
    """Return what people wrote and approved, before anything is made of it."""
    return Contents(
        settings=corpus.settings,
        items=corpus.items,
        refusals=corpus.refusals,
        phrases=corpus.phrases,
        terms=corpus.glossary.terms,
    )


def _companion_hashes(corpus: Corpus) -> dict[str, str]:
    """Return the sha256 of each file for which the audit log vouches, by path, sorted."""
    found: dict[str, str] = {}
    for item in corpus.all_items():
        found |= corpus.companions(registry.kind_of(item).name, item.id)
    return dict(sorted(found.items()))


def _sha256(value: object) -> str:
    content = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()


def _find_existing(folder: Path) -> bundle.Manifest | None:
    """Read the manifest of a bundle that is there and whole; a broken one is made again."""
    try:
        return bundle.verify(folder)
    except BundleError:
        return None


def _index(
    corpus: Corpus,
    rows: tuple[Wording, ...],
    order: Order,
    encoders: Encoders,
    progress: Progress,
) -> tuple[Contents, bundle.Indexes]:
    contents = _contents(corpus, rows, order, encoders)
    with fit_pool() as threads:
        texts = indexes.index_texts(contents, student_base.load_packaged_base(), threads)
        row_vectors = encoders.vectors(
            [row.normalised for row in rows], "query", "encoding questions"
        )
        passage_texts = [passage.text for passage in contents.passages]
        passage_vectors = encoders.vectors(passage_texts, "passage", "encoding passages")
        talk = _encode_talk(contents, encoders)
        encoders.save_vectors()
        with progress("fitting", 1) as advance:
            found = indexes.fit_indexes(texts, row_vectors, passage_vectors, talk, threads)
            advance(1)
        with progress("setting thresholds", 1) as advance:
            fitted = policy.fit_policy(_material(contents, found, row_vectors, order, encoders))
            advance(1)
    encoders.save_vectors()
    return replace(contents, policy=fitted), found.indexes


def _encode_talk(contents: Contents, encoders: Encoders) -> everyday_talk.EverydayTalk:
    """Return the everyday talk of the languages of `contents`."""
    lines = everyday_talk.list_wordings(contents)
    texts = [line.normalised for line in lines]
    return everyday_talk.EverydayTalk(
        lines, encoders.vectors(texts, "query", "encoding everyday talk")
    )


def _contents(
    corpus: Corpus, rows: tuple[Wording, ...], order: Order, encoders: Encoders
) -> Contents:
    """Return what the bundle holds of `corpus`, without a policy."""
    return replace(
        _select_approved(corpus),
        wordings=rows,
        passages=_passages(corpus, order.extractions, encoders.count_tokens),
        document_sizes={name: path.stat().st_size for name, path in _pdfs(corpus).items()},
    )


def _material(
    contents: Contents,
    found: indexes.FittedIndexes,
    row_vectors: FloatArray,
    order: Order,
    encoders: Encoders,
) -> policy.TrainingMaterial:
    """Gather what thresholds are set by."""
    return policy.TrainingMaterial(
        contents=contents,
        indexes=found.indexes,
        vectors=row_vectors,
        questions=found.questions,
        danger=found.danger,
        encode=encoders,
        model_language=order.model.language,
        labelled=order.labelled,
        follow_ups=order.follow_ups,
    )


def _pdfs(corpus: Corpus) -> dict[str, Path]:
    """Return the file of each document that has one."""
    paths = {
        document.id: layout.pdf_path(corpus.root, document.id) for document in corpus.documents
    }
    return {name: path for name, path in paths.items() if path.is_file()}


def _passages(
    corpus: Corpus, extractions: Mapping[str, Extraction], count_tokens: Callable[[str], int]
) -> tuple[Passage, ...]:
    return tuple(
        passage
        for document in corpus.documents
        if document.id in extractions and extractions[document.id].verdict == "text"
        for passage in passages.split_passages(document.id, extractions[document.id], count_tokens)
    )


def _manifest(
    bundle_id: str, corpus_sha256: str, contents: Contents, encoders: Encoders
) -> bundle.Manifest:
    fitted = contents.policy
    return bundle.Manifest(
        bundle_id=bundle_id,
        format=bundle.FORMAT,
        corpus_name=contents.settings.name,
        languages=contents.settings.languages,
        counts={
            **{kind.part: len(contents.items.get(kind.name, ())) for kind in registry.kinds()},
            "wordings": len(contents.wordings),
            "passages": len(contents.passages),
            "refusal_examples": sum(row.kind == "refusal" for row in contents.wordings),
        },
        model=encoder.read_facts(encoders.folder),
        corpus_sha256=corpus_sha256,
        policy=asdict(fitted) if fitted else {},
    )


def _write_bundle(
    order: Order,
    manifest: bundle.Manifest,
    contents: Contents,
    searched: bundle.Indexes,
    encoders: Encoders,
) -> Path:
    staged = store.make_staging_folder(order.index, manifest.bundle_id)
    content_files.write(contents, staged / "contents")
    searched.save(staged)
    (staged / "encoder").mkdir()
    for path in sorted(encoders.folder.iterdir()):
        bundle.link_or_copy(path, staged / "encoder" / path.name)
    copy_companions(order.corpus, staged)
    bundle.seal(staged, manifest)
    return store.move_into_place(order.index, staged, manifest.bundle_id)

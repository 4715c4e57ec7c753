"""Small valid corpora for tests: make the records, change what matters, write them if needed.

Every record is made through the schema, so a builder can make nothing that a file could not say.
"""

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from kmqa import disk, records
from kmqa.content import registry
from kmqa.content.corpus import Corpus, Origin
from kmqa.corpus import layout, schema, yaml_writer
from kmqa.corpus.starter import new

TODAY = date(2026, 11, 23)
"""Day on which the corpora that are made here are fit to build."""

SHA256 = "0" * 64


def _made(kind: Any, defaults: dict[str, Any], changes: dict[str, Any]) -> Any:  # noqa: ANN401 - a record of the kind asked for
    return TypeAdapter(kind).validate_python(defaults | changes)


def make_answer(answer_id: str = "pill-late", **changes: Any) -> records.Answer:  # noqa: ANN401 - any key of an answer
    """An approved answer in English with three wordings and no source."""
    about = answer_id.replace("-", " ")
    defaults = {
        "id": answer_id,
        "topic": "general",
        "title": about,
        "status": "approved",
        "questions": {"en": [f"{about} what now", f"help with {about}", f"i ask about {about}"]},
        "text": {"en": f"This is the approved text about {about}."},
        "authored_by": "writer",
        "reviewed_by": ["reviewer"],
        "approved_on": date(2026, 11, 1),
        "review_by": date(2027, 11, 1),
    }
    made: records.Answer = _made(records.Answer, defaults, changes)
    return made


def make_document(document_id: str = "handbook", **changes: Any) -> records.Document:  # noqa: ANN401 - any key of a document
    """An approved document whose PDF has the hash `SHA256`."""
    defaults = {
        "id": document_id,
        "title": "A handbook",
        "language": "en",
        "status": "approved",
        "sha256": SHA256,
        "reviewed_by": ["reviewer"],
        "reviewed_on": date(2026, 11, 1),
        "review_by": date(2027, 11, 1),
    }
    made: records.Document = _made(records.Document, defaults, changes)
    return made


def make_urgent(entry_id: str = "urgent-bleeding", **changes: Any) -> records.UrgentEntry:  # noqa: ANN401 - any key of a danger sign
    """An approved danger sign in English with one example and one pattern."""
    defaults = {
        "id": entry_id,
        "status": "approved",
        "examples": {"en": ["she bleeds so much that pads are soaked"]},
        "patterns": {"en": ["bleed* soak*|heav* !spotting"]},
        "text": {"en": "Go to the hospital now."},
        "authored_by": "writer",
        "reviewed_by": ["reviewer"],
        "approved_on": date(2026, 11, 1),
        "review_by": date(2027, 11, 1),
    }
    made: records.UrgentEntry = _made(records.UrgentEntry, defaults, changes)
    return made


def make_refusals(**changes: Any) -> records.Refusals:  # noqa: ANN401 - any key of refusals.yaml
    """One group with one question, and a confirmed contact."""
    group = {"id": "far", "kind": "far", "questions": {"en": ["who won the football match"]}}
    contact = {"text": {"en": "Ask the nurse in charge."}, "confirmed_on": date(2026, 11, 1)}
    defaults = {"groups": [group], "contacts": {"default": contact}}
    made: records.Refusals = _made(records.Refusals, defaults, changes)
    return made


def make_settings(**changes: Any) -> records.CorpusSettings:  # noqa: ANN401 - any key of corpus.yaml
    """English only, one topic, two roles and countries, sources not required."""
    defaults = {
        "name": "test corpus",
        "languages": ["en"],
        "roles": ["chw", "nurse"],
        "countries": ["KE", "IN"],
        "topics": {"general": {"en": "General", "fr": "Général"}},
        "policy": {},
        "require_sources": False,
    }
    if "fr" not in changes.get("languages", ()):
        defaults["topics"] = {"general": {"en": "General"}}
    made: records.CorpusSettings = _made(records.CorpusSettings, defaults, changes)
    return made


def make_corpus(root: Path, **parts: Any) -> Corpus:  # noqa: ANN401 - any attribute of a corpus
    """A corpus that is fit to build, in memory; `root` need not exist.

    Unless `parts` say otherwise it has one answer, the settings of `make_settings`, and the
    phrases of a new corpus in each of its languages. Items of a kind are a part by the name of its
    file in the bundle, such as `answers`.
    """
    settings = parts.setdefault("settings", make_settings())
    parts.setdefault("answers", (make_answer(),))
    if "phrases" not in parts:
        parts["phrases"] = {language: make_phrases(language) for language in settings.languages}
    items = {kind.name: tuple(parts.pop(kind.part, ())) for kind in registry.kinds()}
    return Corpus(root=root, items=items, origins=_origins(items, parts["phrases"]), **parts)


def _origins(
    items: dict[str, tuple[Any, ...]], languages: Iterable[str]
) -> dict[tuple[str, str], Origin]:
    """Where everything would be read from, had it been."""
    paths = {("settings", ""): layout.SETTINGS, ("refusals", ""): layout.REFUSALS}
    paths["glossary", ""] = layout.GLOSSARY
    paths |= {("phrases", language): layout.phrases_path(language) for language in languages}
    for kind in registry.kinds():
        paths |= {(kind.name, item.id): kind.path_of(item) for item in items[kind.name]}
    return {name: Origin(path, "", {}) for name, path in paths.items()}


def make_phrases(language: str = "en") -> dict[str, str]:
    """The phrases with which a new corpus begins."""
    text = new.phrases_text(language)
    lines = (line.partition(": ") for line in text.splitlines() if not line.startswith("#"))
    return {key: value.strip('"') for key, _, value in lines}


def make_extraction(*pages: str, **changes: Any) -> records.Extraction:  # noqa: ANN401 - any key of an extraction
    """What a readable PDF with these page texts gives; an empty text makes a scanned page."""
    numbered = [
        {"number": number, "text": text, "verdict": "text" if text else "scanned"}
        for number, text in enumerate(pages, start=1)
    ]
    defaults = {"sha256": SHA256, "file_verdict": "fine", "pages": numbered}
    made: records.Extraction = _made(records.Extraction, defaults, changes)
    return made


def write_corpus(corpus: Corpus) -> Path:
    """The files of `corpus` are in its root, without an audit log; returns the root."""
    _write(corpus.root, layout.SETTINGS, schema.plain(corpus.settings))
    _write(corpus.root, layout.REFUSALS, schema.plain(corpus.refusals) or {"groups": []})
    for item in corpus.all_items():
        _write(corpus.root, registry.kind_of(item).path_of(item), schema.plain(item))
    for language, phrases in corpus.phrases.items():
        _write(corpus.root, layout.phrases_path(language), dict(phrases))
    return corpus.root


def _write(root: Path, name: str, data: dict[str, Any]) -> None:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    disk.write_atomically(path, yaml_writer.dump(data))

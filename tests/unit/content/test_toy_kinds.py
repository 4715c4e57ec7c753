"""A tenth kind of content is declared in one module, and everything works with it.

Not one file of kmqa knows the kinds of `toy_kinds`; they are registered here alone.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from bundle_builder import make_contents, make_manifest, write_bundle
from corpus_builder import TODAY, make_corpus, make_document, write_corpus
from real_git import git
from toy_kinds import KINDS, NOTICE, NOTICE_YAML, PATHWAY, Notice, write_toys

from kmqa.content import registry
from kmqa.content.corpus import Corpus
from kmqa.corpus import audit, commits, files, layout, selection, validate, workflow
from kmqa.errors import BundleCorrupt, EditConflict, NotPermitted
from kmqa.index import bundle
from kmqa.offline.companion_files import copy_companions
from kmqa.records import Source

ITEMS = (("notice", "opening-hours"), ("pathway", "fever"), ("price-list", "drugs"))


@pytest.fixture(autouse=True)
def _registered() -> Iterator[None]:
    with registry.use_kinds(*KINDS):
        yield


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = write_corpus(make_corpus(tmp_path / "corpus"))
    write_toys(root)
    return root


def problems(root: Path) -> list[tuple[str, int, str]]:
    found = validate.check(root, lambda path: pytest.fail(f"{path} is no PDF"), TODAY).problems
    return [(problem.path, problem.line, problem.code) for problem in found]


def move(root: Path, kind: str, item_id: str, to: str, by: str) -> None:
    step = workflow.Step(to=to, by=by, today=TODAY)  # type: ignore[arg-type]  # a status
    workflow.move(root, kind, item_id, step)


def approve_all(root: Path) -> Corpus:
    for kind, item_id in ITEMS:
        move(root, kind, item_id, "in_review", "writer")
        move(root, kind, item_id, "approved", "reviewer")
    return files.read_corpus(root)


# Read and checked


def test_it_is_read_like_any_other(root: Path) -> None:
    """Items stand under the name of their kind, each with where it was read."""
    corpus = files.read_corpus(root)

    assert [item.title for item in corpus.items["notice"]] == ["Opening hours"]
    assert corpus.place("notice", "opening-hours", "text", "en") == (
        "notices/opening-hours.yaml",
        5,
    )
    assert set(corpus.companions("pathway", "fever")) == {"pathways/fever/questions.csv"}
    assert set(corpus.companions("price-list", "drugs")) == {"prices/drugs.xlsx"}
    assert problems(root) == []


@pytest.mark.parametrize(
    ("old", "new", "line", "code"),
    [
        ("title:", "titel:", 3, "key-unknown"),
        ("id: opening-hours", "id: 042", 2, "value-invalid"),
        ("en: The", "xx: The", 5, "language-unknown"),
        ("text:\n", "text: [\n", 6, "file-unreadable"),
        (
            "authored_by",
            "sources: [{document: gone, pages: [1]}]\nauthored_by",
            6,
            "document-unknown",
        ),
        ("authored_by", "sources: [{document: x, page: 1}]\nauthored_by", 6, "key-unknown"),
    ],
)
def test_its_faults_have_a_line(root: Path, old: str, new: str, line: int, code: str) -> None:
    """What the schema, a rule of its own and the rule of sources find is told with its line."""
    path = root / "notices/opening-hours.yaml"
    path.write_text(NOTICE_YAML.replace(old, new))

    assert ("notices/opening-hours.yaml", line, code) in problems(root)


def test_an_unknown_key_of_an_inner_record_is_compared_with_its_own_keys(root: Path) -> None:
    """Whoever writes "page" in a source is offered "pages"."""
    text = NOTICE_YAML + "sources: [{document: x, page: 1}]\n"
    (root / "notices/opening-hours.yaml").write_text(text)

    [message] = [one.message for one in files.read(root).problems if one.code == "key-unknown"]
    assert message == 'unknown key "sources.1.page". Did you mean "pages"?'


def test_a_file_or_folder_in_the_wrong_place_is_told(root: Path) -> None:
    """A name that does not fit the id, a folder without its YAML, a file without description."""
    (root / "pathways/fever").rename(root / "pathways/cough")
    (root / "pathways/empty").mkdir()
    (root / "prices/food.xlsx").write_bytes(b"PK")
    (root / "prices/drugs.xlsx").unlink()

    assert problems(root) == [
        ("pathways/cough/pathway.yaml", 1, "file-misplaced"),
        ("pathways/cough/pathway.yaml", 1, "file-missing"),
        ("pathways/empty", 0, "file-ignored"),
        ("prices/drugs.yaml", 1, "file-missing"),
        ("prices/food.xlsx", 0, "file-ignored"),
    ]


def test_its_own_rule_reads_the_files_of_its_folder(root: Path) -> None:
    """A row of a CSV is told with its line."""
    (root / "pathways/fever/questions.csv").write_text("temperature,number\nrash\n")

    assert problems(root) == [("pathways/fever/questions.csv", 2, "row-short")]


def test_a_link_out_of_the_corpus_is_no_companion(root: Path, tmp_path: Path) -> None:
    """What lies elsewhere is neither read nor sealed."""
    (tmp_path / "secret.csv").write_text("a,b\n")
    (root / "pathways/fever/more.csv").symlink_to(tmp_path / "secret.csv")

    reading = files.read(root)

    assert [(p.path, p.code) for p in reading.problems] == [
        ("pathways/fever/more.csv", "outside-corpus")
    ]
    assert reading.corpus is not None
    assert set(reading.corpus.companions("pathway", "fever")) == {"pathways/fever/questions.csv"}


# Reviewed


def test_it_goes_through_the_workflow_with_a_trace(root: Path) -> None:
    """Author and reviewer are two people, and each step has its line; comments stay."""
    move(root, "notice", "opening-hours", "in_review", "writer")
    with pytest.raises(NotPermitted, match="author"):
        move(root, "notice", "opening-hours", "approved", "Writer")

    move(root, "notice", "opening-hours", "approved", "reviewer")

    [notice] = files.read_corpus(root).items["notice"]
    assert (notice.status, notice.reviewed_by) == ("approved", ("reviewer",))
    assert (notice.approved_on, notice.review_by) == (TODAY, date(2027, 11, 23))
    lines = [(line.item, line.to_status) for line in audit.read(root) if line.action == "move"]
    assert lines == [("notice:opening-hours", "in_review"), ("notice:opening-hours", "approved")]
    assert (root / "notices/opening-hours.yaml").read_text().startswith("# hangs in the hall\n")
    assert problems(root) == []


def test_reopened_it_has_the_next_version(root: Path) -> None:
    """As an answer does; a kind without versions has none."""
    approve_all(root)
    move(root, "notice", "opening-hours", "draft", "writer")
    move(root, "pathway", "fever", "draft", "writer")

    corpus = files.read_corpus(root)
    assert corpus.items["notice"][0].version == 2
    assert corpus.items["pathway"][0].review_by is None


@pytest.mark.parametrize(
    ("path", "old", "new", "at"),
    [
        ("notices/opening-hours.yaml", b"eight", b"nine", "notices/opening-hours.yaml"),
        ("pathways/fever/questions.csv", b"number", b"text", "pathways/fever/pathway.yaml"),
        ("prices/drugs.xlsx", b"workbook", b"virus", "prices/drugs.yaml"),
    ],
)
def test_what_is_altered_after_approval_is_told(
    root: Path, path: str, old: bytes, new: bytes, at: str
) -> None:
    """A word of the YAML, a cell of a CSV in its folder, a byte of the workbook beside it."""
    approve_all(root)
    (root / path).write_bytes((root / path).read_bytes().replace(old, new))

    [problem] = [p for p in problems(root) if p[2] == "altered-after-approval"]
    assert problem[0] == at


def test_nobody_approves_other_files_than_they_read(root: Path) -> None:
    """A CSV that changed while the reviewer read stops the approval."""
    move(root, "pathway", "fever", "in_review", "writer")
    read = files.read_corpus(root).origins["pathway", "fever"].state
    (root / "pathways/fever/questions.csv").write_text("temperature,text\n")

    step = workflow.Step(to="approved", by="reviewer", today=TODAY)
    with pytest.raises(EditConflict):
        workflow.move(root, "pathway", "fever", step, read)


def test_a_corpus_that_is_kept_in_memory_sees_every_change(root: Path) -> None:
    """The console, which reads again only what changed, sees the files of a folder change too."""
    files.remember(root)
    before, stamps = files.read_corpus(root), layout.stamps(root)
    (root / "pathways/fever/questions.csv").write_text("temperature,a longer word\n")

    assert layout.stamps(root) != stamps
    after = files.read_corpus(root)
    assert after.companions("pathway", "fever") != before.companions("pathway", "fever")


def test_each_step_is_a_commit(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the corpus is kept in git, a step of the kind is a commit by its person."""
    for step in (("init", "-q"), ("add", "-A"), ("commit", "-qm", "begin")):
        git(root, *step)
    monkeypatch.setattr(commits, "_KEPT", {})
    commits.keep(root)

    move(root, "notice", "opening-hours", "in_review", "writer")

    assert git(root, "log", "-1", "--format=%s %an") == (
        "move notice:opening-hours: draft to in_review writer"
    )


# Served


def test_it_is_served_while_its_review_lasts(root: Path) -> None:
    """Drafts and what has expired stay out."""
    assert selection.servable(files.read_corpus(root), TODAY).items["notice"] == ()

    corpus = approve_all(root)

    last = date(2027, 11, 23)
    assert len(selection.servable(corpus, last).items["notice"]) == 1
    for kind, _ in ITEMS:
        assert selection.servable(corpus, last + timedelta(1)).items[kind] == ()


def test_it_is_not_served_without_the_document_that_it_cites(tmp_path: Path) -> None:
    """A document that is not approved takes with it what rests on it."""
    source = Source(document="handbook", pages=(1,))
    notice = Notice(
        id="a", title="A", text={"en": "A"}, status="approved", review_by=TODAY, sources=(source,)
    )
    corpus = make_corpus(tmp_path, documents=(make_document(),)).with_items(notice=(notice,))
    assert selection.servable(corpus, TODAY).items["notice"] == (notice,)

    retired = corpus.with_items(document=(make_document(status="retired"),))

    assert selection.servable(retired, TODAY).items["notice"] == ()


@pytest.fixture
def sealed(root: Path, tmp_path: Path) -> Path:
    corpus = selection.servable(approve_all(root), TODAY)
    folder = write_bundle(corpus, tmp_path / "index")
    copy_companions(corpus, folder)
    for name in ("SEAL", "manifest.json"):
        (folder / name).unlink()
    bundle.seal(folder, make_manifest(make_contents(corpus)))
    return folder


def test_it_is_read_back_from_the_bundle(sealed: Path) -> None:
    """By kind and id, with its review date and the files that belong to it."""
    opened = bundle.open_bundle(sealed)

    for kind, item_id in ITEMS:
        found = opened.contents.find(kind, item_id)
        assert found is not None
        assert found.review_by == date(2027, 11, 23)
    assert opened.contents.items["notice"][0].text == {"en": "The clinic opens at eight."}
    files_of_pathway = opened.companions("pathway", "fever")
    assert list(files_of_pathway) == ["questions.csv"]
    assert files_of_pathway["questions.csv"].read_text() == "temperature,number\n"
    assert list(opened.companions("price-list", "drugs")) == ["drugs.xlsx"]
    assert opened.companions("price-list", "nobody") == {}


@pytest.mark.parametrize(
    "name", ["contents/notices.json", "pathways/fever/questions.csv", "prices/drugs.xlsx"]
)
def test_a_changed_byte_of_it_closes_the_bundle(sealed: Path, name: str) -> None:
    """Nothing is served from a bundle in which one byte of the new kind differs."""
    content = (sealed / name).read_bytes()
    (sealed / name).write_bytes(content[:-2] + b"x" + content[-1:])

    with pytest.raises(BundleCorrupt, match=name):
        bundle.open_bundle(sealed)


def test_a_version_without_the_kind_serves_nothing_of_it(
    sealed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bundle with a kind that this version does not know opens, and the kind is not there."""
    monkeypatch.setattr(registry, "_registered", [PATHWAY])

    opened = bundle.open_bundle(sealed)

    assert opened.contents.find("notice", "opening-hours") is None
    assert opened.contents.find("pathway", "fever") is not None


# Declared


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"folder": "contents"}, "holds something else"),
        ({"part": "wordings"}, "holds something else"),
        ({"name": "Big Board"}, "small letters"),
        ({"file": "{title}.yaml"}, "neither"),
        ({"approval_day": "seen_on"}, 'no field "seen_on"'),
        ({"record": int}, "no dataclass"),
    ],
)
def test_a_kind_that_cannot_work_is_refused(changes: dict[str, object], fault: str) -> None:
    """What would break later is told when the kind is declared."""
    with pytest.raises(ValueError, match=fault):
        replace(NOTICE, **changes)  # type: ignore[arg-type]  # wrong on purpose


@pytest.mark.parametrize("changes", [{"folder": "answers"}, {"name": "urgent"}, {}])
def test_two_kinds_share_nothing(changes: dict[str, str]) -> None:
    """Neither name, folder, part of the bundle nor record."""
    with pytest.raises(ValueError, match="share"), registry.use_kinds(replace(PATHWAY, **changes)):
        pass  # pragma: no cover - never reached

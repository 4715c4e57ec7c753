"""What is found of a log that somebody forged, cut, replaced or deleted, with a key and without."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from kmqa import disk
from kmqa.corpus import anchors, audit, audit_key, audit_proof
from kmqa.errors import SettingsError
from kmqa.settings import read_settings

KEY = "k" * 32
NEXT = "n" * 32


def entry(item: str = "answer:a", by: str = "Asha", action: str = "move") -> audit.Entry:
    return audit.Entry(by=by, action=action, item=item, to_status="approved")


def _set_key(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("KMQA_AUDIT_KEY", value)
    read_settings.cache_clear()


def _codes(root: Path) -> list[tuple[str, str]]:
    return [(found.code, found.severity) for found in audit_proof.verify(root)]


def _lines(root: Path) -> list[bytes]:
    return (root / "audit.jsonl").read_bytes().splitlines()


def _write(root: Path, lines: list[bytes]) -> None:
    (root / "audit.jsonl").write_bytes(b"".join(line + b"\n" for line in lines))


def _rechain(lines: list[bytes]) -> list[bytes]:
    """Make the whole chain again, as somebody does who knows how but has no key."""
    previous, made = audit.NO_LINE, []
    for line in lines:
        data = json.loads(line) | {"previous_line_sha256": previous}
        data.pop("mark", None)
        made.append(json.dumps(data, ensure_ascii=False).encode())
        previous = disk.sha256_of(made[-1])
    return made


def _forge(line: bytes, **changes: str) -> bytes:
    return json.dumps(json.loads(line) | changes).encode()


def _write_log(folder: Path) -> Path:
    """Write a log of three lines, anchored beside the bundles."""
    (folder / "corpus").mkdir()
    (folder / "index").mkdir()
    anchors.keep(folder / "corpus", folder / "index")
    for item in "abc":
        audit.append(folder / "corpus", [entry(f"answer:{item}")])
    return folder / "corpus"


@pytest.fixture
def plain(tmp_path: Path) -> Path:
    """A log without a key."""
    return _write_log(tmp_path)


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same with a key."""
    _set_key(monkeypatch, KEY)
    return _write_log(tmp_path)


def test_a_log_with_a_key_is_believed_and_read_as_before(root: Path) -> None:
    assert _codes(root) == []
    assert [line.item for line in audit.read(root)] == ["answer:a", "answer:b", "answer:c"]
    assert all(map(audit_key.has_mark, _lines(root)))


ATTACKS: dict[str, tuple[Callable[[list[bytes]], list[bytes]], str]] = {
    "the tail is cut": (lambda lines: lines[:-1], "audit-cut"),
    "the log is emptied": (lambda _: [], "audit-cut"),
    "the head is cut": (lambda lines: lines[1:], "audit-cut"),
    "an approval is forged": (
        lambda lines: [*lines, _rechain([*lines, _forge(lines[-1], by="Bilal")])[-1]],
        "audit-broken",
    ),
    "an approval is forged with the right chain": (
        lambda lines: [*lines, _next(lines, by="Bilal")],
        "audit-forged",
    ),
    "a line is edited": (
        lambda lines: [lines[0], _forge(lines[1], by="Bilal"), lines[2]],
        "audit-broken",
    ),
    "the last line is edited": (
        lambda lines: [*lines[:2], lines[2].replace(b"Asha", b"Bila")],
        "audit-cut",
    ),
    "all is made again": (
        lambda lines: _rechain([_forge(line, by="Bilal") for line in lines]),
        "audit-not-accepted",
    ),
}


def _next(lines: list[bytes], **changes: str) -> bytes:
    """A line that follows from the last one."""
    return _forge(lines[-1], previous_line_sha256=disk.sha256_of(lines[-1]), **changes)


@pytest.mark.parametrize("attack", ATTACKS)
def test_each_attack_without_the_key_is_an_error(root: Path, attack: str) -> None:
    change, code = ATTACKS[attack]
    _write(root, change(_lines(root)))

    assert (code, "error") in _codes(root)


def test_a_deleted_log_is_found_also_after_a_new_one_was_begun(root: Path) -> None:
    """The new one does not move the anchor."""
    (root / "audit.jsonl").unlink()
    assert _codes(root) == [("audit-cut", "error")]

    audit.append(root, [entry("answer:x"), entry("answer:y"), entry("answer:z"), entry("answer:q")])

    assert _codes(root) == [("audit-cut", "error")]


def test_the_anchor_cannot_be_forged_either(root: Path) -> None:
    _write(root, _lines(root)[:1])
    [line] = _lines(root)
    path = root.parent / "index" / anchors.FILE
    path.write_text(json.dumps({"n_lines": 1, "head": disk.sha256_of(line)}))

    assert _codes(root) == [("audit-anchor-forged", "error")]


def test_without_a_key_what_the_anchor_finds_is_a_warning(plain: Path) -> None:
    """A branch of a git repository may have a shorter log, and nobody can tell it from a forger."""
    _write(plain, _lines(plain)[:-1])

    assert _codes(plain) == [("audit-cut", "warning")]


def test_a_torn_line_is_repaired_with_a_key_as_without(root: Path) -> None:
    with (root / "audit.jsonl").open("ab") as log:
        log.write(_lines(root)[0][:50])
    assert _codes(root) == [("audit-torn", "warning")]

    audit.append(root, [entry("answer:d")])

    assert _codes(root) == []
    assert audit.read(root)[-1].item == "answer:d"


def test_nobody_without_the_key_writes_into_a_log_that_has_one(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = _lines(root)
    _set_key(monkeypatch, "")

    with pytest.raises(SettingsError, match="KMQA_AUDIT_KEY"):
        audit.append(root, [entry("answer:d")])

    assert _lines(root) == before
    assert _codes(root) == [("audit-unchecked", "warning")]


def test_a_key_is_replaced_by_another(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both are believed meanwhile; the first marks new lines."""
    _set_key(monkeypatch, f"{NEXT},{KEY}")
    audit.append(root, [entry("answer:d")])

    assert _codes(root) == []
    assert audit_key.is_marked_by(_lines(root)[-1], [NEXT])


def test_an_old_log_is_believed_after_a_person_vouched_for_it(
    plain: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _set_key(monkeypatch, KEY)
    codes = [code for code, _ in _codes(plain)]
    assert codes == ["audit-not-accepted", "audit-anchor-forged"]
    audit.append(plain, [entry("answer:d")])
    assert "audit-forged" in [code for code, _ in _codes(plain)]

    audit_proof.accept(plain, "Chen")

    assert _codes(plain) == []
    _write(plain, _lines(plain)[:-1])
    assert ("audit-cut", "error") in _codes(plain)


def test_who_has_no_key_cannot_vouch(root: Path) -> None:
    lines = _lines(root)
    _write(root, [*lines, _next(lines, action="accept", item="corpus")])

    assert _codes(root) == [("audit-forged", "error")]


def test_what_is_wrong_before_somebody_vouched_is_a_warning(root: Path) -> None:
    """The log was damaged for good, and the person who looked through it stands in it."""
    lines = _lines(root)
    _write(root, [lines[0], _forge(lines[1], by="Bilal"), lines[2]])
    audit_proof.accept(root, "Chen")

    assert _codes(root) == [("audit-broken", "warning")]

    lines = _lines(root)
    _write(root, [lines[0].replace(b"Asha", b"Bila"), *lines[1:]])
    assert "error" in [severity for _, severity in _codes(root)]


def test_a_log_that_is_lost_for_good_is_begun_anew_by_a_person(root: Path) -> None:
    known = anchors.anchor_of(_lines(root))
    (root / "audit.jsonl").unlink()
    audit_proof.accept(root, "Chen")

    assert _codes(root) == []
    [found] = audit_proof.problems_with(root, known, "2026-11-30", "a signature")
    assert found.severity == "warning"


def test_a_point_that_a_signature_knows_is_held_against_the_log(root: Path) -> None:
    """As the anchor, but out of reach of who writes into both folders."""
    known = anchors.anchor_of(_lines(root))
    (root.parent / "index" / anchors.FILE).unlink()
    assert audit_proof.problems_with(root, known, "2026-11-30", "a signature") == ()

    _write(root, _lines(root)[:-1])
    [found] = audit_proof.problems_with(root, known, "2026-11-30", "a signature")
    audit_proof.accept(root, "Chen")
    [later] = audit_proof.problems_with(root, known, "2026-11-30", "a signature")

    assert (found.code, found.severity) == ("audit-cut", "error")
    assert later.severity == "warning"


@pytest.mark.parametrize("value", ["short", f"{KEY},short"])
def test_a_key_that_can_be_guessed_is_refused_and_not_shown(
    value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    _set_key(monkeypatch, value)

    with pytest.raises(SettingsError, match="KMQA_AUDIT_KEY") as caught:
        read_settings()

    assert KEY not in caught.value.message

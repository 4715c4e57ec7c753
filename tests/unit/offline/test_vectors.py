import hashlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from bundle_builder import FACTS, HashEncoder

from kmqa.offline.vectors import VectorCache
from kmqa.state.identity import Identity


def test_no_text_is_encoded_twice_in_the_life_of_a_folder(tmp_path: Path) -> None:
    first, second = HashEncoder(), HashEncoder()
    cache = VectorCache(tmp_path, FACTS)
    made = cache.encode(["a", "b", "a"], "query", first.encode)
    cache.save()

    again = VectorCache(tmp_path, FACTS).encode(["b", "c", "a"], "query", second.encode)

    assert (first.seen, second.seen) == (["a", "b"], ["c"])
    np.testing.assert_array_equal(again[[2, 0]], made[[0, 1]])


def test_a_passage_is_not_the_query_with_the_same_words(tmp_path: Path) -> None:
    facts = replace(FACTS, query_prefix="query: ", passage_prefix="passage: ")
    cache = VectorCache(tmp_path, facts)
    cache.encode(["a"], "query", HashEncoder().encode)

    assert cache.n_unknown(["a"], "passage") == 1


@pytest.mark.parametrize("content", [b"", b"not a zip file", b"PK\x03\x04broken"])
def test_a_damaged_cache_is_as_good_as_none(tmp_path: Path, content: bytes) -> None:
    cache = VectorCache(tmp_path, FACTS)
    cache.encode(["a"], "query", HashEncoder().encode)
    cache.save()
    next(tmp_path.glob("*.npz")).write_bytes(content)

    assert VectorCache(tmp_path, FACTS).n_unknown(["a"], "query") == 1


def test_nothing_to_encode_gives_no_rows(tmp_path: Path) -> None:
    assert VectorCache(tmp_path, FACTS).encode([], "query", HashEncoder().encode).shape == (0, 256)


def test_only_what_is_named_is_kept(tmp_path: Path) -> None:
    cache = VectorCache(tmp_path, FACTS)
    cache.encode(["a", "b"], "query", HashEncoder().encode)

    cache.keep_only(["b", "never seen"], "query")

    assert VectorCache(tmp_path, FACTS).n_unknown(["a", "b"], "query") == 1
    assert (cache.n_unknown(["a", "b"], "query"), len(cache)) == (1, 1)


def test_texts_of_people_are_known_by_keyed_hashes_in_a_sealed_file(tmp_path: Path) -> None:
    identity, text = Identity("p" * 40), "my client bled for three days"
    cache = VectorCache(tmp_path, FACTS, identity)
    [vector] = cache.encode([text], "query", HashEncoder().encode)
    cache.save()

    [path] = tmp_path.iterdir()
    plain = hashlib.sha256(text.encode()).digest()
    assert not [one for one in (vector.tobytes(), plain) if one in path.read_bytes()]
    assert plain not in identity.open_bytes(path.read_bytes())
    assert VectorCache(tmp_path, FACTS, identity).n_unknown([text], "query") == 0
    assert VectorCache(tmp_path, FACTS, Identity("q" * 40)).n_unknown([text], "query") == 1


def test_a_sealed_file_stands_alone_in_its_folder(tmp_path: Path) -> None:
    """Nobody would ever forget what another model or version left there."""
    for name in ("old-int8-1.npz", "other-int8-2.npz.sealed"):
        (tmp_path / name).write_bytes(b"vectors")

    VectorCache(tmp_path, FACTS, Identity("p" * 40))

    assert list(tmp_path.iterdir()) == []

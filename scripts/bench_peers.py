"""What a user would pick instead, on the same questions and in the same run.

Each peer gives one score for each query and answer: the best over the answer's wordings.
"""

from collections.abc import Callable, Sequence
from importlib import util

import numpy as np
import numpy.typing as npt
from bench_sets import PublicSet, figures

from kmqa.offline import encode, model
from kmqa.settings import Settings

FloatArray = npt.NDArray[np.float32]
Peer = Callable[[Sequence[str], Sequence[str]], FloatArray]


def peers() -> dict[str, Peer]:
    """Return the peers that are installed, by name; the extra `bench` brings all of them."""
    found: dict[str, Peer] = {"sentence-transformers + FAISS": plain_embeddings()}
    if util.find_spec("bm25s"):
        found["bm25s"] = bm25
    if util.find_spec("txtai"):
        found["txtai hybrid"] = txtai_hybrid()
    return found


def plain_embeddings() -> Peer:
    """sentence-transformers and exact inner products, nothing else."""
    found = model.find_model(Settings())
    encoder = encode.TorchEncoder(found.facts, found.folder)
    return lambda queries, wordings: encoder.encode(queries) @ encoder.encode(wordings).T


def bm25(queries: Sequence[str], wordings: Sequence[str]) -> FloatArray:
    """bm25s with its own defaults."""
    import bm25s  # an extra, which may be absent

    index = bm25s.BM25()
    index.index(bm25s.tokenize(list(wordings), show_progress=False), show_progress=False)
    words = bm25s.tokenize(list(queries), return_ids=False, show_progress=False)
    nothing = np.zeros(len(wordings), np.float32)  # for queries of stop words only
    rows = [np.asarray(index.get_scores(query)) if query else nothing for query in words]
    return np.stack(rows).astype(np.float32)


def txtai_hybrid() -> Peer:
    """Return the hybrid index of txtai over the same embedding model."""
    from txtai import Embeddings  # an extra, which may be absent

    folder = str(model.find_model(Settings()).folder)

    def score(queries: Sequence[str], wordings: Sequence[str]) -> FloatArray:
        index = Embeddings(path=folder, hybrid=True, gpu=False)
        index.index(list(enumerate(wordings)))
        scores = np.zeros((len(queries), len(wordings)), np.float32)
        for row, hits in enumerate(index.batchsearch(list(queries), 100)):
            for place, value in hits:
                scores[row, place] = value
        return scores

    return score


def peer_figures(peer: Peer, chosen: PublicSet) -> dict[str, float]:
    """Figures of `peer` on one set."""
    answers, queries = chosen.answer_lines(), chosen.query_lines()
    wordings = [wording for answer in answers for wording in answer["questions"]]
    owner = np.repeat(np.arange(len(answers)), [len(answer["questions"]) for answer in answers])
    scores = peer([query["text"] for query in queries], wordings)
    starts = np.searchsorted(owner, np.arange(len(answers)))
    numbers = {answer["id"]: number for number, answer in enumerate(answers)}
    expected = np.array([_number(query["expected"], numbers) for query in queries])
    return figures(np.maximum.reduceat(scores, starts, axis=1), expected)


def _number(expected: object, numbers: dict[str, int]) -> int:
    if isinstance(expected, list):
        return numbers[expected[0]] if expected else -1
    return numbers[str(expected)] if expected else -1

"""Speed and memory of kmqa beside plain sentence-transformers and FAISS, in one run.

Machines differ and are noisy, so both sides are timed in turns and the ratio is what counts.
"""

import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import faiss
import numpy as np
from sentence_transformers import SentenceTransformer

from kmqa.commands import answering
from kmqa.offline import model
from kmqa.records import Profile
from kmqa.settings import Settings

KMQA = [sys.executable, "-m", "kmqa"]
_BLOCK = 40  # questions that one side answers before it is the other's turn
_WARM_UP = 8  # of them, not counted
_SERVE = (
    "import time, sys; start = time.perf_counter();"
    "from pathlib import Path; from kmqa.commands import answering;"
    "respond = answering.open_responder(Path(sys.argv[1])); ready = time.perf_counter() - start;"
    "[respond(f'when can she have the next one {i}') for i in range(100)];"
    "status = Path('/proc/self/status').read_text();"
    "print(ready, int(status.partition('VmHWM:')[2].split()[0]) / 1024, 'torch' in sys.modules)"
)

# Peak memory from /proc: what getrusage tells of a child includes the process that started it.
_BUILD = (
    "import sys; from pathlib import Path; from kmqa.cli import main; code = main(sys.argv[1:]);"
    "status = Path('/proc/self/status').read_text();"
    "print(int(status.partition('VmHWM:')[2].split()[0]) / 1024); sys.exit(code)"
)


class Plain:
    """The usual way: encode, search a flat index, take the nearest wording."""

    def __init__(self, wordings: Sequence[str]) -> None:
        self.model = SentenceTransformer(str(model.find_model(Settings()).folder), device="cpu")
        vectors = self.encode(wordings)
        self.index = faiss.IndexFlatIP(vectors.shape[1])
        self.index.add(vectors)

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """Vectors of length 1."""
        return np.asarray(self.model.encode(list(texts), normalize_embeddings=True), np.float32)

    def ask_all(self, queries: Sequence[str]) -> None:
        """Many questions at once."""
        self.index.search(self.encode(queries), 10)

    def ask(self, query: str) -> None:
        """One question."""
        self.ask_all([query])


def warm(index: Path, wordings: Sequence[str], queries: Sequence[str]) -> dict[str, float]:
    """Median and 95th percentile of one question, encoder included, in milliseconds.

    Turns are blocks of questions: threads that still spin after the other side's question would
    slow both down if they took turns with every question.
    """
    ours, plain = answering.open_responder(index), Plain(wordings)
    times: dict[str, list[float]] = {"kmqa": [], "plain": []}
    for start in range(0, len(queries), _BLOCK):
        for name, ask in (("kmqa", ours), ("plain", plain.ask)):
            for number, query in enumerate(queries[start : start + _BLOCK]):
                took = _timed(lambda ask=ask, query=query: ask(query))  # type: ignore[misc]
                if number >= _WARM_UP:
                    times[name].append(took * 1000)
    found = {}
    for name, values in times.items():
        found[f"{name} p50 ms"] = float(np.median(values))
        found[f"{name} p95 ms"] = float(np.quantile(values, 0.95))
    found["p50 ratio"] = found["kmqa p50 ms"] / found["plain p50 ms"]
    return found


def batches(index: Path, wordings: Sequence[str], queries: Sequence[str]) -> dict[str, float]:
    """Questions per second in one batch, encoder and search included, median of five turns."""
    ours, plain = answering.open_responder(index), Plain(wordings)
    profiles = [Profile()] * len(queries)
    turns: dict[str, list[float]] = {"kmqa": [], "plain": []}
    for _ in range(5):
        turns["kmqa"].append(_timed(lambda: ours.replies(queries, profiles)))
        turns["plain"].append(_timed(lambda: plain.ask_all(queries)))
    found = {f"{name} per s": len(queries) / statistics.median(t) for name, t in turns.items()}
    found["ratio"] = found["kmqa per s"] / found["plain per s"]
    return found


def cold(index: Path) -> dict[str, float]:
    """Seconds of `kmqa ask` and of importing sentence-transformers, median of five turns each."""
    ask = [*KMQA, "ask", "when can she have the next one", "--index", str(index)]
    load = [sys.executable, "-c", "import sentence_transformers"]
    turns: dict[str, list[float]] = {"kmqa ask": [], "import": []}
    for _ in range(5):
        turns["kmqa ask"].append(_timed(lambda: run(ask)))
        turns["import"].append(_timed(lambda: run(load)))
    found = {f"{name} s": statistics.median(values) for name, values in turns.items()}
    found["ratio"] = found["kmqa ask s"] / found["import s"]
    return found


def serving(index: Path) -> dict[str, float]:
    """Seconds until a process is ready, its peak memory in MB, and whether torch was loaded."""
    out = subprocess.run(  # noqa: S603 - our own code
        [sys.executable, "-c", _SERVE, str(index)], check=True, capture_output=True, text=True
    ).stdout.split()
    return {"ready s": float(out[0]), "peak MB": float(out[1]), "torch loaded": out[2] == "True"}


def building(corpus: Path, index: Path) -> dict[str, float]:
    """Seconds of a first build and of one without changes, and the peak memory of a build."""
    arguments = ["build", "--corpus", str(corpus), "--index", str(index)]
    started = time.perf_counter()
    peak = float(run([sys.executable, "-c", _BUILD, *arguments]).split()[-1])
    first = time.perf_counter() - started
    return {
        "build s": first,
        "unchanged s": _timed(lambda: run([*KMQA, *arguments])),
        "peak MB": peak,
    }


def run(command: Sequence[str]) -> str:
    """Return what `command` prints; its error stream is shown only when it fails."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own
    if done.returncode:
        sys.exit(f"{' '.join(command)} ended with {done.returncode}:\n{done.stderr}")
    return done.stdout


def _timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started

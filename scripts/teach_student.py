"""Teach the base of `kmqa.index.student` from parallel sentences, and write it into the package.

    python scripts/teach_student.py --tico19 sentences.tsv

Words and character n-grams of a sentence in any language, hashed, are summed and mapped to the
vector that the default encoder gives to the English sentence. Of each sentence half the parts are
left out anew in each round, so that short questions are understood as well. Hindi is taught in
Latin letters too, and the languages of the starter corpus twice as often as the 12 others.
Doctor-patient lines (`CMU`) are never taught: they say how well it went. The same file, library
versions and number of threads give the same bytes.
"""

import argparse
import csv
import datetime
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from romanised import romanised

from kmqa.index import bundle, student
from kmqa.offline import encode, model
from kmqa.settings import Settings

FloatArray = npt.NDArray[np.float32]
IntArray = npt.NDArray[np.int32]

N_SLOTS, WIDTH = 65_536, 232
EPOCHS, BATCH, LEARNING_RATE, LEFT_OUT = 9, 512, 0.005, 0.5
SEED, THREADS = 0, 2
HELD_OUT = "CMU"
ROMAN_HINDI = "hi-Latn"
CLIP = 8.0  # standard deviations of a component that 127 stands for; nothing lies beyond
OURS = ("es", "fr", "ur", "sw", "hi", "ar", "pt")
TWICE = {"en", ROMAN_HINDI, *OURS}  # taught twice as often as the 12 others


@dataclass(frozen=True, slots=True)
class Sentences:
    """s English vectors, and the slots of each sentence in each language.

    Attributes:
        vectors: Centred on the taught sentences, float32, shape (s, w), of length 1.
        slots: By language, s arrays of slots.
        is_held_out: Bool, shape (s,).
    """

    vectors: FloatArray
    texts: dict[str, list[str]]
    slots: dict[str, list[IntArray]]
    is_held_out: npt.NDArray[np.bool_]


def read_sentences(path: Path) -> Sentences:
    """Return the sentences of a TICO-19 table by language, and make the English vectors."""
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE))
    # The table has two columns "id", of which the second, Indonesian, is not taught.
    languages = [name for name in rows[0] if name not in {"id", "source"}]
    texts = {language: [row[language] for row in rows] for language in languages}
    texts[ROMAN_HINDI] = [romanised(text) for text in texts["hi"]]
    held_out = np.array([row["source"] == HELD_OUT for row in rows])
    found = model.find_model(Settings())
    vectors = encode.TorchEncoder(found.facts, found.folder).encode(texts["en"])
    vectors = vectors - vectors[~held_out].mean(axis=0)
    return Sentences(
        vectors=vectors / np.linalg.norm(vectors, axis=1, keepdims=True),
        texts=texts,
        slots={name: list(student.list_slots(column, N_SLOTS)) for name, column in texts.items()},
        is_held_out=held_out,
    )


class Network(torch.nn.Module):
    """A vector for each slot, summed, then a linear map to the encoder's vectors."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.table = torch.nn.EmbeddingBag(N_SLOTS, WIDTH, mode="sum")
        torch.nn.init.normal_(self.table.weight, std=0.05)
        self.projection = torch.nn.Linear(WIDTH, width)

    def forward(self, slots: Sequence[IntArray]) -> torch.Tensor:
        """Vectors of length 1 for texts of these slots, shape (n, w)."""
        lengths = np.array([len(one) for one in slots])
        starts = torch.from_numpy(np.cumsum(lengths) - lengths)
        sums = self.table(torch.from_numpy(np.concatenate(slots).astype(np.int64)), starts)
        means = sums / torch.from_numpy(np.sqrt(lengths).astype(np.float32))[:, None]
        return torch.nn.functional.normalize(self.projection(means), dim=1)


def taught(sentences: Sentences) -> student.Base:
    """Return a base that reproduces the English vectors from every language."""
    torch.manual_seed(SEED)
    torch.set_num_threads(THREADS)
    torch.use_deterministic_algorithms(mode=True)
    network = Network(sentences.vectors.shape[1])
    targets = torch.from_numpy(sentences.vectors)
    pairs = [
        (language, int(place))
        for language, slots in sentences.slots.items()
        for place in np.flatnonzero(~sentences.is_held_out)
        if len(slots[place])
        for _ in range(2 if language in TWICE else 1)
    ]
    optimiser = torch.optim.Adam(network.parameters(), lr=LEARNING_RATE)
    n_steps = EPOCHS * (len(pairs) // BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, LEARNING_RATE, total_steps=n_steps, pct_start=0.1
    )
    generator = np.random.default_rng(SEED)
    for epoch in range(EPOCHS):
        missed = 0.0
        for batch in _batches(pairs, generator):
            parts = [_some(sentences.slots[name][place], generator) for name, place in batch]
            wanted = targets[torch.tensor([place for _, place in batch])]
            loss = (1 - (network(parts) * wanted).sum(dim=1)).mean()
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
            missed += loss.item() * BATCH / len(pairs)
        print(f"round {epoch + 1} of {EPOCHS}: mean cosine {1 - missed:.3f}", flush=True)
    return _quantised(network)


def _batches(
    pairs: Sequence[tuple[str, int]], generator: np.random.Generator
) -> Iterator[list[tuple[str, int]]]:
    order = generator.permutation(len(pairs))
    for start in range(0, len(order) - BATCH + 1, BATCH):
        yield [pairs[int(place)] for place in order[start : start + BATCH]]


def _some(slots: IntArray, generator: np.random.Generator) -> IntArray:
    kept = slots[generator.random(len(slots)) > LEFT_OUT]
    return kept if len(kept) else slots


def _quantised(network: Network) -> student.Base:
    table = network.table.weight.detach().numpy()
    scale = (CLIP * table.std(axis=0) / 127).astype(np.float32)
    return student.Base(
        table=np.clip(np.rint(table / scale), -127, 127).astype(np.int8),
        scale=scale,
        projection=np.ascontiguousarray(network.projection.weight.detach().numpy().T),
        bias=network.projection.bias.detach().numpy(),
    )


def found_first(base: student.Base, sentences: Sentences) -> dict[str, dict[str, float]]:
    """For each language the share of held-out lines nearest their own English vector (at 1, 5)."""
    places = np.flatnonzero(sentences.is_held_out)
    figures = {}
    for language, column in sentences.texts.items():
        guessed = base.vectors([column[int(place)] for place in places])
        cosines = guessed @ sentences.vectors[places].T
        ranks = (cosines > np.diagonal(cosines)[:, None]).sum(axis=1)
        figures[language] = {
            "first": round(float((ranks == 0).mean()), 3),
            "first five": round(float((ranks < 5).mean()), 3),
        }
    return figures


def describe(tico19: Path, base: student.Base, figures: dict[str, Any]) -> dict[str, Any]:
    """Return what the file beside the weights says about their origin."""
    return {
        "what": "base of kmqa.index.student: hashed words and character 3-5-grams",
        "made_by": "scripts/teach_student.py",
        "made_on": datetime.datetime.now(tz=datetime.UTC).date().isoformat(),
        "taught_on": "TICO-19, English and 19 languages, all lines but those of CMU",
        "source": "https://tico-19.github.io",
        "source_licence": "CC0-1.0",
        "source_sha256": bundle.sha256_of(tico19),
        "encoder": model.find_model(Settings()).facts.model,
        "encoder_sha256": model.DEFAULT_SHA256,
        "licence": "Apache-2.0, as this package",
        "sha256": bundle.sha256_of(student.PACKAGED),
        "slots": len(base.table),
        "components": len(base.scale),
        "seed": SEED,
        "threads": THREADS,
        "libraries": {"torch": torch.__version__, "numpy": np.__version__},
        "held_out_lines_found": figures,
    }


def main() -> None:
    """Teach, measure on lines that were held out, write weights and description."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tico19", type=Path, required=True, help="sentences.tsv of TICO-19")
    path: Path = parser.parse_args().tico19
    sentences = read_sentences(path)
    base = taught(sentences)
    np.savez(
        student.PACKAGED,
        table=base.table,
        scale=base.scale,
        projection=base.projection,
        bias=base.bias,
    )
    figures = found_first(base, sentences)
    described = json.dumps(describe(path, base, figures), indent=1)
    student.PACKAGED.with_suffix(".json").write_text(described + "\n", encoding="utf-8")
    for key in ("first", "first five"):
        mean = np.mean([figures[language][key] for language in OURS])
        print(f"held-out lines, {key}: {mean:.3f} in {', '.join(OURS)}")


if __name__ == "__main__":
    main()

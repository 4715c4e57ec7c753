import json
from pathlib import Path

import pytest

from kmqa.errors import SettingsError
from kmqa.offline import model
from kmqa.settings import DEFAULT_MODEL, Settings


def _folder(tmp_path: Path, name: str = "some-model") -> Path:
    folder = tmp_path / name
    folder.mkdir()
    (folder / "config.json").write_text(json.dumps({"hidden_size": 32}))
    (folder / "tokenizer.json").write_text("{}")
    (folder / "model.safetensors").write_bytes(b"weights")
    return folder


def test_the_default_model_has_the_published_weights() -> None:
    found = model.find_model(Settings())

    assert found.facts.weights_sha256 == model.DEFAULT_SHA256
    assert (found.facts.model, found.facts.width, found.language) == (DEFAULT_MODEL, 384, "en")


def test_other_weights_under_the_default_name_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model, "DEFAULT_SHA256", "0" * 64)

    with pytest.raises(SettingsError, match="not the published ones"):
        model.find_model(Settings())


def test_a_folder_is_a_model_and_knows_every_language(tmp_path: Path) -> None:
    found = model.find_model(Settings(model=str(_folder(tmp_path))))

    assert (found.facts.model, found.facts.width, found.language) == ("some-model", 32, "*")
    assert found.facts.add_prefix(["x"], "query") == ["x"]


def test_an_e5_model_gets_its_prefixes(tmp_path: Path) -> None:
    folder = _folder(tmp_path, "multilingual-e5-small")

    facts = model.find_model(Settings(model=str(folder))).facts

    assert facts.add_prefix(["x"], "query") == ["query: x"]
    assert facts.add_prefix(["x"], "passage") == ["passage: x"]


def test_prefixes_can_be_set_to_nothing(tmp_path: Path) -> None:
    folder = _folder(tmp_path, "my-e5")

    facts = model.find_model(Settings(model=str(folder), query_prefix="", passage_prefix="")).facts

    assert facts.add_prefix(["x"], "passage") == ["x"]


def test_another_tokenizer_is_another_model(tmp_path: Path) -> None:
    folder = _folder(tmp_path)
    before = model.find_model(Settings(model=str(folder))).facts
    (folder / "tokenizer.json").write_text('{"changed": true}')

    assert model.find_model(Settings(model=str(folder))).facts != before


def test_a_model_without_weights_says_what_is_missing(tmp_path: Path) -> None:
    folder = _folder(tmp_path)
    (folder / "model.safetensors").unlink()

    with pytest.raises(SettingsError, match="no weights"):
        model.find_model(Settings(model=str(folder)))


@pytest.mark.parametrize("name", ["no/such-model", "not a name", "/nowhere"])
def test_a_model_that_is_not_here_is_not_fetched(name: str) -> None:
    with pytest.raises(SettingsError, match="not on this machine"):
        model.find_model(Settings(model=name))

"""Open the live bundle and put together what answers from it."""

from pathlib import Path

from kmqa.errors import BundleIncompatible
from kmqa.index import bundle, encoder, store
from kmqa.matching.respond import Responder
from kmqa.settings import read_settings, today


def open_responder(index: Path) -> Responder:
    """What answers from the live bundle of `index`, verified.

    Raises:
        BundleError: No bundle is live, or it is not what its seal says.
    """
    opened = bundle.open_bundle(store.current_folder(index))
    return Responder(opened, _encoder(opened), today=today)


def _encoder(opened: bundle.Bundle) -> encoder.Encoder:
    """The bundle's own encoder, or the original model where it could not be exported."""
    folder = opened.folder / "encoder"
    if opened.manifest.model.runtime == "onnx":
        return encoder.OnnxEncoder(folder)
    from kmqa.offline import encode, model  # loads torch: only for models without an export

    found = model.find_model(read_settings())
    if found.facts.weights_sha256 != opened.manifest.model.weights_sha256:
        raise BundleIncompatible(
            "the bundle was built with another model",
            which=opened.manifest.bundle_id,
            got=found.facts.model,
            expected=opened.manifest.model.model,
            remedy='Set KMQA_MODEL to it, or run "kmqa build".',
        )
    return encode.TorchEncoder(found.facts, found.folder)


class LiveResponder:
    """Answers from whatever bundle is live, and changes over when another is published.

    A bundle that cannot be opened never replaces one that works.
    """

    def __init__(self, index: Path) -> None:
        """Open the live bundle of `index`."""
        self._index = index
        self._responder = open_responder(index)
        self._seen = self._stamp()

    def current(self) -> Responder:
        """The responder of the live bundle."""
        stamp = self._stamp()
        if stamp != self._seen:
            self._responder = open_responder(self._index)
            self._seen = stamp
        return self._responder

    def _stamp(self) -> tuple[int, int]:
        stat = (self._index / "CURRENT").stat()
        return stat.st_ino, stat.st_mtime_ns

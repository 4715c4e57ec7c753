"""Open the live bundle and put together what answers from it."""

from pathlib import Path
from typing import Protocol

from kmqa.errors import BundleError, BundleIncompatible, KmqaError
from kmqa.index import bundle, encoder, signature, store, withholding
from kmqa.matching.respond import Responder
from kmqa.settings import read_settings, today


def open_responder(index: Path, n_threads: int = 0) -> Responder:
    """Return what answers from the live bundle of `index`, verified.

    Args:
        index: Folder of the bundles.
        n_threads: Of the encoder for one call; 0 means as many as there are cores, which is
            fastest for a single question. Where many calls run side by side, 1 is.

    Raises:
        BundleError: No bundle is live, it is not what its seal says, or nobody signed it whom the
            settings trust.
    """
    folder = store.current_folder(index)
    signature.Trust(read_settings().bundle_key_list).check(folder)
    return responder_of(bundle.open_bundle(folder), n_threads)


def responder_of(opened: bundle.Bundle, n_threads: int = 0) -> Responder:
    """Return what answers from an open bundle, live or not."""
    return Responder(opened, encoder_of(opened, n_threads), today=today)


def encoder_of(opened: bundle.Bundle, n_threads: int = 0) -> encoder.Encoder:
    """Return the bundle's own encoder, or the original model where it could not be exported."""
    folder = opened.folder / "encoder"
    if opened.manifest.model.runtime == "onnx":
        return encoder.OnnxEncoder(folder, n_threads)
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


class SerialFloor(Protocol):
    """Remembers, where nobody who writes bundles can change it, how new they were."""

    def read(self) -> int:
        """Return the least serial that may be served."""

    def raise_to(self, serial: int) -> None:
        """Remember that nothing older may be served."""


class LiveResponder:
    """Answers from whatever bundle is live, and changes over when another is published.

    A bundle that cannot be opened, or is older than the last one without a command that said so,
    never replaces one that works.

    Attributes:
        problem: Why the bundle that is live by name is not served; empty when it is.
    """

    def __init__(self, index: Path, n_threads: int = 0, floor: SerialFloor | None = None) -> None:
        """Open the live bundle of `index`, with `n_threads` as in `open_responder`.

        Raises:
            BundleError: There is none to begin with.
        """
        self._floor = floor
        self.problem = ""
        self._stops_problem = ""
        self._bundle_problem = ""
        self._index = index
        self._seen = _stamp(index)
        self._n_threads = n_threads
        self._withheld = _stamp(index, withholding.WITHHELD)
        self._responder = self._open_responder()

    def current(self) -> Responder:
        """Return the responder of the live bundle, or of the last one that could be opened."""
        stamp, withheld = _stamp(self._index), _stamp(self._index, withholding.WITHHELD)
        are_stops_new = withheld != self._withheld
        # Where the list of stopped answers was unreadable, the bundle can be opened once it is not.
        if stamp != self._seen or (are_stops_new and self._bundle_problem):
            self._seen = stamp
            self._open_anew()
        if are_stops_new:
            self._withheld = withheld
            self._stop_anew()
        self.problem = self._bundle_problem or self._stops_problem
        return self._responder

    def _open_anew(self) -> None:
        try:
            self._responder = self._open_responder()
        except BundleError as error:
            self._bundle_problem = error.message
        except (KmqaError, OSError, ValueError) as error:
            self._bundle_problem = f"the live bundle cannot be opened: {type(error).__name__}"
        else:
            self._bundle_problem = ""
            self._stop_anew()  # another thread may have stopped something for the one before it

    def _open_responder(self) -> Responder:
        """Return the responder of the live bundle, once it knows what is stopped."""
        responder = open_responder(self._index, self._n_threads)
        self._check_is_newest(responder.bundle.folder)
        responder.withheld = frozenset(withholding.read_withheld(self._index))
        return responder

    def _check_is_newest(self, folder: Path) -> None:
        """Raise where the bundle is older than one that was served; remember how new it is."""
        statement = signature.Trust(read_settings().bundle_key_list).check(folder)
        if statement is None or self._floor is None:
            return
        signature.check_is_newest(statement, self._floor.read(), str(folder))
        self._floor.raise_to(statement.serial)

    def _stop_anew(self) -> None:
        """Stop what the list says; while it is unreadable, what it said before."""
        try:
            self._responder.withheld = frozenset(withholding.read_withheld(self._index))
            self._stops_problem = ""
        except BundleError as error:
            self._stops_problem = error.message


def _stamp(index: Path, name: str = "CURRENT") -> tuple[int, int] | None:
    """Return what changes whenever the file is written; None where it is missing."""
    try:
        stat = (index / name).stat()
    except FileNotFoundError:
        return None
    return stat.st_ino, stat.st_mtime_ns

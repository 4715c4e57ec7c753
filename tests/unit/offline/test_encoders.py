from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool

import pytest

from kmqa.errors import BundleError
from kmqa.offline import encoders


def test_an_export_whose_process_dies_is_told_with_what_to_do() -> None:
    export: Future[None] = Future()
    export.set_exception(BrokenProcessPool("a process in the pool was terminated abruptly"))

    with pytest.raises(BundleError, match=r"has died: mini-model\. Look whether .* memory"):
        encoders.wait_for(export, "mini-model")


def test_an_export_that_fails_says_how() -> None:
    export: Future[None] = Future()
    export.set_exception(OSError("no space left on device"))

    with pytest.raises(OSError, match="no space left"):
        encoders.wait_for(export, "mini-model")

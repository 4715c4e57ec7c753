from pathlib import Path

import process_harness
import psutil

_PATIENCE = 90  # seconds for a stop on a busy machine


def test_a_demo_that_is_asked_to_stop_leaves_no_process_behind(built: Path, tmp_path: Path) -> None:
    with process_harness.start_demo(built / "index", tmp_path, built / "corpus") as running:
        children = psutil.Process(running.process.pid).children(recursive=True)

    _, alive = psutil.wait_procs(children, timeout=_PATIENCE)
    assert children, "the demo has a worker"
    assert alive == []

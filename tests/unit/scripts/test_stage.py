"""The stage of scripts and browser tests: what happens when its processes end too early."""

import subprocess
import sys
from pathlib import Path

import pytest
import stage


def test_a_demo_that_has_ended_is_not_waited_for_and_its_last_words_are_told(
    tmp_path: Path,
) -> None:
    said = tmp_path / "said.txt"
    said.write_text("no bundle is live")
    process = subprocess.Popen([sys.executable, "-c", "raise SystemExit(13)"])
    process.wait()
    ended = stage.Demo(f"http://127.0.0.1:{stage.free_port()}/", process, said)

    with pytest.raises(ChildProcessError, match="code 13:\nno bundle is live"):
        stage.wait_for_demo(ended, patience=60)


def test_a_demo_that_never_answers_is_waited_for_no_longer_than_asked(tmp_path: Path) -> None:
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    silent = stage.Demo(f"http://127.0.0.1:{stage.free_port()}/", process, tmp_path / "said.txt")

    with pytest.raises(TimeoutError):
        stage.wait_for_demo(silent, patience=0.2)
    process.communicate()

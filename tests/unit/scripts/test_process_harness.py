"""Processes of scripts and browser tests: what happens when they end too early."""

import subprocess
import sys
from pathlib import Path

import process_harness
import pytest


def test_a_demo_that_has_ended_is_not_waited_for_and_its_last_words_are_told(
    tmp_path: Path,
) -> None:
    output = tmp_path / "output.txt"
    output.write_text("no bundle is live")
    process = subprocess.Popen([sys.executable, "-c", "raise SystemExit(13)"])
    process.wait()
    ended = process_harness.Demo(
        f"http://127.0.0.1:{process_harness.free_port()}/", process, output
    )

    with pytest.raises(ChildProcessError, match="code 13:\nno bundle is live"):
        process_harness.wait_for_demo(ended, patience=60)


def test_a_demo_that_never_answers_is_waited_for_no_longer_than_asked(tmp_path: Path) -> None:
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    silent = process_harness.Demo(
        f"http://127.0.0.1:{process_harness.free_port()}/", process, tmp_path / "output.txt"
    )

    with pytest.raises(TimeoutError):
        process_harness.wait_for_demo(silent, patience=0.2)
    process.communicate()

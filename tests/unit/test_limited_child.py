"""A child within limits: each limit holds, and no child outlives who started it."""

import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from kmqa import limited_child
from kmqa.errors import ReadersBusy
from kmqa.limited_child import ChildLimits, ChildResult, run_limited

pytestmark = pytest.mark.slow


@pytest.fixture
def program(tmp_path: Path) -> Path:
    return tmp_path / "program.py"


def run(program: Path, text: str, content: bytes = b"", **limits: float) -> ChildResult:
    program.write_text(text)
    bounds = {"seconds": 60, "cpu_seconds": 30, "memory_bytes": 200_000_000} | limits
    return run_limited(program, {"n": 1}, content, ChildLimits(**bounds))  # type: ignore[arg-type] # numbers of either kind


def test_a_program_gets_its_order_and_the_content(program: Path) -> None:
    text = "import sys; print(sys.argv[1], len(sys.stdin.buffer.read()))"

    done = run(program, text, b"x" * 1_000_000)

    assert done == ChildResult(output=b'{"n": 1} 1000000\n', how="exit code 0")


def test_content_that_nobody_reads_does_no_harm(program: Path) -> None:
    assert run(program, "print(1)", b"x" * 1_000_000).output == b"1\n"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("import time; time.sleep(99)", "time"),
        ("import os, time; os.close(1); time.sleep(99)", "time"),
        ("x = bytes(900_000_000)", "memory"),
        ("print('x' * 2_000)", "output"),
        ("raise SystemExit(3)", "crash"),
        ("import os; os.kill(os.getpid(), 11)", "crash"),
    ],
)
def test_each_end_is_told(program: Path, text: str, fault: str) -> None:
    assert run(program, text, seconds=3, output_bytes=1_000).fault == fault


def test_computing_has_its_own_limit(program: Path) -> None:
    """The kernel ends it, whether or not anybody waits for it."""
    assert run(program, "while True: pass", cpu_seconds=1) == ChildResult(
        fault="time", how=f"signal {signal.SIGXCPU.value}"
    )


def test_a_child_writes_no_file_and_knows_no_settings(
    program: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KMQA_PEPPER", "secret")
    text = (
        "import os\n"
        f"try: open({str(tmp_path / 'out')!r}, 'wb', 0).write(b'x')\n"
        "except OSError: print([key for key in os.environ if key.startswith('KMQA_')])"
    )

    assert run(program, text).output == b"[]\n"


def test_a_child_dies_with_its_parent(program: Path, tmp_path: Path) -> None:
    """The parent is killed, so that it can do nothing; the child is gone at once all the same."""
    mark = tmp_path / "pid"
    program.write_text("import os, time\nprint(os.getpid(), flush=True)\ntime.sleep(600)\n")
    parent = (
        "from pathlib import Path\n"
        "from kmqa import limited_child as l\n"
        "def said(stream, most):\n"
        f"    Path({str(mark)!r}).write_bytes(stream.readline())\n"
        "    return stream.read()\n"
        "l._read_at_most = said\n"
        f"l.run_limited(Path({str(program)!r}), {{}}, b'',"
        " l.ChildLimits(seconds=600, cpu_seconds=600, memory_bytes=10**9))\n"
    )
    with subprocess.Popen([sys.executable, "-c", parent]) as process:  # noqa: S603 - our own code
        child = int(wait_for(mark))
        process.kill()

    deadline = time.monotonic() + 20
    while is_alive(child) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not is_alive(child)


def wait_for(mark: Path) -> str:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if mark.is_file() and (text := mark.read_text()).endswith("\n"):
            return text
        time.sleep(0.05)
    raise AssertionError(mark)


def is_alive(pid: int) -> bool:
    """Whether it runs; one that ended and that nobody has asked for does not."""
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return False


def test_only_so_many_run_and_wait(program: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One runs, one waits and runs afterwards, a third is refused at once, a slow one later."""
    monkeypatch.setattr(limited_child, "_running", threading.BoundedSemaphore(1))
    monkeypatch.setattr(limited_child, "_admitted", threading.BoundedSemaphore(2))
    with limited_child._turn():
        waiting = threading.Thread(target=run, args=(program, "print(1)"))
        waiting.start()
        while limited_child._admitted._value:
            time.sleep(0.01)
        with pytest.raises(ReadersBusy, match="Try again in a minute"):
            run(program, "print(1)")
    waiting.join()
    assert run(program, "print(2)").output == b"2\n"

    monkeypatch.setattr(limited_child, "WAIT_SECONDS", 0.01)
    with limited_child._turn(), pytest.raises(ReadersBusy, match=r"for 0\.01 seconds"):
        run(program, "print(1)")


def test_a_child_that_cannot_start_is_told(program: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limited_child.sys, "executable", "/nowhere/python")

    with pytest.raises(ReadersBusy, match="No such file"):
        run(program, "print(1)")

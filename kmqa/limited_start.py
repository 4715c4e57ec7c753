"""Bind this process, then run the program that is named; `kmqa.limited_child` starts this file.

What holds for every reader of untrusted bytes is set here and nowhere else: no more memory and
processor time than allowed, no file written, no memory dumped, dead as soon as the parent is. It
is done in the child, because code between fork and exec is not safe in a process with threads.
The file imports nothing of kmqa, so that it starts fast and knows no settings.

Arguments: a JSON object with ``memory_bytes``, ``cpu_seconds``, ``parent`` (a process id) and
``out_of_memory`` (the exit code that says so); the program; what is for the program.
"""

import contextlib
import ctypes
import json
import os
import resource
import runpy
import signal
import sys
from pathlib import Path
from typing import Any

PR_SET_PDEATHSIG = 1  # linux/prctl.h
PACKAGES = str(Path(__file__).resolve().parent.parent)


def main(bounds: dict[str, Any], program: str) -> None:
    """Run `program` as ``__main__`` within `bounds`; ends this process if it lacks memory."""
    _die_with(bounds["parent"])
    _bind(bounds["memory_bytes"], bounds["cpu_seconds"])
    try:
        runpy.run_path(program, run_name="__main__")
    except MemoryError:
        os._exit(bounds["out_of_memory"])


def _import_kmqa_from_here() -> None:
    """Let the program find the kmqa of the parent, after Python's own library."""
    is_installed = [path.endswith("-packages") for path in sys.path]
    sys.path.insert(is_installed.index(True) if any(is_installed) else len(sys.path), PACKAGES)


def _die_with(parent: int) -> None:
    """Have the kernel kill this process when its parent ends; Linux only.

    Elsewhere the limit of processor time ends it.
    """
    with contextlib.suppress(AttributeError, OSError):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:  # it ended before the kernel was asked
        os._exit(1)


def _bind(memory_bytes: int, cpu_seconds: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    _import_kmqa_from_here()
    begin, the_program = json.loads(sys.argv[1]), sys.argv[2]
    del sys.argv[:2]
    main(begin, the_program)

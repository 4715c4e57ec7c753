"""Passwords are hashed in two threads of their own, so that strangers cannot hold up the pages.

A hash takes 64 MiB and some 60 ms on purpose, and anybody may ask for one without an account.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TypeVar

Result = TypeVar("Result")
N_THREADS = 2
MOST_WAITING = 40  # two or three seconds for the last of them


class HashingBusy(Exception):
    """So many wait already that one more would wait too long."""


@dataclass(slots=True)
class Hashing:
    """Runs what hashes a password, a few at once; for one event loop."""

    most_waiting: int = MOST_WAITING
    _pool: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(N_THREADS, thread_name_prefix="hashing")
    )
    _n_waiting: int = 0

    async def run(self, work: Callable[[], Result]) -> Result:
        """Return what `work` gives.

        Raises:
            HashingBusy: Too many wait; nothing was done.
        """
        if self._n_waiting >= self.most_waiting:
            raise HashingBusy
        self._n_waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._pool, work)
        finally:
            self._n_waiting -= 1

"""Fits that need nothing of each other, worked at in one go.

Threads are enough: what takes long is matrix work, which runs outside Python's lock.
"""

from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager

from threadpoolctl import threadpool_limits


@contextmanager
def side_by_side() -> Iterator[Executor]:
    """Threads for fits that are submitted; all have ended when the block is left.

    Matrix libraries keep to one thread for each fit: sums are then made in one order, whatever
    the number of cores, and a limit that one fit sets and lifts cannot lift that of another.
    """
    with threadpool_limits(limits=1), ThreadPoolExecutor() as threads:
        yield threads

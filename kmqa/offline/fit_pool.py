"""Threads for fits that do not depend on each other.

Threads are enough: what takes long is matrix work, which runs outside Python's lock.
"""

import os
import sys
from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager

from threadpoolctl import threadpool_limits

# A fit asks for Python's lock at every step. As long as other work keeps it for Python's usual 5 ms
# each time, a fit beside it takes three times as long as alone; so it takes twice as long.
_SWITCH_INTERVAL_S = 0.0005


@contextmanager
def fit_pool() -> Iterator[Executor]:
    """Give threads for fits that are submitted; all have ended when the block is left.

    Matrix libraries keep to one thread for each fit: sums are then made in one order, whatever
    the number of cores, and a limit that one fit sets and lifts cannot lift that of another.
    """
    usual = sys.getswitchinterval()
    sys.setswitchinterval(_SWITCH_INTERVAL_S)
    try:
        with threadpool_limits(limits=1), ThreadPoolExecutor(os.cpu_count()) as threads:
            yield threads
    finally:
        sys.setswitchinterval(usual)

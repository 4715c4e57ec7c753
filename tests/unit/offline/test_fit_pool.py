import sys

import numpy as np
import pytest
from threadpoolctl import threadpool_info

from kmqa.offline.fit_pool import fit_pool


def _threads_of_numpy() -> set[int]:
    assert np.isfinite(np.eye(2) @ np.eye(2)).all()  # loads the library, where nothing did
    return {each["num_threads"] for each in threadpool_info() if "numpy" in each["filepath"]}


def test_each_fit_has_one_thread_for_its_matrices() -> None:
    with fit_pool() as threads:
        found = [threads.submit(_threads_of_numpy) for _ in range(3)]

    assert [one.result() for one in found] == [{1}] * 3


def test_a_fit_that_fails_says_so_when_its_result_is_asked_for() -> None:
    with fit_pool() as threads:
        failed = threads.submit(int, "no number")

    with pytest.raises(ValueError, match="no number"):
        failed.result()


def test_the_lock_is_passed_on_as_before_when_all_fits_have_ended() -> None:
    usual = sys.getswitchinterval()

    with fit_pool():
        assert sys.getswitchinterval() < usual

    assert sys.getswitchinterval() == usual

"""The report of a benchmark keeps its place on the page."""

import bench
import pytest

PAGE = (
    f"# Benchmarks\n\nBy hand.\n\n{bench.BEGIN}\n\nold\n\n{bench.END}\n\n## Load\n\nBy hand, too.\n"
)


def test_a_run_replaces_its_own_part_of_the_page_only() -> None:
    page = bench.with_report(bench.with_report(PAGE, "new"), "newer")

    assert page == PAGE.replace("old", "newer").replace("newer\n\n", "newer\n")


def test_a_page_without_a_place_for_it_is_left_alone() -> None:
    with pytest.raises(SystemExit, match="no place"):
        bench.with_report("# Benchmarks\n\nBy hand.\n", "new")

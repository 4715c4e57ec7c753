"""Packages that could not be looked up never pass for safe ones."""

from check_advisories import describe, read_finding

SAFE = {"name": "anyio", "version": "4.16.0", "vulns": []}
WEAK = {
    "name": "jinja2",
    "version": "3.0.0",
    "vulns": [{"id": "GHSA-1", "fix_versions": ["3.1.6"]}],
}
UNKNOWN = {"name": "alembic", "skip_reason": "Dependency not found on PyPI"}


def test_all_safe_ends_well() -> None:
    finding = read_finding({"dependencies": [SAFE]})

    assert finding.exit_code == 0
    assert describe(finding) == "1 packages, no published weakness"


def test_a_weak_package_is_named_with_its_remedy() -> None:
    finding = read_finding({"dependencies": [SAFE, WEAK, UNKNOWN]})

    assert finding.exit_code == 1
    assert "jinja2 3.0.0: GHSA-1, fixed in 3.1.6" in describe(finding)
    assert "make lock test" in describe(finding)


def test_a_package_that_could_not_be_looked_up_is_no_safe_one() -> None:
    finding = read_finding({"dependencies": [SAFE, UNKNOWN]})

    assert finding.exit_code == 2
    assert "could not look up 1 of 2 packages (alembic" in describe(finding)


def test_an_empty_report_says_nothing() -> None:
    assert read_finding({"dependencies": []}).exit_code == 2

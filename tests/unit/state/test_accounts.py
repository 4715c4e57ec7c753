"""Passwords: how dear a hash is, which the other tests make cheap."""

import subprocess
import sys

from argon2 import Parameters, PasswordHasher, extract_parameters

from kmqa.state import accounts

_DEFAULT = extract_parameters(PasswordHasher().hash("any"))


def _real_hash() -> Parameters:
    """Parameters of a hash that a process outside of these tests makes."""
    code = "from kmqa.state import accounts; print(accounts.HASHER.hash('any'))"
    made = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603 - our own code
    return extract_parameters(made.stdout.strip())


def test_a_password_is_hashed_as_argon2_advises() -> None:
    """At least RFC 9106's second choice: 64 MiB, three rounds."""
    used = _real_hash()

    assert used == _DEFAULT
    assert (used.memory_cost, used.time_cost) >= (65_536, 3)


def test_a_name_that_nobody_has_is_as_slow_as_a_wrong_password() -> None:
    assert extract_parameters(accounts._NOBODY) == _DEFAULT

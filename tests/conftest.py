"""What holds for every test: a clean environment, no network, one real model for all."""

import os
from collections.abc import Iterator

import hypothesis
import pytest
from argon2 import PasswordHasher, profiles
from own_database import PostgresqlServer, postgresql_server

from kmqa import settings
from kmqa.state import accounts

os.environ["HF_HUB_OFFLINE"] = "1"
# No test measures time, and a busy machine is no fault of the code.
hypothesis.settings.register_profile("kmqa", deadline=None)
hypothesis.settings.load_profile("kmqa")
# A console is a context with its app; `own` is a whole service in this process.
_SLOW_FIXTURES = {"built", "context", "postgresql_url", "own"}


@pytest.hookimpl(tryfirst=True)  # before -m selects
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark as slow what needs a server, a built corpus, a console or a service."""
    for item in items:
        if _SLOW_FIXTURES & set(getattr(item, "fixturenames", ())) or "postgresql" in item.name:
            item.add_marker(pytest.mark.slow)


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No setting of the machine reaches a test, and none leaks from one test to the next."""
    for name in [name for name in os.environ if name.startswith("KMQA_")]:
        monkeypatch.delenv(name)
    settings.read_settings.cache_clear()
    yield
    settings.read_settings.cache_clear()


@pytest.fixture(autouse=True)
def _cheap_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords are hashed as always, with the cheapest parameters that argon2 allows."""
    cheapest = PasswordHasher.from_parameters(profiles.CHEAPEST)
    monkeypatch.setattr(accounts, "HASHER", cheapest)


@pytest.fixture(scope="session", name="postgresql_server")
def _postgresql_server() -> Iterator[PostgresqlServer]:
    """A real PostgreSQL server, started for the first test that needs one."""
    with postgresql_server() as server:
        yield server


@pytest.fixture
def postgresql_url(postgresql_server: PostgresqlServer) -> str:
    """URL of an empty PostgreSQL database with its tables, of this test alone."""
    return postgresql_server.new_database_url()

"""The parts that web and worker share, put together once from the settings."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from kmqa.channels import registry
from kmqa.channels.channel import SealedFile
from kmqa.channels.registry import Channels
from kmqa.errors import SettingsError
from kmqa.matching.respond import Responder
from kmqa.settings import Settings
from kmqa.state.database import Database
from kmqa.state.identity import Identity
from kmqa.state.writer import Writer


class Live(Protocol):
    """Whatever bundle is live just now."""

    problem: str

    def current(self) -> Responder:
        """Return what answers from it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """Everything that a process of the service works with.

    Attributes:
        clock: Unix seconds.
    """

    settings: Settings
    database: Database
    writer: Writer
    identity: Identity
    live: Live
    clock: Callable[[], float]
    channels: Channels = field(default_factory=registry.load_channels)

    async def responder(self) -> Responder:
        """Return what answers just now; a new bundle is opened beside the event loop."""
        return await asyncio.to_thread(self.live.current)

    async def pdf(self, document: str) -> SealedFile | None:
        """Return the file of a document that may be sent just now, or None."""
        responder = await self.responder()
        path = responder.pdf(document)
        if path is None:
            return None
        return SealedFile(path, responder.bundle.find_sha256(document))

    def close(self) -> None:
        """Write everything that was asked to be written, and close the connections."""
        self.writer.close()
        self.database.close()


def require_settings(settings: Settings, *names: str) -> None:
    """Check that all of these settings have a value.

    Raises:
        SettingsError: Names every one that is missing.
    """
    missing = [name for name in names if not _value(settings, name)]
    if missing:
        raise SettingsError(
            "settings are missing",
            which=", ".join(f"KMQA_{name.upper()}" for name in missing),
            remedy="Set them in the environment; docs/service.md says where each comes from.",
        )


def _value(settings: Settings, name: str) -> str:
    value = getattr(settings, name)
    return str(value.get_secret_value() if hasattr(value, "get_secret_value") else value)

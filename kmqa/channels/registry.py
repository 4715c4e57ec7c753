"""Every channel of this installation: one folder each, found by itself."""

import importlib
import pkgutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from kmqa import channels
from kmqa.channels.channel import Channel, Resources, Transports
from kmqa.messages import Origin, OutboundMessage, Outgoing, Recipient

_NUMBERED = "whatsapp"  # the channel whose `number_id`s are numbers


@dataclass(frozen=True, slots=True)
class Channels:
    """Channels by what messages name them with."""

    known: tuple[Channel, ...]

    def __iter__(self) -> Iterator[Channel]:
        """Go through all channels."""
        return iter(self.known)

    def of(self, number_id: str) -> Channel:
        """Return the channel of this name; what names none is a number of WhatsApp's."""
        by_name = {channel.name: channel for channel in self.known}
        return by_name.get(number_id) or by_name[_NUMBERED]

    def connect(self, resources: Resources) -> Transports:
        """Return what sends, for every channel."""
        return {channel.name: channel.connect(resources) for channel in self.known}

    def address(
        self, contents: Sequence[Outgoing], origin: Origin, to: Recipient
    ) -> list[OutboundMessage]:
        """Return the messages that carry `contents`, divided as their channel needs it."""
        channel = self.of(to.number_id)
        parts = [part for content in contents for part in channel.divide(content)]
        return [
            OutboundMessage(content=part, origin=origin, place=place, to=to)
            for place, part in enumerate(parts)
        ]


@cache
def load_channels() -> Channels:
    """Return the channels that have a folder below `kmqa.channels`."""
    return Channels(tuple(_find_channels()))


def _find_channels() -> Iterator[Channel]:
    for found in sorted(pkgutil.iter_modules(channels.__path__), key=lambda one: one.name):
        if found.ispkg:
            yield importlib.import_module(f"{channels.__name__}.{found.name}.channel").CHANNEL

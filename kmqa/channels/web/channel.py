"""The chat page as a channel: no phone number, nothing is pushed, the page fetches.

What it shows has the shapes of the Cloud API, so that one page shows this chat and the demo's phone
(`kmqa.channels.page`); it has none of the Cloud API's limits.
"""

from collections.abc import Sequence

from kmqa.channels.channel import (
    Channel,
    FetchLimits,
    LeftToFetch,
    NotFetched,
    Outcome,
    Payload,
    Resources,
    Transport,
)
from kmqa.channels.whatsapp import payloads
from kmqa.messages import Media, Outgoing, Sender, number_options
from kmqa.state.outbox import Attempt


class WebPage:
    """See `kmqa.channels.channel.Channel`."""

    name = "web"
    window_s = 24 * 3600.0  # a page that was closed yesterday fetches nothing any more
    has_templates = False

    def divide(self, content: Outgoing) -> Sequence[Outgoing]:
        """Return `content` as it is: a page has room for every text with all its options.

        Below a document there is nothing to tap, so that its options stand in the text.
        """
        return (number_options(content) if content.document else content,)

    def render(self, content: Outgoing) -> Payload:
        """Return what the page shows."""
        return payloads.render(content)

    def connect(self, resources: Resources) -> Transport:  # noqa: ARG002 - it needs none
        """Return what leaves messages to be fetched."""
        return _Shelf()


class _Shelf:
    """See `kmqa.channels.channel.Transport`."""

    async def send(self, attempt: Attempt, to: Sender) -> Outcome:  # noqa: ARG002 - by anybody
        """Leave the message where it is."""
        return LeftToFetch()

    async def mark_read(self, number_id: str, message_id: str) -> None:
        """Show nothing."""

    async def fetch_media(self, number_id: str, media: Media, limits: FetchLimits) -> NotFetched:  # noqa: ARG002 - the page sends words alone
        """Have no files."""
        return NotFetched("gone")

    async def delete_media(self, media: Media) -> None:
        """Have no files."""

    def share_rate(self, n_workers: int) -> None:
        """Have no rate to share."""

    async def close(self) -> None:
        """Have nothing to close."""


CHANNEL: Channel = WebPage()

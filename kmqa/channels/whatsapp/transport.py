"""Sends one message to Meta: with its file uploaded, within the limits of numbers and people."""

from dataclasses import dataclass, field, replace

from kmqa.channels.channel import (
    LEASE_LOST,
    Accepted,
    Altered,
    FetchedFile,
    FetchLimits,
    NotFetched,
    Outcome,
    Payload,
    Postponed,
    Reaction,
    Refused,
    Resources,
)
from kmqa.channels.whatsapp import payloads
from kmqa.channels.whatsapp.client import WhatsAppClient
from kmqa.channels.whatsapp.documents import Documents
from kmqa.channels.whatsapp.limiter import NumberLimiter, PairLimiter
from kmqa.channels.whatsapp.media_files import MediaFiles
from kmqa.messages import Media, Sender
from kmqa.state import outbox
from kmqa.state.outbox import Attempt

STALE = outbox.IN_FLIGHT / 2  # seconds; an attempt that stood still for longer may be taken over
_PAUSE = 6.0  # seconds after which Meta lets one more message through to the same person
_MOST_UPLOADS = 3  # of a document for one message
_AT_ONCE = Reaction("retry", delay=0, most=_MOST_UPLOADS)


@dataclass(slots=True)
class WhatsAppTransport:
    """See `kmqa.channels.channel.Transport`."""

    resources: Resources
    client: WhatsAppClient
    numbers: NumberLimiter
    pairs: PairLimiter = field(default_factory=PairLimiter)
    documents: Documents = field(init=False)
    files: MediaFiles = field(init=False)

    def __post_init__(self) -> None:
        """Keep the uploads of all messages in one place."""
        settings = self.resources.settings
        token = settings.whatsapp_access_token.get_secret_value()
        self.documents = Documents(self.resources, self.client)
        self.files = MediaFiles(settings.graph_url.rstrip("/"), settings.graph_version, token)

    async def send(self, attempt: Attempt, to: Sender) -> Outcome:
        """Send the message, unless so much was sent to the person that Meta would refuse it."""
        if not self.pairs.may_send(attempt.message.to.person):
            return Postponed(_PAUSE, "too many messages to this person")
        outcome = await self._post(attempt, to)
        if isinstance(outcome, Refused) and outcome.reaction.action == "slow":
            self.numbers.slow_down(attempt.message.to.number_id)
        return outcome

    async def mark_read(self, number_id: str, message_id: str) -> None:
        """Turn two grey ticks blue and show "typing"."""
        receipt = payloads.read_receipt(message_id, typing=True)
        await self.client.mark_read(number_id, receipt)

    async def fetch_media(
        self, number_id: str, media: Media, limits: FetchLimits
    ) -> FetchedFile | NotFetched:
        """Fetch a file that somebody sent."""
        return await self.files.fetch(number_id, media, limits)

    async def delete_media(self, media: Media) -> None:
        """Let Meta delete it; where it does not, it is gone after some days by itself."""
        await self.files.delete(media)

    def share_rate(self, n_workers: int) -> None:
        """Send at the share of one among `n_workers` over each number."""
        self.numbers.workers = n_workers

    async def close(self) -> None:
        """Close the connections."""
        await self.client.close()

    async def _post(self, attempt: Attempt, to: Sender) -> Accepted | Refused | Altered:
        number_id = attempt.message.to.number_id
        rendered = payloads.render(attempt.message.content)
        filled = await self.documents.fill(number_id, rendered)
        if isinstance(filled, Refused | Altered):
            return filled
        await self.numbers.wait(number_id, is_danger=attempt.message.is_danger)
        if self.resources.clock() - attempt.begun_at > STALE:
            return Refused(LEASE_LOST)
        payload = payloads.address(filled, to, str(attempt.id))
        outcome = await self.client.send(number_id, payload)
        if isinstance(outcome, Refused) and await self._was_file_stale(attempt, filled, outcome):
            return replace(outcome, reaction=_AT_ONCE)
        return outcome

    async def _was_file_stale(self, attempt: Attempt, filled: Payload, refused: Refused) -> bool:
        """Whether another upload of the message's file may help."""
        return attempt.number < _MOST_UPLOADS and await self.documents.forget_stale(
            attempt.message.to.number_id, filled, refused
        )

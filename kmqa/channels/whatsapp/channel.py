"""WhatsApp as a channel: Meta's Cloud API."""

from collections.abc import Sequence

from kmqa.channels.channel import Channel, Payload, Resources, Transport
from kmqa.channels.whatsapp import payloads
from kmqa.channels.whatsapp.client import WhatsAppClient
from kmqa.channels.whatsapp.limiter import NumberLimiter
from kmqa.channels.whatsapp.transport import WhatsAppTransport
from kmqa.messages import Outgoing


class WhatsApp:
    """See `kmqa.channels.channel.Channel`."""

    name = "whatsapp"
    window_s = 24 * 3600.0
    has_templates = True

    def divide(self, content: Outgoing) -> Sequence[Outgoing]:
        """See `kmqa.channels.whatsapp.payloads.divide`."""
        return payloads.divide(content)

    def render(self, content: Outgoing) -> Payload:
        """See `kmqa.channels.whatsapp.payloads.render`."""
        return payloads.render(content)

    def connect(self, resources: Resources) -> Transport:
        """Send with the access token and the rate of the settings."""
        settings = resources.settings
        client = WhatsAppClient(
            settings.graph_url,
            settings.graph_version,
            settings.whatsapp_access_token.get_secret_value(),
        )
        return WhatsAppTransport(resources, client, NumberLimiter(settings.sends_per_second))


CHANNEL: Channel = WhatsApp()

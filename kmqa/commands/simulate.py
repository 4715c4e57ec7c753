"""`kmqa simulate`: a stand-in for Meta on this machine."""

import uvicorn

from kmqa import log
from kmqa.runtime.service import require_settings
from kmqa.settings import read_settings
from kmqa.simulator.app import stand_in
from kmqa.simulator.webhooks import Deliverer
from kmqa.simulator.world import World


def simulate(*, host: str, port: int, webhook: str) -> None:
    """Play Meta until told to stop, delivering to the address `webhook`.

    Raises:
        SettingsError: A setting is missing that both sides must agree on.
    """
    log.set_up()
    settings = read_settings()
    require_settings(
        settings, "whatsapp_app_secret", "whatsapp_access_token", "whatsapp_phone_number_ids"
    )
    world = World(settings.number_ids, settings.whatsapp_access_token.get_secret_value())
    deliverer = Deliverer(world, webhook, settings.app_secrets[0])
    uvicorn.run(stand_in(world, deliverer), host=host, port=port, log_config=None, access_log=False)

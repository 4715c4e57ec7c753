"""Where a message stands among all that wait: looked at once, before it is stored."""

from collections.abc import Sequence
from dataclasses import replace

from fastapi.concurrency import run_in_threadpool

from kmqa import log
from kmqa.messages import Delivery, Incoming, Urgency
from kmqa.runtime.service import Service

_LOG = log.logger(__name__)


async def rank_messages(service: Service, delivery: Delivery) -> Delivery:
    """Return `delivery` with each message as urgent as it looks to the live bundle.

    A message is stored whatever goes wrong here: then it is an ordinary one.
    """
    if not any(message.text for message in delivery.messages):
        return delivery
    try:
        messages = await run_in_threadpool(_rank, service, delivery.messages)
    except Exception as error:  # such as no bundle: nothing may keep a message from being stored
        _LOG.exception("not looked at", error=type(error).__name__)
        return delivery
    return replace(delivery, messages=messages)


async def judge_urgency(service: Service, words: str) -> Urgency:
    """Return how urgent `words` look to the live bundle; ordinary where it cannot be looked at."""
    try:
        return await run_in_threadpool(lambda: service.live.current().first_look.urgency(words))
    except Exception as error:  # as above
        _LOG.exception("not looked at", error=type(error).__name__)
        return Urgency.ORDINARY


def _rank(service: Service, messages: Sequence[Incoming]) -> tuple[Incoming, ...]:
    look = service.live.current().first_look
    return tuple(
        replace(message, urgency=look.urgency(message.text)) if message.text else message
        for message in messages
    )

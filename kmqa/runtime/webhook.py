"""Meta's webhook: nothing unsigned is parsed, and 200 means stored."""

import hmac
import time

from fastapi import APIRouter, Request, Response
from fastapi.responses import PlainTextResponse

from kmqa import log
from kmqa.channels.whatsapp import parse, retry_policy, signature
from kmqa.messages import Delivery, StatusUpdate
from kmqa.runtime import metrics, triage
from kmqa.runtime.body import TOO_LARGE, check_announced, error_response
from kmqa.runtime.service import Service
from kmqa.state import inbox, media

PATH = "/webhooks/whatsapp"
MOST_BYTES = 4 * 2**20  # Meta sends at most 3 MB
_LOST_FILE = frozenset({131052, 131053})  # a status tells the message, not the file: try all anew
_LOG = log.logger(__name__)


def routes(service: Service) -> APIRouter:
    """Both routes of the webhook, working on `service`."""
    router = APIRouter(tags=["WhatsApp"])
    settings = service.settings
    verify_token = settings.whatsapp_verify_token.get_secret_value().encode()

    @router.get(PATH, response_class=PlainTextResponse)
    async def verify(request: Request) -> Response:
        """Meta asks once whether this is ours: the challenge comes back for the right token."""
        asked = request.query_params
        given = asked.get("hub.verify_token", "").encode()
        is_ours = bool(verify_token) and hmac.compare_digest(given, verify_token)
        if asked.get("hub.mode") != "subscribe" or not is_ours:
            metrics.refused_calls.labels("verify_token").inc()
            return error_response(403, "wrong_token", "the verify token is not ours")
        return PlainTextResponse(asked.get("hub.challenge", ""))

    @router.post(PATH)
    async def receive(request: Request) -> Response:
        """Store every message and status of a signed call, then say 200."""
        started = time.perf_counter()
        given = _header(request)
        if not signature.is_well_formed(given):
            check_announced(request.scope, MOST_BYTES, TOO_LARGE)
            return _refuse_unsigned()
        body = await _read_body(request)
        if not signature.is_signed(body, given, settings.app_secrets):
            return _refuse_unsigned()
        delivery = parse.delivery_of(bytes(body), settings.number_ids)
        delivery = await triage.rank_messages(service, delivery)
        now = service.clock()
        stored = await service.writer.write(
            lambda connection: inbox.store(connection, service.identity, delivery, now)
        )
        if any(set(status.codes) & _LOST_FILE for status in stored.statuses):
            await service.writer.write(media.forget_all)
        _count(delivery, stored)
        metrics.webhook_seconds.observe(time.perf_counter() - started)
        return Response(status_code=200)

    return router


def _refuse_unsigned() -> Response:
    metrics.refused_calls.labels("signature").inc()
    hint = "Check KMQA_WHATSAPP_APP_SECRET."
    return error_response(401, "not_signed", "the signature does not fit the body", hint)


async def _read_body(request: Request) -> bytearray:
    """Return the body, held once; the framework holds it twice while it puts it together."""
    body = bytearray()
    async for block in request.stream():
        body += block
    return body


def _header(request: Request) -> bytes | None:
    """Return the header's bytes as they came; decoding them could fail."""
    wanted = signature.HEADER.encode()
    return next((value for name, value in request.headers.raw if name.lower() == wanted), None)


def _count(delivery: Delivery, stored: inbox.Stored) -> None:
    """Count and log what was new; Meta delivers much of it more than once."""
    for message in stored.messages:
        metrics.received.labels(message.kind).inc()
    for status in stored.billed:
        metrics.billed.labels(status.category or "unknown").inc()
    for status in stored.statuses:
        if status.state == "failed":
            _count_failure(status)
    metrics.repeated.inc(len(delivery.messages) - len(stored.messages))
    metrics.unreadable.inc(stored.unreadable)
    _LOG.info(
        "webhook",
        messages=len(stored.messages),
        statuses=len(stored.statuses),
        unreadable=stored.unreadable,
        renamed=len(delivery.renamings),
        notices=list(delivery.notices),
    )


def _count_failure(status: StatusUpdate) -> None:
    code = status.codes[0] if status.codes else None
    metrics.undelivered.labels(str(code or "none")).inc()
    is_alarm = retry_policy.reaction_to(code, 400).alarm
    (_LOG.error if is_alarm else _LOG.warning)("not delivered", code=code)

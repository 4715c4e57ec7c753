"""Counts and times for Prometheus. Labels hold kinds and outcomes, never people or texts."""

import errno

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
    start_http_server,
)
from prometheus_client.multiprocess import MultiProcessCollector

from kmqa.errors import SettingsError

SHARED_FOLDER = "PROMETHEUS_MULTIPROC_DIR"
"""Environment variable of the folder in which processes of one service add up their counts."""

ACTION_LABELS = {"lease_lost": "held_up"}
"""Labels of `kmqa_messages_not_sent_total` that are called as they were at first."""
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 900)

received = Counter("kmqa_messages_received_total", "New messages by kind.", ["kind"])
repeated = Counter("kmqa_messages_repeated_total", "Messages that were delivered again.")
unreadable = Counter("kmqa_items_unreadable_total", "Webhook items that were set aside.")
refused_calls = Counter("kmqa_webhook_refused_total", "Webhook calls refused, by cause.", ["cause"])
ended_connections = Counter(
    "kmqa_connections_ended_total", "Connections that a limit ended, by cause.", ["cause"]
)
webhook_seconds = Histogram(
    "kmqa_webhook_seconds", "From a webhook's body to its storage.", buckets=_SECONDS
)
replies = Counter("kmqa_replies_total", "Decisions by outcome.", ["outcome"])
reply_seconds = Histogram(
    "kmqa_reply_seconds", "From storage of a message to its reply handed over.", buckets=_SECONDS
)
sent = Counter("kmqa_messages_sent_total", "Messages that their channel accepted.")
billed = Counter(
    "kmqa_messages_billed_total",
    "Messages that a status says are billed, by category.",
    ["category"],
)
undelivered = Counter(
    "kmqa_messages_undelivered_total", "Messages that Meta took and could not deliver.", ["code"]
)
not_sent = Counter("kmqa_messages_not_sent_total", "Refusals of Meta, by action.", ["action"])
parked = Counter(
    "kmqa_messages_parked_total", "Messages that wait for a person, by cause.", ["cause"]
)
altered_files = Counter(
    "kmqa_files_altered_total",
    "Times that a document was not sent because its file is not the one that was reviewed.",
)
voices = Counter(
    "kmqa_voice_messages_total", "Voice messages that were listened to, by outcome.", ["outcome"]
)
queue_age = Gauge(
    "kmqa_queue_age_seconds",
    "Age of the oldest unanswered message.",
    multiprocess_mode="mostrecent",
)
refused_replies = Gauge(
    "kmqa_replies_refused",
    "Replies that Meta does not take just now and that are tried again.",
    multiprocess_mode="mostrecent",
)
refused_age = Gauge(
    "kmqa_replies_refused_age_seconds",
    "Age of the oldest reply that Meta does not take just now.",
    multiprocess_mode="mostrecent",
)
parked_replies = Gauge(
    "kmqa_replies_parked",
    "Replies that are parked at this moment.",
    multiprocess_mode="mostrecent",
)
unconfirmed_replies = Gauge(
    "kmqa_replies_unconfirmed",
    "Replies of the last hour that Meta took and did not report on within ten minutes.",
    multiprocess_mode="mostrecent",
)
pulled_at = Gauge(
    "kmqa_bundles_pulled_timestamp_seconds",
    "When the bundles were last found to be as KMQA_BUNDLES_URL says, in Unix seconds.",
    multiprocess_mode="mostrecent",
)


def show_at(port: int, host: str = "127.0.0.1") -> None:
    """Show the metrics of this process at `port` of the address `host`.

    Raises:
        SettingsError: Somebody else has the port, or the machine has no such address.
    """
    try:
        start_http_server(port, addr=host)
    except OSError as error:
        is_address = error.errno != errno.EADDRINUSE
        raise SettingsError(
            "the counts cannot be shown",
            which="KMQA_METRICS_HOST" if is_address else "KMQA_METRICS_PORT",
            got=f"{host}:{port}: {error.strerror}",
            remedy="Set it to an address of this machine, such as 127.0.0.1."
            if is_address
            else "Give each worker on a machine a port of its own.",
        ) from error


def exposition() -> bytes:
    """Return all metrics in Prometheus' text format, of every process of this service."""
    import os

    if os.environ.get(SHARED_FOLDER):
        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # untyped upstream
        return generate_latest(registry)
    return generate_latest()

import socket

import httpx
import process_harness
import pytest

from kmqa.errors import SettingsError
from kmqa.runtime import metrics


def test_a_worker_of_its_own_shows_its_counts_at_a_port() -> None:
    port = process_harness.free_port()

    metrics.show_at(port)

    assert "kmqa_messages_sent_total" in httpx.get(f"http://127.0.0.1:{port}/metrics").text


def test_a_port_that_is_taken_is_told_by_the_name_of_its_setting() -> None:
    with socket.socket() as taken:
        taken.bind(("0.0.0.0", 0))  # noqa: S104 - where the counts are shown, too
        taken.listen()

        with pytest.raises(SettingsError, match="KMQA_METRICS_PORT"):
            metrics.show_at(taken.getsockname()[1])

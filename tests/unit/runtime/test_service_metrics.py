import socket

import httpx
import process_harness
import psutil
import pytest

from kmqa.errors import SettingsError
from kmqa.runtime import metrics


def test_a_worker_of_its_own_shows_its_counts_at_a_port() -> None:
    port = process_harness.free_port()

    metrics.show_at(port)

    assert "kmqa_messages_sent_total" in httpx.get(f"http://127.0.0.1:{port}/metrics").text


def test_counts_are_shown_on_this_machine_alone_unless_somebody_wants_more() -> None:
    ports = [process_harness.free_port() for _ in range(2)]

    metrics.show_at(ports[0])
    metrics.show_at(ports[1], "0.0.0.0")  # noqa: S104 - what is wanted here

    listening = {
        one.laddr.port: one.laddr.ip
        for one in psutil.Process().net_connections()
        if one.status == psutil.CONN_LISTEN
    }
    assert [listening[port] for port in ports] == ["127.0.0.1", "0.0.0.0"]  # noqa: S104 - likewise


def test_an_address_that_the_machine_does_not_have_is_told_by_the_name_of_its_setting() -> None:
    with pytest.raises(SettingsError, match="KMQA_METRICS_HOST"):
        metrics.show_at(process_harness.free_port(), "192.0.2.1")


def test_a_port_that_is_taken_is_told_by_the_name_of_its_setting() -> None:
    with socket.socket() as taken:
        taken.bind(("0.0.0.0", 0))  # noqa: S104 - where the counts are shown, too
        taken.listen()

        with pytest.raises(SettingsError, match="KMQA_METRICS_PORT"):
            metrics.show_at(taken.getsockname()[1])

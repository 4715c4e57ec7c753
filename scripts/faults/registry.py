"""All scenarios, in the order in which they run: short ones first."""

from faults import (
    clock_jump,
    console_kills,
    frozen_database,
    full_disk,
    neighbour,
    outage,
    publisher_kills,
    service_kills,
    torn_files,
)
from faults.scenario import Scenario

SCENARIOS: tuple[Scenario, ...] = (
    torn_files.SCENARIO,
    full_disk.SCENARIO,
    frozen_database.SCENARIO,
    clock_jump.SCENARIO,
    console_kills.SCENARIO,
    publisher_kills.SCENARIO,
    service_kills.SCENARIO,
    neighbour.SCENARIO,
    outage.SCENARIO,
)

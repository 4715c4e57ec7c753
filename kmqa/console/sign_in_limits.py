"""How often somebody may try to sign in: by name and address together, and by address.

A name alone locks nobody out: whoever knows it could hold its owner outside for ever. With five
tries in a quarter of an hour from each address, a password that `kmqa.console.passwords` takes is
not found by trying. Counted in this process; a start forgets it.
"""

import ipaddress
from collections.abc import Callable
from dataclasses import dataclass, field

from kmqa import look_alikes

MOST_FOR_NAME = 5  # failures from one address
MOST_FROM_ADDRESS = 50  # failures, over all names; an office may share one address
WINDOW = 15 * 60.0  # seconds
_MOST_OF_NAME = 200  # characters; nobody has a longer one
_MOST_REMEMBERED = 20_000  # keys; some 5 MB


@dataclass(slots=True)
class SignInLimits:
    """Counts failures; for one thread.

    Attributes:
        clock: Unix seconds.
    """

    clock: Callable[[], float]
    _failures: dict[tuple[str, str], list[float]] = field(default_factory=dict)

    def may_try(self, name: str, address: str) -> bool:
        """Return whether a try may be made; if so, it counts as failed until `forgive`."""
        now = self.clock()
        keys = self._keys(name, address)
        for key in keys:
            self._failures[key] = [at for at in self._failures.get(key, ()) if at > now - WINDOW]
            if len(self._failures[key]) >= (MOST_FOR_NAME if key[0] else MOST_FROM_ADDRESS):
                return False
        for key in keys:
            self._failures[key].append(now)
        self._drop_old(now)
        return True

    def forgive(self, name: str, address: str) -> None:
        """Forget the failures of this name from this address: its owner signed in there."""
        self.take_back(name, address)
        for key in self._keys(name, address):
            if key[0]:
                self._failures.pop(key, None)

    def take_back(self, name: str, address: str) -> None:
        """Forget the last try, which was not made."""
        for key in self._keys(name, address):
            self._failures[key] = self._failures.get(key, [])[:-1]

    def _keys(self, name: str, address: str) -> tuple[tuple[str, str], ...]:
        """Return under what a try counts: every name that looks the same is one, and the address.

        A name that shows nothing is nobody's, and counts for the address alone.
        """
        network = _network_of(address)
        names = sorted(look_alikes.name_keys(name[:_MOST_OF_NAME]))
        return (*((f"name {one}", network) for one in names), ("", network))

    def _drop_old(self, now: float) -> None:
        if len(self._failures) > _MOST_REMEMBERED:
            fresh = {k: v for k, v in self._failures.items() if v and v[-1] > now - WINDOW}
            newest = sorted(fresh, key=lambda key: fresh[key][-1])[-_MOST_REMEMBERED // 2 :]
            self._failures = {key: fresh[key] for key in newest}


def _network_of(address: str) -> str:
    """Return the address, or of IPv6 the network that one household has."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if parsed.version == 4:
        return address
    return str(ipaddress.ip_network((parsed, 64), strict=False))

"""How many connections a process holds, and whose gives way where there are too many.

Without a proxy before it, anybody may open thousands of connections and say nothing, or a byte a
second. The one that has rested for longest gives way to a new one, then the one that has sent its
body for longest; only where all others are being answered is the new one refused. So whoever asks
and is done comes through, however many others hold on.
"""

from collections import Counter, OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from ipaddress import ip_address, ip_network
from typing import Literal, Protocol

Phase = Literal["rests", "sends", "is answered"]
"""What a connection does: it says nothing or part of a head, it sends a body, or it waits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionLimits:
    """What one connection may cost, and all of them.

    Attributes:
        head_bytes: Of the address and the headers of a request.
        head_s: Seconds from the first word, or from connecting, to the end of the headers.
        stall_s: Seconds in which a reader must take something of what it asked for.
        linger_s: Seconds that somebody may go on sending who was answered before the end.
        most: Connections of the process.
        most_of_one: Connections of one address, other than a proxy's or this machine's own.
    """

    head_bytes: int = 32_768
    head_s: float = 10.0
    stall_s: float = 60.0
    linger_s: float = 5.0
    most: int = 500
    most_of_one: int = 100


class Connection(Protocol):
    """As far as `Connections` knows one."""

    @property
    def address(self) -> str:
        """Of whoever is at the other end."""

    def give_way(self) -> None:
        """Close it, because another one needs its place."""


@dataclass(slots=True)
class Connections:
    """The open connections of a process, by what they do, the longest so first."""

    limits: ConnectionLimits
    is_trusted: Callable[[str], bool]
    _phases: dict[Phase, OrderedDict[Connection, None]] = field(
        default_factory=lambda: {
            "rests": OrderedDict(),
            "sends": OrderedDict(),
            "is answered": OrderedDict(),
        }
    )
    _phase_of: dict[Connection, Phase] = field(default_factory=dict)
    _n_of: Counter[str] = field(default_factory=Counter)

    def __len__(self) -> int:
        """Return how many are open."""
        return len(self._phase_of)

    def admit(self, new: Connection) -> bool:
        """Take a connection in, for which another one may have to give way.

        Returns:
            Whether there was a place for it.
        """
        is_many_of_one = self._n_of[new.address] >= self.limits.most_of_one and not self.is_trusted(
            new.address
        )
        if is_many_of_one and not self._make_room(new.address):
            return False
        if len(self) >= self.limits.most and not self._make_room(None):
            return False
        self._n_of[new.address] += 1
        self._put(new, "rests")
        return True

    def note(self, connection: Connection, phase: Phase) -> None:
        """Remember what a connection does from now on."""
        if (before := self._phase_of.get(connection)) is not None:
            del self._phases[before][connection]
            self._put(connection, phase)

    def leave(self, connection: Connection) -> None:
        """Forget a connection that is closed, or was never taken in."""
        if (before := self._phase_of.pop(connection, None)) is None:
            return
        del self._phases[before][connection]
        self._n_of[connection.address] -= 1
        if not self._n_of[connection.address]:
            del self._n_of[connection.address]

    def _put(self, connection: Connection, phase: Phase) -> None:
        self._phases[phase][connection] = None
        self._phase_of[connection] = phase

    def _make_room(self, address: str | None) -> bool:
        """Let one connection give way, of this address if any is named; whether one did."""
        for phase in ("rests", "sends"):
            among = self._phases[phase]
            found = next((one for one in among if address in {None, one.address}), None)
            if found is not None:
                self.leave(found)
                found.give_way()
                return True
        return False


def trust_proxies(proxies: Sequence[str]) -> Callable[[str], bool]:
    """Return what tells whether an address is this machine's own or that of a named proxy.

    Args:
        proxies: Addresses and networks, as `kmqa.settings` has checked them.
    """
    networks = [ip_network(one) for one in proxies]

    def is_trusted(address: str) -> bool:
        try:
            found = ip_address(address)
        except ValueError:  # a socket of this machine has no address
            return True
        return found.is_loopback or any(found in network for network in networks)

    return is_trusted

"""Whose connection gives way when there are too many."""

from dataclasses import dataclass, field

from kmqa.runtime.connections import ConnectionLimits, Connections, trust_proxies


@dataclass(eq=False)
class FakeConnection:
    """Keeps in a list that it gave way."""

    address: str = "198.51.100.1"
    gone: list[bool] = field(default_factory=list)

    def give_way(self) -> None:
        """See `kmqa.runtime.connections.Connection`."""
        self.gone.append(True)


def _some(most: int, most_of_one: int = 100) -> Connections:
    limits = ConnectionLimits(most=most, most_of_one=most_of_one)
    return Connections(limits, trust_proxies(["10.0.0.0/8"]))


def _admit(open_: Connections, *addresses: str) -> list[FakeConnection]:
    made = [FakeConnection(address) for address in addresses]
    for one in made:
        assert open_.admit(one)
    return made


def test_the_one_that_has_rested_for_longest_gives_way() -> None:
    open_ = _some(most=3)
    first, second, third = _admit(open_, "a", "b", "c")
    open_.note(first, "sends")
    open_.note(first, "rests")

    _admit(open_, "d")

    assert ([first.gone, second.gone, third.gone], len(open_)) == ([[], [True], []], 3)


def test_who_sends_a_body_gives_way_after_all_who_rest() -> None:
    open_ = _some(most=2)
    sends, rests = _admit(open_, "a", "b")
    open_.note(sends, "sends")

    _, later = _admit(open_, "c")[0], FakeConnection("d")
    open_.note(later, "sends")

    assert (sends.gone, rests.gone) == ([], [True])


def test_where_all_are_being_answered_the_new_one_is_refused() -> None:
    open_ = _some(most=2)
    for one in _admit(open_, "a", "b"):
        open_.note(one, "is answered")

    assert not open_.admit(FakeConnection("c"))
    assert len(open_) == 2


def test_one_address_has_a_limit_of_its_own_and_takes_no_place_of_others() -> None:
    open_ = _some(most=100, most_of_one=2)
    other = _admit(open_, "198.51.100.2")[0]
    mine = _admit(open_, *["198.51.100.1"] * 3)

    assert [one.gone for one in (other, *mine)] == [[], [True], [], []]


def test_an_address_whose_connections_are_all_answered_gets_no_more() -> None:
    open_ = _some(most=100, most_of_one=2)
    for one in _admit(open_, *["198.51.100.1"] * 2):
        open_.note(one, "is answered")

    assert not open_.admit(FakeConnection("198.51.100.1"))
    assert open_.admit(FakeConnection("198.51.100.2"))


def test_a_proxy_that_is_named_and_this_machine_have_no_limit_of_their_own() -> None:
    open_ = _some(most=100, most_of_one=1)

    made = _admit(open_, *["10.1.2.3"] * 5, *["127.0.0.1"] * 5, *["::1"] * 5, "", "")

    assert not any(one.gone for one in made)


def test_what_was_closed_or_never_taken_in_counts_no_longer() -> None:
    open_ = _some(most=1)
    first = _admit(open_, "a")[0]
    open_.leave(first)
    open_.leave(first)
    open_.leave(FakeConnection("z"))
    open_.note(first, "sends")

    assert len(open_) == 0
    assert not _admit(open_, "b")[0].gone

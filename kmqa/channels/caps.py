"""The caps of the corpus, as the one exit asks them (`kmqa.channels.may_leave`). Pure."""

from collections.abc import Mapping

from kmqa.channels.may_leave import Cap
from kmqa.messages import Outgoing
from kmqa.records import Caps

_NEVER_HELD = frozenset({"handover"})  # by the cap of a day: a curator writes by hand


def make_caps(caps: Caps, n_sent: int, by_month: Mapping[str, int]) -> tuple[Cap, ...]:
    """Return what asks whether one more message is within `caps`.

    Args:
        caps: Of the open bundle.
        n_sent: Messages that the person was sent within 24 hours.
        by_month: Messages that were sent in this calendar month, by purpose.
    """

    def is_within_day(content: Outgoing, _now: float) -> bool:
        is_free = caps.person_day is None or content.purpose in _NEVER_HELD
        return is_free or n_sent < (caps.person_day or 0)

    def is_within_month(content: Outgoing, _now: float) -> bool:
        most = caps.by_month.get(content.purpose)
        return most is None or by_month.get(content.purpose, 0) < most

    return is_within_day, is_within_month

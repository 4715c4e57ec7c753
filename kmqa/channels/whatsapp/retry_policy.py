"""What to do about each error of the Cloud API.

Classified by `error.code`: rate limits come as HTTP 400, and titles change. Codes and meanings:
Meta's error reference as of 2026-05; the reactions are this project's policy. What passes by itself
or after a person acted is tried again until the person's window ends (``most=None``).
"""

from collections.abc import Mapping

from kmqa.channels.channel import AMBIGUOUS, GIVE_UP, UNANSWERED, Reaction

_TEMPORARY = Reaction("retry", delay=1, most=None)
_QUOTA = Reaction("retry", delay=60, most=None)
_NOT_META = Reaction("retry", delay=2, most=None, alarm=True)
_PAUSE = Reaction("pause", delay=300, most=None, alarm=True)

_BY_CODE: Mapping[int, Reaction] = {
    130429: Reaction("slow", delay=2, most=None),
    131056: Reaction("wait_for_person", delay=1, most=None),
    4: _QUOTA,
    80007: _QUOTA,
    2: _TEMPORARY,
    131016: _TEMPORARY,
    131000: _TEMPORARY,
    133004: _TEMPORARY,
    131057: _QUOTA,
    134101: _QUOTA,
    1: Reaction("retry", delay=5, most=10),  # "invalid request or possible server error"
    131047: Reaction("window"),
    131026: Reaction("give_up"),
    131049: Reaction("give_up"),
    131050: Reaction("give_up"),
    130472: Reaction("give_up"),
    131052: Reaction("give_up"),
    131042: _PAUSE,
    131045: _PAUSE,
    133010: _PAUSE,
    131037: _PAUSE,
    33: _PAUSE,
    131031: _PAUSE,
    368: _PAUSE,
    130497: _PAUSE,
    131048: _PAUSE,
    131064: _PAUSE,
    0: _PAUSE,
    190: _PAUSE,
    3: _PAUSE,
    10: _PAUSE,
    131005: _PAUSE,
}
_PERMISSIONS = range(200, 300)
_NOT_TAKEN = range(300, 500)
_SERVER_FAULT = 500
_GATEWAY_TIMEOUT = 504


def reaction_to(code: int | None, http_status: int) -> Reaction:
    """Return what to do about an answer of Meta.

    Args:
        code: Of the error, or None where the body held none.
        http_status: Decides alone only where there is no code.
    """
    if code is None:
        return _without_code(http_status)
    if code in _PERMISSIONS:
        return _PAUSE
    unknown = AMBIGUOUS if http_status >= _SERVER_FAULT else GIVE_UP
    return _BY_CODE.get(code, unknown)


def _without_code(http_status: int) -> Reaction:
    """Meta names a code with each refusal, so perhaps this was not Meta, or its answer is cut.

    A portal that wants a sign-in, or a proxy, did not pass the message on. A gateway that waited in
    vain for Meta did, as somebody did who says that all is well in words that nobody can read.
    """
    if http_status in _NOT_TAKEN:
        return _NOT_META
    was_passed_on = http_status < _SERVER_FAULT or http_status == _GATEWAY_TIMEOUT
    return UNANSWERED if was_passed_on else AMBIGUOUS

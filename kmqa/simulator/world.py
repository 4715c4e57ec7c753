"""What the stand-in knows: people and their windows, messages and what became of them, costs."""

import base64
import itertools
import random
import secrets
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

from kmqa.simulator.media import Files
from kmqa.simulator.rules import Fault

WINDOW = 24 * 3600.0
PAIR_BURST = 45.0
PAIR_RATE = 1 / 6
FREE_A_MONTH = 1_000  # service messages of one number that cost nothing
BILLED_SINCE = datetime(2026, 10, 1, tzinfo=UTC).timestamp()


@dataclass(slots=True)
class Clock:
    """The stand-in's time, which tests can move ahead."""

    ahead: float = 0.0

    def now(self) -> float:
        """Unix seconds."""
        return time.time() + self.ahead


@dataclass(slots=True, kw_only=True)
class Behaviour:
    """How well-behaved the stand-in is; everything may be changed while it runs.

    Attributes:
        latency: Seconds before a request is answered.
        per_second: Messages in and out that one number may carry; 0 for no limit.
        status_delay: Seconds between the statuses of a message.
        statuses: Which are sent.
        shuffled: Whether statuses may overtake each other.
        duplicates: How often each webhook is sent again.
        batch: Most changes in one webhook.
        lost_answers: Share of accepted messages whose answer never arrives, in [0, 1].
        http_status: With which each request to send is answered without JSON; 0 for none.
        errors: Codes with which the next requests are refused, first to last.
        failures: Codes with which the next accepted messages fail by a status, first to last.
        late_window: Whether messages outside the window are accepted and fail by a status.
        hide_phones: Whether people are known by user id alone.
    """

    latency: float = 0.0
    per_second: float = 80.0
    status_delay: float = 0.2
    statuses: tuple[str, ...] = ("sent", "delivered", "read")
    shuffled: bool = False
    duplicates: int = 0
    batch: int = 10
    lost_answers: float = 0.0
    http_status: int = 0
    errors: list[int] = field(default_factory=list)
    failures: list[int] = field(default_factory=list)
    late_window: bool = True
    hide_phones: bool = False


@dataclass(slots=True, kw_only=True)
class Contact:
    """A person with a phone."""

    phone: str
    user_id: str
    wrote_at: float | None = None
    tokens: float = PAIR_BURST
    filled_at: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SentMessage:
    """A message that the business sent."""

    id: str
    number_id: str
    phone: str
    user_id: str
    payload: dict[str, Any]
    at: float
    category: Literal["service", "utility"]
    is_billed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class HeardMessage:
    """A message that somebody wrote to the business; `message` is what the webhook brings."""

    phone: str
    at: float
    message: dict[str, Any]


class World:
    """All of it, in memory; one process has one."""

    def __init__(self, numbers: tuple[str, ...], token: str, seed: int = 1) -> None:
        """Begin a world in which the business has `numbers` and may send with `token`."""
        self.clock = Clock()
        self.behaviour = Behaviour()
        self.numbers = numbers
        self.token = token
        self.sent: list[SentMessage] = []
        self.heard: list[HeardMessage] = []
        self.read: set[str] = set()
        self.files = Files()
        self.random = random.Random(seed)  # noqa: S311 - disorder on purpose, no secret
        self._people: dict[str, Contact] = {}
        self._count = itertools.count(1)
        self._run = secrets.token_hex(4)
        self._carried: Counter[tuple[str, int]] = Counter()
        self._free: Counter[tuple[str, str]] = Counter()

    def contact(self, phone: str) -> Contact:
        """Return the person with this phone number, who exists from the first time on."""
        if phone not in self._people:
            user_id = f"KE.{10**15 + int(phone or 0) * 7919 % 10**15}"
            self._people[phone] = Contact(phone=phone, user_id=user_id)
        return self._people[phone]

    def by_user_id(self, user_id: str) -> Contact | None:
        """Return the person with this user id, if they ever wrote."""
        return next((c for c in self._people.values() if c.user_id == user_id), None)

    def new_id(self) -> str:
        """Return an id of a message that looks like Meta's; no other run gives the same."""
        name = f"simulated{self._run}{next(self._count):012}"
        return "wamid." + base64.b64encode(name.encode()).decode()

    def wrote(self, phone: str) -> Contact:
        """Note that the person wrote just now, which opens their window."""
        contact = self.contact(phone)
        contact.wrote_at = self.clock.now()
        return contact

    def carry(self, number_id: str) -> Fault | None:
        """Count a message over the number; a fault where it carries too many this second."""
        key = (number_id, int(self.clock.now()))
        self._carried[key] += 1
        limit = self.behaviour.per_second
        if limit and self._carried[key] > limit:
            return Fault(130429, "Cloud API message throughput has been reached")
        if len(self._carried) > 10_000:
            self._carried.clear()
        return None

    def accept(self, number_id: str, payload: dict[str, Any]) -> SentMessage | Fault:
        """Take a valid `payload`, or say why not."""
        if self.behaviour.errors:
            return Fault(self.behaviour.errors.pop(0), "a fault that was asked for")
        contact = self._addressee(payload)
        if contact is None:
            return Fault(131026, "Message undeliverable")
        fault = self.carry(number_id) or self.files.fault_of(payload, self.clock.now())
        fault = fault or self._pair_fault(contact)
        if fault is None and not self.is_open(contact) and not self._may_be_late(payload):
            fault = Fault(131047, "More than 24 hours have passed since the customer last replied")
        if fault is not None:
            return fault
        message = self._message(number_id, contact, payload)
        self.sent.append(message)
        return message

    def is_open(self, contact: Contact) -> bool:
        """Whether anything but templates may be sent to the person."""
        return contact.wrote_at is not None and self.clock.now() - contact.wrote_at < WINDOW

    def failure(self, message: SentMessage) -> int | None:
        """Return the error with which an accepted message fails later, or None."""
        if self.behaviour.failures:
            return self.behaviour.failures.pop(0)
        contact = self.contact(message.phone)
        if message.payload.get("type") == "template" or self.is_open(contact):
            return None
        return 131047

    def costs(self) -> dict[str, Any]:
        """How many messages were sent, and how many of them are billed."""
        return {
            "sent": len(self.sent),
            "uploads": self.files.count,
            "billed": sum(message.is_billed for message in self.sent),
            "by_category": dict(Counter(m.category for m in self.sent if m.is_billed)),
            "free_left": {n: FREE_A_MONTH - self._free[n, self._month()] for n in self.numbers},
        }

    def _addressee(self, payload: dict[str, Any]) -> Contact | None:
        if payload.get("recipient_type") == "group":  # whoever is in it may write at any time
            group = str(payload["to"])
            known = self._people.setdefault(group, Contact(phone=group, user_id=group))
            known.wrote_at = self.clock.now()
            return known
        if payload.get("to"):
            return self.contact(str(payload["to"]).removeprefix("+"))
        return self.by_user_id(str(payload.get("recipient")))

    def _pair_fault(self, contact: Contact) -> Fault | None:
        now = self.clock.now()
        elapsed = max(0.0, now - contact.filled_at) if contact.filled_at else 0.0
        contact.tokens = min(PAIR_BURST, contact.tokens + elapsed * PAIR_RATE)
        contact.filled_at = now
        if contact.tokens < 1:
            return Fault(131056, "Too many messages sent from this phone number to this one")
        contact.tokens -= 1
        return None

    def _may_be_late(self, payload: dict[str, Any]) -> bool:
        return self.behaviour.late_window or payload.get("type") == "template"

    def _message(self, number_id: str, contact: Contact, payload: dict[str, Any]) -> SentMessage:
        now = self.clock.now()
        is_template = payload.get("type") == "template"
        is_billed = now >= BILLED_SINCE
        if is_billed and not is_template:
            key = (number_id, self._month())
            self._free[key] += 1
            is_billed = self._free[key] > FREE_A_MONTH
        return SentMessage(
            id=self.new_id(),
            number_id=number_id,
            phone=contact.phone,
            user_id=contact.user_id,
            payload=payload,
            at=now,
            category="utility" if is_template else "service",
            is_billed=is_billed,
        )

    def _month(self) -> str:
        return datetime.fromtimestamp(self.clock.now(), UTC).strftime("%Y-%m")

    def statuses(self, message: SentMessage) -> Iterator[dict[str, Any]]:
        """Yield what the webhook will say about `message`, in the order in which it happens."""
        failure = self.failure(message)
        states = ("failed",) if failure else self.behaviour.statuses
        for place, state in enumerate(states):
            at = message.at + place * self.behaviour.status_delay
            yield self._status(message, state, at, failure)

    def _status(
        self, message: SentMessage, state: str, at: float, failure: int | None
    ) -> dict[str, Any]:
        status: dict[str, Any] = {
            "id": message.id,
            "status": state,
            "timestamp": str(int(at)),
            "recipient_user_id": message.user_id,
        }
        if not self.behaviour.hide_phones:
            status["recipient_id"] = message.phone
        if "biz_opaque_callback_data" in message.payload:
            status["biz_opaque_callback_data"] = message.payload["biz_opaque_callback_data"]
        if state == "sent":
            kind = "regular" if message.is_billed else "free_customer_service"
            status["pricing"] = {
                "billable": message.is_billed,
                "pricing_model": "PMP",
                "type": kind,
                "category": message.category,
            }
        if failure:
            status["errors"] = [{"code": failure, "title": "simulated failure"}]
        return status

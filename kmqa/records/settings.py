"""What holds for the whole corpus: the schema of `corpus.yaml`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Annotated, Literal

from pydantic import Field

from kmqa.records.values import (
    FORBID_UNKNOWN_KEYS,
    ClockTime,
    Country,
    Identifier,
    Language,
    Share,
    TestFile,
    Text,
    Texts,
    TimeZone,
    Weekday,
    Wordings,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyTargets:
    """What the fitted policy must keep.

    Attributes:
        wrong_answer_rate: Largest share of wrong answers among those given, in (0, 1).
        confidence: How sure the bound on that share must be, in (0, 1).
    """

    __pydantic_config__ = FORBID_UNKNOWN_KEYS

    wrong_answer_rate: Annotated[float, Field(gt=0, lt=1)] = 0.05
    confidence: Annotated[float, Field(gt=0, lt=1)] = 0.9


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """What must hold on the corpus's test sets before a bundle may go live.

    What is None is not stated: `kmqa.eval.gate` then asks for a default where the test sets can
    show it. What is stated must be shown. That nothing leaks, nothing has expired and every
    expected answer is there is always asked for.

    Attributes:
        right_or_offered: Least share of the answerable questions that get a right answer, or a
            choice with one.
        coverage: Least share of all questions that are answered.
        wrong_answers: Largest share of wrong answers among those given, by its upper bound.
        confidence: Of that bound, in (0, 1).
        refusal_recall: Least share of the unanswerable questions that are refused.
        urgent_recall: Least share of the danger signs that are recognised.
        false_alarms: Largest share of the other questions that get the text of a danger sign.
        slice_loss: Largest loss of a language or kind against the live bundle, in any of
            right_or_offered, refusal_recall and urgent_recall.
        least_slice: Questions from which on a language or kind is compared.
        promises: File in ``tests/`` whose every line must come out as expected.
    """

    __pydantic_config__ = FORBID_UNKNOWN_KEYS

    right_or_offered: Share | None = None
    coverage: Share | None = None
    wrong_answers: Share | None = None
    confidence: Annotated[float, Field(gt=0, lt=1)] = 0.9
    refusal_recall: Share | None = None
    urgent_recall: Share | None = None
    false_alarms: Share | None = None
    slice_loss: Share | None = None
    least_slice: Annotated[int, Field(ge=1)] = 20
    promises: TestFile | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeHours:
    """When people of a country are there to take over a conversation.

    Attributes:
        days: Of the week, 1 for Monday to 7.
        opens: Local time, ``HH:MM``; before `closes`.
        zone: Name of the time zone, such as ``Africa/Nairobi``.
    """

    __pydantic_config__ = FORBID_UNKNOWN_KEYS

    days: Annotated[tuple[Weekday, ...], Field(min_length=1)]
    opens: ClockTime
    closes: ClockTime
    zone: TimeZone


CappedPurpose = Literal[
    "answer", "service", "handover", "pathway", "course", "survey", "broadcast", "basket",
    "correction",
]  # fmt: skip
"""What a message is sent for, where a cap may hold it back; see `kmqa.messages.Purpose`."""
_UNASKED = ("course", "survey", "broadcast", "correction")  # nobody waits for it at the moment
_MONTH_UNASKED = 100_000  # messages: what one country's programme sends, and no bill of millions


@dataclass(frozen=True, slots=True, kw_only=True)
class Caps:
    """Most messages that are sent, whatever happens. A danger sign is always answered.

    Attributes:
        person_day: To one person within 24 hours; None for any number. A curator's replies count
            and are never held.
        month: In a calendar month (UTC), by purpose. What is not stated has no cap where people
            ask for it, and `_MONTH_UNASKED` where nobody does.
    """

    __pydantic_config__ = FORBID_UNKNOWN_KEYS

    person_day: Annotated[int, Field(ge=1)] | None = 150
    month: Mapping[CappedPurpose, Annotated[int, Field(ge=0)]] = field(default_factory=dict)

    @property
    def by_month(self) -> Mapping[str, int]:
        """Every cap of a month, stated or not."""
        return MappingProxyType({**dict.fromkeys(_UNASKED, _MONTH_UNASKED), **self.month})


@dataclass(frozen=True, slots=True, kw_only=True)
class CorpusSettings:
    """`corpus.yaml`: what holds for the whole corpus. The first language is the default.

    Attributes:
        age_groups: Codes that a person may pick; none means that nobody is asked. Of ``under-20``,
            ``20-34`` and ``35-plus`` it is known which ages they hold.
        genders: The same.
        labels: What people read instead of a code of a role, country, age group or gender.
        forms: What people type for such a code or for a language, beside its label.
        office_hours: By country, or ``default``; where there are none nobody is handed over.
        caps: Most messages that are sent.
    """

    __pydantic_config__ = FORBID_UNKNOWN_KEYS

    name: Text
    owner: str = ""
    notice: Texts = field(default_factory=dict)
    languages: Annotated[tuple[Language, ...], Field(min_length=1)]
    roles: tuple[Identifier, ...] = ()
    countries: tuple[Country, ...] = ()
    age_groups: tuple[Identifier, ...] = ()
    genders: tuple[Identifier, ...] = ()
    labels: Mapping[Identifier, Texts] = field(default_factory=dict)
    forms: Mapping[Identifier, Wordings] = field(default_factory=dict)
    office_hours: Mapping[str, OfficeHours] = field(default_factory=dict)
    topics: Mapping[Identifier, Texts] = field(default_factory=dict)
    policy: PolicyTargets = field(default_factory=PolicyTargets)
    gate: Gate = field(default_factory=Gate)
    caps: Caps = field(default_factory=Caps)
    require_sources: bool = True

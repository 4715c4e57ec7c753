"""The nouns that travel between steps: what people wrote, what was asked, what was decided.

Everything here is a frozen dataclass without behaviour beyond small derived facts. The classes
of the first half are also the schema of the files under `corpus/`: field names are the keys of
the YAML files, an unknown key is an error, and pydantic checks the types when a file is read.
No input or output happens here, and no arrays live here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Annotated, Literal
from zoneinfo import available_timezones

from pydantic import AfterValidator, ConfigDict, Field, StringConstraints

FORBID_UNKNOWN_KEYS = ConfigDict(extra="forbid", str_strip_whitespace=True)

Status = Literal["draft", "in_review", "approved", "retired"]
Outcome = Literal["answer", "choose", "resources", "refuse", "urgent", "chat"]
ChatKind = Literal["greeting", "thanks", "empty", "emoji", "gibberish", "too_long"]
PageVerdict = Literal["text", "scanned", "garbled", "empty"]
FileVerdict = Literal["fine", "encrypted", "broken", "too_large"]
RefusalKind = Literal["near", "far", "injection", "abuse"]

Identifier = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._?!+-]{0,99}$")]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$")]
Country = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
ClockTime = Annotated[str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
Weekday = Annotated[int, Field(ge=1, le=7)]
Text = Annotated[str, StringConstraints(min_length=1)]
Texts = Mapping[Language, Text]
Wordings = Mapping[Language, tuple[Text, ...]]


def _ascending(pages: tuple[int, ...]) -> tuple[int, ...]:
    if list(pages) != sorted(set(pages)) or pages[0] < 1:
        message = "pages are counted from 1, each once, in rising order"
        raise ValueError(message)
    return pages


def _known_zone(name: str) -> str:
    if name not in available_timezones():
        message = "a time zone is named like Africa/Nairobi"
        raise ValueError(message)
    return name


TimeZone = Annotated[str, AfterValidator(_known_zone)]
Pages = Annotated[tuple[int, ...], Field(min_length=1), AfterValidator(_ascending)]


# What people write: the schema of the corpus files.


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where an answer's facts stand: a document, its pages, and a few words found there."""

    __pydantic_config__ = FORBID_UNKNOWN_KEYS

    document: Identifier
    pages: Pages
    quote: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """A text that replaces an answer's own for the people whom all conditions fit.

    Attributes:
        when: Profile field to accepted values, such as ``{"role": ("chw",)}``; all must hold.
        text: Approved wording by language.
    """

    __pydantic_config__ = FORBID_UNKNOWN_KEYS

    when: Mapping[Literal["role", "country", "age_group", "gender"], tuple[str, ...]]
    text: Texts


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One vetted answer in all its languages.

    Attributes:
        title: What stands in lists, in the corpus's first language.
        titles: The same in other languages; a wording stands in where there is none.
        questions: Curated wordings by language, as people type them.
        text: Approved wording by language, sent word for word.
        variants: Replacements of `text`; the first whose conditions all hold is used.
        review_by: Last day on which the answer may be served, or None while it is a draft.
    """

    __pydantic_config__ = FORBID_UNKNOWN_KEYS

    id: Identifier
    topic: Identifier
    title: str = ""
    titles: Texts = field(default_factory=dict)
    status: Status = "draft"
    version: Annotated[int, Field(ge=1)] = 1
    questions: Wordings = field(default_factory=dict)
    text: Texts
    variants: tuple[Variant, ...] = ()
    sources: tuple[Source, ...] = ()
    resources: tuple[Identifier, ...] = ()
    related: tuple[Identifier, ...] = ()
    authored_by: str = ""
    reviewed_by: tuple[Text, ...] = ()
    approved_on: date | None = None
    review_by: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """What is known about one reviewed PDF; the file lies beside it under the same name."""

    __pydantic_config__ = FORBID_UNKNOWN_KEYS

    id: Identifier
    title: Text
    language: Language
    publisher: str = ""
    edition: str = ""
    year: Annotated[int | None, Field(ge=1900, le=2200)] = None
    url: str = ""
    licence: str = ""
    topics: tuple[Identifier, ...] = ()
    status: Status = "draft"
    sha256: Sha256 | None = None
    reviewed_by: tuple[Text, ...] = ()
    reviewed_on: date | None = None
    review_by: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UrgentEntry:
    """A danger sign: how people report it, the fixed text to send, and what only looks like it.

    Attributes:
        examples: Messages that must trigger it, by language.
        patterns: Word patterns by language (see `kmqa.matching.urgent` for their few rules).
        near_misses: Messages that must not trigger it, by language.
        text: Reviewed text by language, sent at once and word for word.
        related: Answers to offer after the urgent text.
    """

    __pydantic_config__ = FORBID_UNKNOWN_KEYS

    id: Annotated[Identifier, StringConstraints(pattern=r"^urgent-")]
    title: str = ""
    status: Status = "draft"
    version: Annotated[int, Field(ge=1)] = 1
    examples: Wordings
    patterns: Wordings = field(default_factory=dict)
    near_misses: Wordings = field(default_factory=dict)
    text: Texts
    sources: tuple[Source, ...] = ()
    related: tuple[Identifier, ...] = ()
    authored_by: str = ""
    reviewed_by: tuple[Text, ...] = ()
    approved_on: date | None = None
    review_by: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusalGroup:
    """Messages of one sort that the bot must refuse, by language."""

    __pydantic_config__ = FORBID_UNKNOWN_KEYS

    id: Identifier
    kind: RefusalKind
    questions: Wordings


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """A person or service to turn to in one country.

    Attributes:
        text: What to send, by language.
        confirmed_on: Day on which somebody last checked it; None means not confirmed.
        noted_on: Day on which it was written down; an unconfirmed text must say what it is.
    """

    __pydantic_config__ = FORBID_UNKNOWN_KEYS

    text: Texts
    confirmed_on: date | None = None
    noted_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusals:
    """`refusals.yaml`: what to refuse, and to whom a person is handed over.

    Attributes:
        contacts: By country code, or ``default`` where the country is unknown or not listed.
    """

    __pydantic_config__ = FORBID_UNKNOWN_KEYS

    groups: tuple[RefusalGroup, ...] = ()
    contacts: Mapping[str, Contact] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A thing that people call by many names.

    Attributes:
        term: What all of them are brought to before matching, in the corpus's first language.
        forms: The names by language; a ``*`` before or after one stands for any letters.
    """

    __pydantic_config__ = FORBID_UNKNOWN_KEYS

    term: Text
    forms: Wordings


@dataclass(frozen=True, slots=True, kw_only=True)
class GlossaryFile:
    """`glossary.yaml`: brands, abbreviations and words of other languages, with their terms."""

    __pydantic_config__ = FORBID_UNKNOWN_KEYS

    terms: tuple[Term, ...] = ()


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


Share = Annotated[float, Field(ge=0, le=1)]
TestFile = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}\.jsonl$")]


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


@dataclass(frozen=True, slots=True, kw_only=True)
class CorpusSettings:
    """`corpus.yaml`: what holds for the whole corpus. The first language is the default.

    Attributes:
        age_groups: Codes that a person may pick; none means that she is not asked.
        genders: The same.
        labels: What people read instead of a code of a role, country, age group or gender.
        office_hours: By country, or ``default``; where there are none nobody is handed over.
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
    office_hours: Mapping[str, OfficeHours] = field(default_factory=dict)
    topics: Mapping[Identifier, Texts] = field(default_factory=dict)
    policy: PolicyTargets = field(default_factory=PolicyTargets)
    gate: Gate = field(default_factory=Gate)
    require_sources: bool = True


# What is read out of a PDF.


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page of a PDF after cleaning.

    Attributes:
        number: Counted from 1.
        text: In reading order, without repeated headers and footers; empty unless the verdict
            is ``text``.
    """

    number: int
    verdict: PageVerdict
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Extraction:
    """All that could be read of one PDF, and whether it may back an answer.

    Attributes:
        sha256: Of the file's bytes, in lower-case hexadecimal.
        file_verdict: ``fine`` where the file itself could be opened and read.
        language: Most likely language of the text, or None where there is too little.
        detail: What was wrong, in a few words for a person; empty when nothing was.
    """

    sha256: Sha256
    file_verdict: FileVerdict
    pages: tuple[Page, ...] = ()
    language: str | None = None
    detail: str = ""

    @property
    def verdict(self) -> str:
        """The file's verdict, or ``text``, or the commonest fault among its pages.

        A file counts as ``text`` when more than half of its pages that are not empty are text.
        """
        if self.file_verdict != "fine":
            return self.file_verdict
        told = [page.verdict for page in self.pages if page.verdict != "empty"]
        if not told:
            return "empty"
        if told.count("text") * 2 > len(told):
            return "text"
        return "scanned" if told.count("scanned") >= told.count("garbled") else "garbled"

    @property
    def n_characters(self) -> int:
        """Characters of text over all pages."""
        return sum(len(page.text) for page in self.pages)


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A run of whole sentences of one document, short enough for the encoder.

    Attributes:
        id: Document id, a hash mark and a number counted from 1.
        pages: First and last page that it touches, counted from 1.
    """

    id: str
    document: Identifier
    pages: tuple[int, int]
    text: str


# What the build fits and every bundle carries.


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """How much each kind of evidence counts in a fused score.

    Attributes:
        head: For the logit of the linear head over embeddings.
        student: For the logit of `kmqa.index.student.Student`.
        words: For the share of the query's words that the answer knows.
    """

    cosine: float
    lexical: float
    head: float
    student: float = 0.0
    words: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Acceptance:
    """How much each kind of evidence counts in judging whether the first candidate is right.

    Attributes:
        words: Weight of the share of the query's words that the answer knows.
        lead: Weight of the lead over the second candidate.
        clear: Weight of the lead over the best refusal group.
        refusal: Weight of what a refusal group leads by, which is taken off.
    """

    cosine: float
    lexical: float = 0.0
    head: float = 0.0
    student: float = 0.0
    words: float = 0.0
    lead: float = 0.0
    clear: float = 0.0
    refusal: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """What was fitted for one language, or for several pooled.

    Attributes:
        rank: Weights that order the candidates.
        accept: What judges whether the first candidate is right at all.
        slope: Of the logistic map from accepted score to confidence, greater than 0, so that the
            order of scores survives.
        intercept: Of the same map.
        n_questions: Left-out questions behind the fit; 0 where the prior stands in.
    """

    rank: Weights
    accept: Acceptance
    slope: float
    intercept: float
    n_questions: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """Thresholds of one language; see `Policy` for each of these."""

    threshold: float
    choose_threshold: float
    margin: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """How evidence of a danger sign is weighed: an alarm where the sum is 0 or more.

    Attributes:
        taught: Weight of the score of the model of danger signs.
        likeness: Of the likeness to the nearest example of a danger sign.
        near_miss: Of the likeness to the nearest near-miss.
        ordinary: Of the likeness to the nearest ordinary wording.
        pattern: What a pattern that fits adds.
        intercept: Holds how few false alarms the build allows.
    """

    taught: float
    likeness: float
    near_miss: float
    ordinary: float
    pattern: float
    intercept: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """When to answer, offer a choice, point to a document, or refuse.

    Attributes:
        fits: By language code; ``*`` holds for every other language.
        threshold: Least confidence in [0, 1] to answer.
        choose_threshold: Least confidence in [0, 1] to offer a choice.
        margin: Least lead in confidence over the second candidate to answer without a choice.
        passage_threshold: Least cosine in [-1, 1] to name a document.
        urgent_threshold: Least similarity in [0, 1] to an example of a danger sign, where there is
            no `alarm`.
        basis: ``labelled`` questions, ``left-out`` wordings, or the cautious ``prior``.
        n_labelled: Questions behind the threshold.
        wrong_answer_bound: Upper confidence bound of the share of wrong answers at the
            threshold, or None where nothing could be counted.
        target_met: Whether that bound is within the corpus's target.
        n_missing: Labelled questions that are missing, about, before the target can be kept or,
            where none were counted, before they count; None where more of them are no help.
        cuts: Thresholds of each language that has enough labelled questions to keep the target by
            itself; the ones above are then those of all others.
        alarm: How danger signs are recognised, or None where there are few examples of them.
    """

    fits: Mapping[str, Fit]
    threshold: float
    choose_threshold: float
    margin: float
    passage_threshold: float
    urgent_threshold: float
    basis: Literal["labelled", "left-out", "prior"]
    n_labelled: int
    wrong_answer_bound: float | None
    target_met: bool
    n_missing: int | None = 0
    cuts: Mapping[str, Cut] = field(default_factory=dict)
    alarm: Alarm | None = None

    def for_language(self, language: str) -> "Policy":
        """The same with the thresholds that hold for `language`."""
        own = self.cuts.get(language)
        if own is None:
            return self
        return replace(
            self,
            threshold=own.threshold,
            choose_threshold=own.choose_threshold,
            margin=own.margin,
        )

    def fit_for(self, language: str) -> Fit:
        """The fit of `language`, or the pooled one."""
        return self.fits.get(language, self.fits["*"])


# What is asked, found and decided.


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What a person said about herself; None where she said nothing."""

    role: str | None = None
    country: str | None = None
    language: str | None = None
    age_group: str | None = None
    gender: str | None = None
    topic: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An answer that might fit a query.

    Attributes:
        score: Fitted probability in [0, 1] that this answer is right; higher is better.
        question: The curated wording that lies closest to the query.
        language: Language of that wording.
    """

    answer_id: str
    score: float
    question: str
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PassageHit:
    """A vetted passage near the query; `score` is a cosine in [-1, 1], higher is better."""

    passage: Passage
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What to do with one query, and why.

    Attributes:
        reason: Stable name of the rule that decided, such as ``below-threshold``.
        candidates: All that were ranked, best first.
        offered: The candidates to send: one for an answer, two or three for a choice.
        urgent_id: The danger sign that was recognised, or None.
        chat: Which fixed phrase fits, where the outcome is ``chat``.
    """

    outcome: Outcome
    reason: str
    candidates: tuple[Candidate, ...] = ()
    offered: tuple[Candidate, ...] = ()
    passages: tuple[PassageHit, ...] = ()
    urgent_id: str | None = None
    chat: ChatKind | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CitedSource:
    """A source as it is shown: title and pages, never a path.

    Attributes:
        line: The fixed phrase for a source, filled in the language of the reply.
    """

    document: str
    title: str
    pages: tuple[int, ...]
    line: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """A vetted document that can be sent."""

    document: str
    title: str
    pages: tuple[int, ...] = ()
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What leaves the bot: approved texts, fixed phrases and document titles, nothing else.

    Attributes:
        text: The words to send.
        language: Language of `text`, which may differ from the one asked in.
        answer_id: The answer or danger sign that was sent, or None.
        score: Fitted confidence in [0, 1] of the best candidate, 0 where none was ranked.
        candidates: At least five where the bundle has them, best first.
        offered: Those of them that the reply shows.
    """

    outcome: Outcome
    reason: str
    text: str
    language: str
    answer_id: str | None = None
    score: float = 0.0
    sources: tuple[CitedSource, ...] = ()
    resources: tuple[Resource, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    offered: tuple[Candidate, ...] = ()
    bundle_id: str = ""
    took_ms: float = 0.0

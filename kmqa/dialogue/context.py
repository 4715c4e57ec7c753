"""What one turn works with, and the words that it may use."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol

from kmqa.dialogue.state import State
from kmqa.index.contents import Contents
from kmqa.lexicon import languages
from kmqa.matching import audience, countries, language
from kmqa.matching.followups import Before, FollowUp
from kmqa.records import Document, Profile, Reply

if TYPE_CHECKING:  # a flow works with the context
    from kmqa.dialogue.flow import Flow

SEPARATOR = "\n\n"
_TYPED_ALIKE = ("hi", "ur")  # one language as it is typed in Latin letters
_ELSEWHERE = 0.02  # weight of a language that is none of the country's: people travel


class Respond(Protocol):
    """What the dialogue needs of `kmqa.matching.respond.Responder`."""

    def __call__(self, message: str, profile: Profile | None = None) -> Reply:
        """Return the reply to a question."""

    def guess(self, message: str) -> language.Guess:
        """Return the language of the corpus that a message seems to be in."""

    def follow_up(
        self, message: str, alone: Reply, before: Before, profile: Profile
    ) -> FollowUp | None:
        """Return what a message comes to after the question `before`, or None."""

    def reply_with(self, answer_id: str, profile: Profile, language: str | None = None) -> Reply:
        """Return the reply with an answer that the person picked from what was offered."""


@dataclass(frozen=True, slots=True)
class StoredData:
    """What the service keeps of a person beside the state.

    Attributes:
        questions: Stored questions, blacked out where they name somebody, newest first.
    """

    questions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageReading:
    """What a message says about the language that it is in.

    Attributes:
        commanded: The languages in which it is a command; none where it is something else.
        guess: What its words say; None where nobody needs to know.
    """

    commanded: tuple[str, ...] = ()
    guess: language.Guess | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnContext:
    """One open bundle, and what the turn must know of the world.

    Attributes:
        now: Unix seconds.
        flows: Every flow, first those that are asked first. They are above this layer, so the
            service and the evaluation put them in: `kmqa.flows.registry.FLOWS`.
        country: Code of the country to whose network the person's number belongs, if it is known.
        keep_days: Days after which a stored question is removed.
        read_stored_data: Looks up what is kept of the person; called only for who asks for it.
    """

    respond: Respond
    contents: Contents
    now: float
    flows: "Sequence[Flow]"
    country: str | None = None
    keep_days: int = 30
    read_stored_data: Callable[[], StoredData] = StoredData

    def language_for(self, state: State, reading: LanguageReading | None = None) -> str:
        """Return the language to speak: chosen, or what a message is in, or that of the last reply.

        A command is too short to be guessed; the language that it is a command in counts. Where
        words leave a doubt, the country of the person's number is weighed with them.
        """
        if state.profile.language:
            return self._with_phrases(state.profile.language)
        if reading and reading.commanded:
            is_spoken = state.spoken in reading.commanded
            return state.spoken if is_spoken else self._likeliest_of(reading.commanded)
        if reading and reading.guess and (reading.guess.is_sure or not state.spoken):
            return self._with_phrases(self._weigh(state, reading.guess))
        return self._with_phrases(state.spoken or self._likeliest_of(self.contents.phrases))

    def is_sure_of(self, state: State, reading: LanguageReading) -> bool:
        """Return whether the language of somebody's first message is beyond doubt."""
        is_guessed = reading.guess is not None and reading.guess.is_sure
        is_of_one = len([code for code in reading.commanded if code in self.contents.phrases]) == 1
        return bool(state.profile.language) or is_of_one or is_guessed

    @property
    def language_of_country(self) -> str:
        """The corpus's commonest language where the number is from; empty where nobody knows."""
        return self._likeliest_of(self.contents.phrases) if self._country_weights() else ""

    def asker_profile(self, state: State, reading: LanguageReading) -> Profile:
        """Return who asks: where a text is too short to be guessed, the language is as before."""
        profile = replace(state.profile, country=self.country_for(state))
        guess = reading.guess
        is_as_guessed = bool(
            guess and guess.is_sure and self._weigh(state, guess) == guess.language
        )
        is_open = not state.spoken and not reading.commanded and not self._country_weights()
        if profile.language or is_as_guessed or is_open:
            return profile
        return replace(profile, language=self.language_for(state, reading))

    def _weigh(self, state: State, guess: language.Guess) -> str:
        """Return the language that a guess and the country of the number tell together."""
        weights = self._country_weights()
        is_shared = guess.basis == "words" and guess.language in _TYPED_ALIKE
        if is_shared and state.spoken in _TYPED_ALIKE:
            return state.spoken  # in Latin letters both are one; their scripts are not
        if is_shared and guess.is_sure and any(weights.get(code) for code in _TYPED_ALIKE):
            known = [code for code in _TYPED_ALIKE if code in self.contents.phrases]
            return max(known, key=lambda code: weights.get(code, 0.0))
        if guess.is_sure or not weights:
            return guess.language
        shares = dict(guess.shares) or dict.fromkeys(self.contents.phrases, 1.0)
        return max(shares, key=lambda code: shares[code] * (weights.get(code, 0.0) + _ELSEWHERE))

    def _country_weights(self) -> Mapping[str, float]:
        return countries.weigh_languages(self.country) if self.country else {}

    def _likeliest_of(self, codes: Iterable[str]) -> str:
        """Return which of `codes` is commonest in the country, or comes first in the corpus."""
        weights = self._country_weights()
        known = [code for code in self.contents.settings.languages if code in set(codes)]
        ranked = sorted(known, key=lambda code: -weights.get(code, 0.0))
        return self._with_phrases(ranked[0] if ranked else self.contents.settings.languages[0])

    def country_for(self, state: State) -> str | None:
        """Return where the person works: as they said, or else the country of their number.

        Without that nobody who has not filled in a profile would read an emergency number.
        """
        known = {*self.contents.settings.countries, *self.contents.refusals.contacts}
        return state.profile.country or (self.country if self.country in known else None)

    def phrases_in(self, language: str) -> Mapping[str, str]:
        """Return the fixed phrases in a language, or in the default one."""
        return self.contents.phrases[self._with_phrases(language)]

    def label(self, code: str, language: str) -> str:
        """Return what people read instead of `code`, or the code itself."""
        labels = self.contents.settings.labels.get(code, {})
        return labels.get(language) or labels.get(self.contents.settings.languages[0]) or code

    def topic_label(self, topic: str, language: str) -> str:
        """Return what people read instead of a topic's id."""
        labels = self.contents.settings.topics.get(topic, {})
        return labels.get(language) or labels.get(self.contents.settings.languages[0]) or topic

    def question_line(self, answer_id: str, language: str) -> str:
        """Return an answer as a line of a list: its title in the language, or a wording."""
        answer = self.contents.answer_by_id[answer_id]
        is_default = language == self.contents.settings.languages[0]
        title = answer.title if is_default else answer.titles.get(language)
        wordings = answer.questions.get(language, ())
        return title or next(iter(wordings), "") or answer.title or answer_id

    def current_document(self, name: str) -> Document | None:
        """Return a document of the bundle whose review has not lapsed, or None."""
        known = self.contents.document_by_id.get(name)
        today = datetime.fromtimestamp(self.now, UTC).date()
        return known if known and audience.is_in_term(known, today) else None

    def notice(self, language: str) -> str:
        """Return what must be known about the content at the first contact; may be empty."""
        notice = self.contents.settings.notice
        return notice.get(language) or notice.get(self.contents.settings.languages[0], "")

    def _with_phrases(self, code: str) -> str:
        known = self.contents.phrases
        return code if code in known else self.contents.settings.languages[0]


def language_name(code: str) -> str:
    """Return how a language calls itself."""
    return languages.endonym(code)

"""What a tap means. Ids come back from phones, so they are read like any untrusted text."""

from dataclasses import dataclass

_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Answer:
    """She picked an answer, perhaps in a language of its own."""

    answer_id: str
    language: str | None = None

    @property
    def written(self) -> str:
        """The id of the button."""
        return ":".join(("answer", self.answer_id, *([self.language] if self.language else [])))


@dataclass(frozen=True, slots=True)
class Verdict:
    """She said whether an answer helped."""

    answer_id: str
    bundle_id: str
    is_helpful: bool

    @property
    def written(self) -> str:
        """The id of the button."""
        return f"{'yes' if self.is_helpful else 'no'}:{self.answer_id}:{self.bundle_id}"


@dataclass(frozen=True, slots=True)
class Nothing:
    """None of what was offered is what she meant."""

    @property
    def written(self) -> str:
        """The id of the button."""
        return "none"


Choice = Answer | Verdict | Nothing


def read(written: str) -> Choice | None:
    """The choice that an id stands for, or None where it is not one of ours."""
    parts = written[:_LONGEST].split(":")
    match parts:
        case ["answer", answer_id]:
            return Answer(answer_id)
        case ["answer", answer_id, language]:
            return Answer(answer_id, language)
        case ["yes" | "no" as word, answer_id, bundle_id]:
            return Verdict(answer_id, bundle_id, is_helpful=word == "yes")
        case ["none"]:
            return Nothing()
    return None

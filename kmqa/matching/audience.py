"""What a person's profile changes: the wording of an answer, and which of two close ones fits.

A profile never raises a score; it can only choose among what already passed.
"""

from collections.abc import Mapping, Sequence
from datetime import date

from kmqa.records import Answer, Profile, Reviewed, Variant


def select_texts(answer: Answer, profile: Profile) -> Mapping[str, str]:
    """Return the approved wording by language that `profile` gets.

    The first variant whose conditions all hold replaces the answer's own text, in the languages
    that the variant has; in the others the answer's own text stays.
    """
    for variant in answer.variants:
        if _holds(variant, profile):
            return {**answer.text, **variant.text}
    return answer.text


def _holds(variant: Variant, profile: Profile) -> bool:
    return all(getattr(profile, name) in accepted for name, accepted in variant.when.items())


def is_in_term(item: Reviewed, today: date) -> bool:
    """Return whether the last day on which `item` may be served has not passed."""
    return item.review_by is None or today <= item.review_by


def find_preferred(answers: Sequence[Answer], profile: Profile) -> int | None:
    """Return the number of the only one of `answers` on the profile's topic, or None."""
    fitting = [i for i, answer in enumerate(answers) if answer.topic == profile.topic]
    return fitting[0] if profile.topic and len(fitting) == 1 else None

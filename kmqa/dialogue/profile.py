"""What people tell about themselves: asked once, each question skippable, always changeable."""

from collections.abc import Sequence
from dataclasses import replace

from kmqa import phrases
from kmqa.dialogue import choices, lists
from kmqa.dialogue.choices import Field
from kmqa.dialogue.context import SEPARATOR, TurnContext, language_name
from kmqa.dialogue.state import ONBOARDING, FlowState, State
from kmqa.dialogue.step import Step, send
from kmqa.messages import Option, Outgoing

# The first contact asks for these, one after the other; the rest is under "profile".
_FEW_LANGUAGES = 2  # "yes" and "another language" name them all
ASKED_FIRST: tuple[Field, ...] = ("language", "role", "country")


def welcome(language: str, context: TurnContext, *, is_sure: bool = True) -> Outgoing:
    """Return who the bot is, what must be known about it, and which language it shall speak.

    Whoever wrote too little to tell sees all languages, each by its own name.
    """
    words = context.phrases_in(language)
    parts = [words["welcome"], context.notice(language)]
    if not is_sure and len(values_of("language", context)) > _FEW_LANGUAGES:
        asked = ask_for("language", 0, language, context)
        text = SEPARATOR.join(part for part in (*parts, asked.text) if part)
        return replace(asked, text=text)
    parts.append(phrases.fill(words["ask_language"], language=language_name(language)))
    options = (
        Option(choices.Set("language", language).button_id, words["button_yes"]),
        Option(choices.Ask("language").button_id, words["button_other"]),
    )
    return Outgoing(text=SEPARATOR.join(part for part in parts if part), options=options)


def ask_for(field: Field, page: int, language: str, context: TurnContext) -> Outgoing:
    """Return the question for an entry of the profile, with its values to pick from."""
    words = context.phrases_in(language)
    values: list[lists.Line] = [
        (choices.Set(field, value), _value_label(field, value, language, context))
        for value in values_of(field, context)
    ]
    lines, goes_on = lists.page_of(values, page)
    others: list[lists.Line] = []
    if goes_on:
        others.append((choices.Ask(field, page + 1), words["button_next"]))
    if field != "language":
        others.append((choices.Set(field, None), words["button_skip"]))
    intro = words["choose_language" if field == "language" else f"ask_{field}"]
    return lists.number_lines(intro, lines, others, words)


def values_of(field: Field, context: TurnContext) -> Sequence[str]:
    """Return what may be picked for an entry; none means that the corpus does not use it."""
    settings = context.contents.settings
    return {
        "language": settings.languages,
        "role": settings.roles,
        "country": settings.countries,
        "age_group": settings.age_groups,
        "gender": settings.genders,
        "low_data": (),
    }[field]


def with_value(state: State, field: Field, value: str | None, context: TurnContext) -> State:
    """Return `state` with an entry set; a value that the corpus does not know changes nothing."""
    if field == "low_data":
        return replace(state, low_data=not state.low_data)
    if value is not None and value not in values_of(field, context):
        return state
    if field == "language":
        return replace(state, profile=replace(state.profile, language=value))
    changes = {field: value}
    return replace(state, profile=replace(state.profile, **changes))


def after_entry(state: State, field: Field, language: str, context: TurnContext) -> Outgoing:
    """Return what to say after an entry was set: the next question, or "ready"."""
    words = context.phrases_in(language)
    if field == "low_data":
        return Outgoing(text=words["low_data_on" if state.low_data else "low_data_off"])
    following = next_field(state, field, context)
    if following:
        return ask_for(following, 0, language, context)
    options = (
        Option(choices.Topics().button_id, words["button_menu"]),
        Option(choices.Go("profile").button_id, words["button_profile"]),
    )
    text = words["ready"] if state.is_new else words["saved"]
    return Outgoing(text=text, options=options)


def next_field(state: State, field: Field, context: TurnContext) -> Field | None:
    """Return the entry that the first contact asks for after `field`, if it is going on at all."""
    if not state.is_new or field not in ASKED_FIRST:
        return None
    rest = ASKED_FIRST[ASKED_FIRST.index(field) + 1 :]
    return next((one for one in rest if values_of(one, context)), None)


def overview(state: State, language: str, context: TurnContext) -> Outgoing:
    """Return every entry with its value; each can be tapped to change it."""
    words = context.phrases_in(language)
    lines: list[lists.Line] = [
        (choices.Ask(field), entry) for field, entry in entries(state, language, context)
    ]
    switch = f"{words['label_low_data']}: {words['value_on' if state.low_data else 'value_off']}"
    lines.append((choices.Set("low_data", None), switch))
    back = (choices.Topics(), words["button_menu"])
    return lists.number_lines(words["profile_intro"], lines, [back], words)


def entries(state: State, language: str, context: TurnContext) -> list[tuple[Field, str]]:
    """Return the profile's entries that the corpus uses, each with its label and value."""
    words = context.phrases_in(language)
    found: list[tuple[Field, str]] = []
    for field in choices.FIELDS:
        if not values_of(field, context):
            continue
        value = getattr(state.profile, field)
        text = _value_label(field, value, language, context) if value else words["value_unknown"]
        found.append((field, f"{words[f'label_{field}']}: {text}"))
    return found


def _value_label(field: Field, value: str, language: str, context: TurnContext) -> str:
    return language_name(value) if field == "language" else context.label(value, language)


def set_entry(state: State, field: Field, value: str | None, context: TurnContext) -> Step:
    """Set an entry or leave it open, and ask for the next one of the first contact, if any."""
    changed = with_value(state, field, value, context)
    following = next_field(changed, field, context)
    outgoing = after_entry(changed, field, context.language_for(changed), context)
    if changed.is_new:
        place = FlowState(name=ONBOARDING, step=following) if following else None
        changed = replace(changed, flow=place)
    return send(changed, outgoing)

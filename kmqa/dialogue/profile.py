"""What a person tells about herself: asked once, each question skippable, always changeable."""

from collections.abc import Sequence
from dataclasses import replace

from kmqa import phrases
from kmqa.dialogue import choices, lists
from kmqa.dialogue.bot import SEPARATOR, Bot, language_name
from kmqa.dialogue.choices import Field
from kmqa.dialogue.state import State
from kmqa.messages import Option, Outgoing

# The first contact asks for these, one after the other; the rest is under "profile".
ASKED_FIRST: tuple[Field, ...] = ("language", "role", "country")


def welcome(spoken: str, bot: Bot) -> Outgoing:
    """Who the bot is, what must be known about it, and whether the language is right."""
    said = bot.said(spoken)
    asked = phrases.fill(said["ask_language"], language=language_name(spoken))
    parts = [said["welcome"], bot.notice(spoken), asked]
    options = (
        Option(choices.Set("language", spoken).written, said["button_yes"]),
        Option(choices.Ask("language").written, said["button_other"]),
    )
    return Outgoing(text=SEPARATOR.join(part for part in parts if part), options=options)


def asked(field: Field, page: int, spoken: str, bot: Bot) -> Outgoing:
    """The question for an entry of the profile, with its values to pick from."""
    said = bot.said(spoken)
    values: list[lists.Line] = [
        (choices.Set(field, value), _value_label(field, value, spoken, bot))
        for value in values_of(field, bot)
    ]
    lines, goes_on = lists.page_of(values, page)
    others: list[lists.Line] = []
    if goes_on:
        others.append((choices.Ask(field, page + 1), said["button_next"]))
    if field != "language":
        others.append((choices.Set(field, None), said["button_skip"]))
    intro = said["choose_language" if field == "language" else f"ask_{field}"]
    return lists.numbered(intro, lines, others, said)


def values_of(field: Field, bot: Bot) -> Sequence[str]:
    """What may be picked for an entry; none means that the corpus does not use it."""
    settings = bot.contents.settings
    return {
        "language": settings.languages,
        "role": settings.roles,
        "country": settings.countries,
        "age_group": settings.age_groups,
        "gender": settings.genders,
        "low_data": (),
    }[field]


def with_value(state: State, field: Field, value: str | None, bot: Bot) -> State:
    """`state` with an entry set; a value that the corpus does not know changes nothing."""
    if field == "low_data":
        return replace(state, low_data=not state.low_data)
    if value is not None and value not in values_of(field, bot):
        return state
    if field == "language":
        return replace(state, profile=replace(state.profile, language=value))
    changes = {field: value}
    return replace(state, profile=replace(state.profile, **changes))


def after(state: State, field: Field, spoken: str, bot: Bot) -> Outgoing:
    """What to say after an entry was set: the next question of the first contact, or "ready"."""
    said = bot.said(spoken)
    if field == "low_data":
        return Outgoing(text=said["low_data_on" if state.low_data else "low_data_off"])
    following = next_field(state, field, bot)
    if following:
        return asked(following, 0, spoken, bot)
    options = (
        Option(choices.Topics().written, said["button_menu"]),
        Option(choices.Go("profile").written, said["button_profile"]),
    )
    text = said["ready"] if state.is_new else said["saved"]
    return Outgoing(text=text, options=options)


def next_field(state: State, field: Field, bot: Bot) -> Field | None:
    """The entry that the first contact asks for after `field`, if it is going on at all."""
    if not state.is_new or field not in ASKED_FIRST:
        return None
    rest = ASKED_FIRST[ASKED_FIRST.index(field) + 1 :]
    return next((one for one in rest if values_of(one, bot)), None)


def overview(state: State, spoken: str, bot: Bot) -> Outgoing:
    """Every entry with its value; each can be tapped to change it."""
    said = bot.said(spoken)
    lines: list[lists.Line] = [
        (choices.Ask(field), entry) for field, entry in entries(state, spoken, bot)
    ]
    switch = f"{said['label_low_data']}: {said['value_on' if state.low_data else 'value_off']}"
    lines.append((choices.Set("low_data", None), switch))
    back = (choices.Topics(), said["button_menu"])
    return lists.numbered(said["profile_intro"], lines, [back], said)


def entries(state: State, spoken: str, bot: Bot) -> list[tuple[Field, str]]:
    """The profile's entries that the corpus uses, each with its label and value."""
    said = bot.said(spoken)
    found: list[tuple[Field, str]] = []
    for field in choices.FIELDS:
        if not values_of(field, bot):
            continue
        value = getattr(state.profile, field)
        text = _value_label(field, value, spoken, bot) if value else said["value_unknown"]
        found.append((field, f"{said[f'label_{field}']}: {text}"))
    return found


def _value_label(field: Field, value: str, spoken: str, bot: Bot) -> str:
    return language_name(value) if field == "language" else bot.label(value, spoken)

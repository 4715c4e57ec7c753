"""What a tap leads to."""

from dataclasses import replace

from kmqa.dialogue import choices, lists, menu, profile, shown
from kmqa.dialogue.bot import Bot
from kmqa.dialogue.events import Picked, Verdict, Wanted
from kmqa.dialogue.state import State, Topic
from kmqa.dialogue.step import Step, listed, sent
from kmqa.messages import Outgoing


def chosen(state: State, choice: choices.Choice, bot: Bot) -> Step:  # noqa: C901
    """What a tap leads to: one case for each form of an id."""
    spoken = bot.spoken(state)
    said = bot.said(spoken)
    state = replace(state, comments_on="")
    match choice:
        case choices.Answer(answer_id, language):
            return _picked(state, answer_id, language, bot)
        case choices.Verdict():
            return _judged(state, choice, bot)
        case choices.Nothing():
            options = shown.menu_and_person(bot, spoken)
            outgoing = Outgoing(text=said["none_noted"], options=options)
            return sent(replace(state, topic=None), outgoing, Wanted(wish="none_fits"))
        case choices.More(answer_id):
            if answer_id not in bot.contents.answer_by_id:
                return sent(state, menu.topics(0, spoken, bot))
            return sent(state, shown.more(answer_id, spoken, bot))
        case choices.Send(document):
            found = menu.document(document, spoken, bot, low_data=state.low_data)
            return sent(state, found or menu.topics(0, spoken, bot))
        case choices.Topics(page):
            return listed(state, choice, menu.topics(page, spoken, bot))
        case choices.Questions(topic, page):
            return listed(state, choice, menu.questions(topic, page, spoken, bot))
        case choices.Ask(field, page):
            return listed(state, choice, profile.asked(field, page, spoken, bot))
        case choices.Set(field, value):
            return set_entry(state, field, value, bot)
        case choices.Comment(answer_id):
            state = replace(state, comments_on=answer_id, comment_asked_at=bot.now)
            return sent(state, Outgoing(text=said["ask_comment"]))
        case choices.Go():
            return Step(state)  # an order; `turn` has read it as one


def _picked(state: State, answer_id: str, language: str | None, bot: Bot) -> Step:
    """The answer; "and if ...?" after it leans on the wording that she picked."""
    wished = language or bot.spoken(state)
    reply = bot.respond.chosen(answer_id, state.profile, wished)
    topic = None
    if reply.answer_id:
        question = bot.question(reply.answer_id, reply.language)
        topic = Topic(question=question, answer_id=reply.answer_id, at=bot.now)
    was_offered = state.topic is not None and not state.is_at_list
    events = [Picked(answer_id=answer_id)] if was_offered else []
    state = replace(state, spoken=reply.language, topic=topic)
    return sent(state, shown.shown(reply, bot), *events)


def _judged(state: State, choice: choices.Verdict, bot: Bot) -> Step:
    """Thanks for a yes; for a no what else came near, and room for a comment."""
    spoken = bot.spoken(state)
    said = bot.said(spoken)
    verdict = Verdict(
        answer_id=choice.answer_id, bundle_id=choice.bundle_id, is_helpful=choice.is_helpful
    )
    if choice.is_helpful:
        return sent(state, Outgoing(text=said["feedback_thanks"]), verdict)
    known = bot.contents.answer_by_id
    near = [name for name in state.others if name in known and name != choice.answer_id]
    lines: list[lists.Line] = [(choices.Answer(name), bot.question(name, spoken)) for name in near]
    others: list[lists.Line] = [
        (choices.Comment(choice.answer_id), said["button_comment"]),
        (choices.Nothing(), said["none_of_these"]),
    ]
    outgoing = lists.numbered(said["unhelpful_intro"], lines, others, said)
    return sent(state, outgoing, verdict, Wanted(wish="not_helpful"))


def set_entry(state: State, field: choices.Field, value: str | None, bot: Bot) -> Step:
    """An entry of the profile is set or left open, and the next one asked for, if any."""
    changed = profile.with_value(state, field, value, bot)
    spoken = bot.spoken(changed)
    outgoing = profile.after(changed, field, spoken, bot)
    if changed.is_new and profile.next_field(changed, field, bot) is None:
        changed = replace(changed, is_new=False)
    return sent(changed, outgoing)

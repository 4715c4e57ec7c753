"""What a tap leads to."""

from dataclasses import replace

from kmqa.dialogue import choices, lists, menu, profile, render
from kmqa.dialogue.context import TurnContext
from kmqa.dialogue.events import Feedback, Picked, Rejected
from kmqa.dialogue.state import State, Topic
from kmqa.dialogue.step import Step, send, send_list
from kmqa.messages import Outgoing


def handle_choice(state: State, choice: choices.Choice, context: TurnContext) -> Step:  # noqa: C901
    """What a tap leads to: one case for each form of an id."""
    language = context.language_for(state)
    words = context.phrases_in(language)
    state = replace(state, comments_on="")
    match choice:
        case choices.Answer(answer_id, wished):
            return _send_answer(state, answer_id, wished, context)
        case choices.RateAnswer():
            return _take_rating(state, choice, context)
        case choices.Nothing():
            options = render.menu_and_person_options(context, language)
            outgoing = Outgoing(text=words["none_noted"], options=options)
            return send(replace(state, topic=None), outgoing, Rejected(wish="none_fits"))
        case choices.More(answer_id):
            if answer_id not in context.contents.answer_by_id:
                return send(state, menu.topics(0, language, context))
            return send(state, render.render_more(answer_id, language, context))
        case choices.Send(document):
            found = menu.document(document, language, context, low_data=state.low_data)
            return send(state, found or menu.topics(0, language, context))
        case choices.Topics(page):
            return send_list(state, choice, menu.topics(page, language, context))
        case choices.Questions(topic, page):
            return send_list(state, choice, menu.questions(topic, page, language, context))
        case choices.Ask(field, page):
            return send_list(state, choice, profile.ask_for(field, page, language, context))
        case choices.Set(field, value):
            return set_entry(state, field, value, context)
        case choices.Comment(answer_id):
            state = replace(state, comments_on=answer_id, comment_asked_at=context.now)
            return send(state, Outgoing(text=words["ask_comment"]))
        case choices.Go():
            return Step(state)  # an order; `turn` has read it as one


def _send_answer(state: State, answer_id: str, language: str | None, context: TurnContext) -> Step:
    """The answer; "and if ...?" after it leans on the wording that she picked."""
    wished = language or context.language_for(state)
    reply = context.respond.chosen(answer_id, state.profile, wished)
    topic = None
    if reply.answer_id:
        question = context.question_line(reply.answer_id, reply.language)
        topic = Topic(question=question, answer_id=reply.answer_id, at=context.now)
    was_offered = state.topic is not None and not state.is_at_list
    events = [Picked(answer_id=answer_id)] if was_offered else []
    state = replace(state, spoken=reply.language, topic=topic)
    return send(state, render.render_reply(reply, context), *events)


def _take_rating(state: State, choice: choices.RateAnswer, context: TurnContext) -> Step:
    """Thanks for a yes; for a no what else came near, and room for a comment."""
    language = context.language_for(state)
    words = context.phrases_in(language)
    feedback = Feedback(
        answer_id=choice.answer_id, bundle_id=choice.bundle_id, is_helpful=choice.is_helpful
    )
    if choice.is_helpful:
        return send(state, Outgoing(text=words["feedback_thanks"]), feedback)
    known = context.contents.answer_by_id
    near = [name for name in state.others if name in known and name != choice.answer_id]
    lines: list[lists.Line] = [
        (choices.Answer(name), context.question_line(name, language)) for name in near
    ]
    others: list[lists.Line] = [
        (choices.Comment(choice.answer_id), words["button_comment"]),
        (choices.Nothing(), words["none_of_these"]),
    ]
    outgoing = lists.numbered_list(words["unhelpful_intro"], lines, others, words)
    return send(state, outgoing, feedback, Rejected(wish="not_helpful"))


def set_entry(state: State, field: choices.Field, value: str | None, context: TurnContext) -> Step:
    """An entry of the profile is set or left open, and the next one asked for, if any."""
    changed = profile.with_value(state, field, value, context)
    language = context.language_for(changed)
    outgoing = profile.after_entry(changed, field, language, context)
    if changed.is_new and profile.next_field(changed, field, context) is None:
        changed = replace(changed, is_new=False)
    return send(changed, outgoing)

"""Questions and their answers: what every message is that nothing else takes."""

from collections.abc import Sequence
from dataclasses import replace

from kmqa.dialogue import choices, lists, question_turn, questions, render
from kmqa.dialogue.classify import ClassifiedMessage
from kmqa.dialogue.context import TurnContext
from kmqa.dialogue.events import Feedback, Picked, Rejected
from kmqa.dialogue.flow import Flow
from kmqa.dialogue.state import State, Topic
from kmqa.dialogue.step import Step, line_of, send
from kmqa.dialogue.unreadable import answer_unreadable
from kmqa.messages import Outgoing


class Questions(Flow):
    """The default: never active, starts on everything."""

    name = "questions"

    def starts(self, event: ClassifiedMessage, state: State, context: TurnContext) -> bool:  # noqa: ARG002 - the protocol has it
        """See `Flow`."""
        return True

    def step(self, state: State, event: ClassifiedMessage, context: TurnContext) -> Step | None:
        """See `Flow`."""
        match event.choice:
            case choices.PickAnswer(answer_id, language):
                return _send_answer(state, answer_id, language, context)
            case choices.RateAnswer():
                return _take_rating(state, event.choice, context)
            case choices.Nothing():
                return _offer_ways_on(state, context)
            case choices.Several(answers):
                return _send_several(state, answers, context)
            case choices.Which():
                return _ask_which(state, event, context)
        if not event.text:
            return answer_unreadable(state, event, context)
        profile = context.asker_profile(state, event.language)
        replies = questions.replies_to(event, profile, state.topic, context)
        return question_turn.send_replies(state, event, replies, context)


def _send_answer(state: State, answer_id: str, language: str | None, context: TurnContext) -> Step:
    """Send an answer that was picked; "and if ...?" after it belongs to the wording of the list."""
    wanted = language or context.language_for(state)
    reply = context.respond.reply_with(answer_id, state.profile, wanted)
    topic = None
    if reply.answer_id:
        question = context.question_line(reply.answer_id, reply.language)
        topic = Topic(question=question, answer_id=reply.answer_id, at=context.now, is_sent=True)
    was_offered = state.topic is not None and not state.is_at_list
    events = [Picked(answer_id=answer_id)] if was_offered else []
    state = replace(state, spoken=reply.language, topic=topic)
    return send(state, render.render_reply(reply, context), *events)


def _send_several(
    state: State, answers: Sequence[choices.PickAnswer], context: TurnContext
) -> Step:
    """Send the answers that were picked at once as one message; the first is the topic."""
    language = context.language_for(state)
    replies = [
        context.respond.reply_with(one.answer_id, state.profile, one.language or language)
        for one in answers
    ]
    first = _send_answer(state, answers[0].answer_id, answers[0].language, context)
    picked = [Picked(answer_id=one.answer_id) for one in answers] if first.events else []
    outgoing = render.render_together(replies, context, more_were_asked=False)
    return send(first.state, outgoing, *picked)


def _ask_which(state: State, event: ClassifiedMessage, context: TurnContext) -> Step:
    """Offer once more what was offered, because what was typed does not say which is meant."""
    language = context.language_for(state)
    words = context.phrases_in(language)
    quoted = [(option.id, line_of(option)) for option in event.message.quoted]
    known = quoted or list(zip(state.offered, state.titles, strict=False))
    parsed = [(choices.parse_id(button_id), line) for button_id, line in known]
    lines = [
        (one, line) for one, line in parsed if isinstance(one, (*choices.CONTENT, choices.Set))
    ]
    others = [(one, line) for one, line in parsed if one and (one, line) not in lines]
    return send(state, lists.number_lines(words["which_one"], lines, others, words))


def _take_rating(state: State, choice: choices.RateAnswer, context: TurnContext) -> Step:
    """Thank for a yes; for a no offer what else came near, and room for a comment."""
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
        (choices.PickAnswer(name), context.question_line(name, language)) for name in near
    ]
    others: list[lists.Line] = [
        (choices.Comment(choice.answer_id), words["button_comment"]),
        (choices.Nothing(), words["none_of_these"]),
    ]
    outgoing = lists.number_lines(words["unhelpful_intro"], lines, others, words)
    return send(state, outgoing, feedback, Rejected(wish="not_helpful"))


def _offer_ways_on(state: State, context: TurnContext) -> Step:
    """Note that nothing fitted, and offer the menu and a person."""
    language = context.language_for(state)
    text = context.phrases_in(language)["none_noted"]
    options = render.menu_and_person_options(context, language)
    outgoing = Outgoing(text=text, options=options)
    return send(replace(state, topic=None), outgoing, Rejected(wish="none_fits"))

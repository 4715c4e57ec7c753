"""What a page says when something went wrong, and which message fits an error."""

from collections.abc import Mapping

from kmqa.console.messages import Message, message
from kmqa.errors import (
    CorpusInvalid,
    EditConflict,
    KmqaError,
    NotPermitted,
    TransitionDenied,
)

FAULTS: Mapping[str, Message] = {
    "problem": message("That did not work"),
    "not-allowed": message("Your role may not do this."),
    "not-found": message("There is nothing here."),
    "too-large": message("That is too large."),
    "form-stale": message(
        "This page was opened before you signed in last. Nothing was done; open it again."
    ),
    "form-elsewhere": message(
        "This form was sent from another site. Nothing was done; open the page here and try again."
    ),
    "needs-question": message("Write a question, in a language of the corpus."),
    "needs-id": message(
        "A new answer needs a topic and an id of its own: letters, digits and hyphens, 60 at most."
    ),
    "needs-reason": message("Give a reason."),
    "needs-reply": message("Write a reply first."),
    "needs-file": message("Choose a file first."),
    "needs-accept": message(
        "This PDF does more than show pages. Tick what you have seen and accept, or make a clean copy first."
    ),
    "needs-look": message(
        "See first what this version would change: nobody has compared it with the live one."
    ),
    "database-away": message(
        "The database does not answer just now. Nothing was done; try again in a minute, and if it stays so, tell whoever runs this console."
    ),
    "disk-full": message(
        "The disk of the database is full. Nothing was done; tell whoever runs this console."
    ),
    "busy": message(
        "Something else is still running. Nothing was started; wait until it has ended."
    ),
    "handled": message(
        "Somebody has done something about these questions meanwhile. Nothing was done."
    ),
    "replied": message("Somebody has replied meanwhile. Nothing was sent; read it, then decide."),
    "window": message("More than 24 hours have passed; WhatsApp takes no reply."),
    "opted-out": message(
        "This person said stop. Nothing but the text for a danger sign may be sent to them, and no reply."
    ),
    "wrong": message(
        "Name and password do not fit, or there were too many tries. Wait 15 minutes after five."
    ),
    "wrong-password": message("The present password is wrong."),
    "short-password": message("The new password is too short."),
    "same-password": message("The new password must be another one."),
    "common-password": message(
        "This password is easy to guess. Choose another one, such as four words that do not belong together."
    ),
    "sign-in-busy": message("Too many people are signing in just now. Try again in a minute."),
    "too-many-failures": message(
        "Too many wrong attempts. Wait a quarter of an hour, then try again."
    ),
    "conflict": message("Somebody changed this meanwhile. Nothing was overwritten."),
    "not-yours": message("You may not take this step yourself."),
    "step-denied": message("This step is not possible just now."),
    "corpus-faulty": message("Files of the corpus must be fixed first."),
    "withhold-unlogged": message(
        "The answer is stopped, but that could not be written into the history. Tell whoever runs this console."
    ),
    "release-unlogged": message(
        "The answer is sent again, but that could not be written into the history. Tell whoever runs this console."
    ),
    "org-stale": message(
        "This sign-in is too old, was used already or began in another browser. Begin again."
    ),
    "org-denied": message(
        "Your organisation did not let you in, or you stopped there. Begin again, or ask whoever runs its accounts."
    ),
    "org-away": message(
        "Your organisation's sign-in does not answer just now. Try again in some minutes; if it stays so, tell whoever runs this console."
    ),
    "org-untrusted": message(
        "What your organisation's sign-in said could not be trusted. Begin again; if it stays so, tell whoever runs this console."
    ),
    "org-nameless": message(
        "Your organisation does not confirm an e-mail address of yours. Ask whoever runs its accounts."
    ),
    "org-unknown": message(
        "Nobody added you here yet. Ask an administrator to add you on the page People under this name"
    ),
    "org-disabled": message("An administrator has disabled this user."),
    "org-another": message(
        "Another account of your organisation signed in under this name before. Only a new one-time password lets you start over: ask an administrator."
    ),
}
_OF_STATUS = {403: "not-allowed", 404: "not-found", 413: "too-large"}
_OF_ERROR: Mapping[type[KmqaError], str] = {
    EditConflict: "conflict",
    NotPermitted: "not-yours",
    TransitionDenied: "step-denied",
    CorpusInvalid: "corpus-faulty",
}


def name_of_refusal(status: int, detail: str) -> str:
    """Return the code of the message for an answer of HTTP: `detail`, or else by its `status`."""
    return detail if detail in FAULTS else _OF_STATUS.get(status, "problem")


def name_of_error(error: KmqaError) -> str:
    """Return the code of the message for an error of ours; its own says the rest, in English."""
    return _OF_ERROR.get(type(error), "problem")

"""Every flow of the bot; a new one is a module beside this and a line here."""

from kmqa.dialogue.flow import Flow
from kmqa.flows.captions import Captions
from kmqa.flows.comment import Comment
from kmqa.flows.handover import Handover
from kmqa.flows.menu import Menu
from kmqa.flows.onboarding import Onboarding
from kmqa.flows.questions import Questions

FLOWS: tuple[Flow, ...] = (Handover(), Comment(), Onboarding(), Menu(), Captions(), Questions())
"""In the order in which they are asked; the last takes what is left."""

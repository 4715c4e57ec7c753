"""The nouns that travel between steps: what people wrote, what was asked, what was decided.

Everything here is a frozen dataclass without behaviour beyond small derived facts. What people
write is also the schema of the files under `corpus/`: field names are the keys of the YAML
files, an unknown key is an error, and pydantic checks the types when a file is read. No input
or output happens here, and no arrays live here.
"""

from kmqa.records.answers import Answer, Variant
from kmqa.records.decisions import (
    Candidate,
    ChatKind,
    Decision,
    Outcome,
    PassageHit,
    Profile,
    Reason,
)
from kmqa.records.documents import (
    ActiveContent,
    Document,
    Extraction,
    FileVerdict,
    Page,
    PageVerdict,
    Passage,
)
from kmqa.records.glossary import GlossaryFile, Term
from kmqa.records.policy import DangerRule, Fit, FollowUpRule, LanguageThresholds, Policy
from kmqa.records.refusals import Contact, RefusalGroup, Refusals
from kmqa.records.replies import CitedSource, Reply, Resource
from kmqa.records.reviewed import Reviewed
from kmqa.records.settings import Caps, CorpusSettings, Gate, OfficeHours, PolicyTargets
from kmqa.records.sources import Source
from kmqa.records.urgent import UrgentEntry
from kmqa.records.values import Status, Text, Wordings

__all__ = [
    "ActiveContent",
    "Answer",
    "Candidate",
    "Caps",
    "ChatKind",
    "CitedSource",
    "Contact",
    "CorpusSettings",
    "DangerRule",
    "Decision",
    "Document",
    "Extraction",
    "FileVerdict",
    "Fit",
    "FollowUpRule",
    "Gate",
    "GlossaryFile",
    "LanguageThresholds",
    "OfficeHours",
    "Outcome",
    "Page",
    "PageVerdict",
    "Passage",
    "PassageHit",
    "Policy",
    "PolicyTargets",
    "Profile",
    "Reason",
    "RefusalGroup",
    "Refusals",
    "Reply",
    "Resource",
    "Reviewed",
    "Source",
    "Status",
    "Term",
    "Text",
    "UrgentEntry",
    "Variant",
    "Wordings",
]

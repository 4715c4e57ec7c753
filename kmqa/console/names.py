"""What people read instead of the program's own codes, in English; catalogues translate it.

One table for each kind of code, so that a page never shows a raw one; a test holds every table
against the values that its kind has. What a corpus names itself (topics, roles of health workers,
countries) has its labels in `corpus.yaml`, see `Labels`.
"""

from collections.abc import Mapping
from typing import Literal

from kmqa.console.messages import Message, message, message_in
from kmqa.records import CorpusSettings

Kind = Literal[
    "outcome", "reason", "wish", "done", "cause", "status", "role", "action", "thing", "verdict",
    "severity", "work", "gate", "field", "day", "setting", "held", "purpose", "active",
]  # fmt: skip

NAMES: Mapping[Kind, Mapping[str, Message]] = {
    "outcome": {
        "answer": message_in("outcome", "answered"),
        "choose": message_in("outcome", "offered a choice"),
        "resources": message_in("outcome", "offered documents"),
        "refuse": message_in("outcome", "refused"),
        "urgent": message_in("outcome", "danger sign"),
        "chat": message_in("outcome", "small talk"),
    },
    "reason": {
        "danger-sign": message_in("reason", "a danger sign was recognised"),
        "no-policy": message_in("reason", "the version has no thresholds"),
        "refusal-example": message_in("reason", "nearest to an example of what is out of scope"),
        "above-threshold": message_in("reason", "one answer above the threshold"),
        "profile-tie-break": message_in("reason", "the profile decided between close answers"),
        "within-margin": message_in("reason", "several answers too close to each other"),
        "below-threshold": message_in("reason", "the best answer is below the threshold"),
        "passage-only": message_in("reason", "only a document comes near"),
        "no-match": message_in("reason", "nothing comes near enough"),
        "not-served": message_in("reason", "that answer is not served any more"),
        "chosen": message_in("reason", "chosen from a list"),
        "follow-up": message_in("reason", "read together with the question before it"),
        "no-text-in-language": message_in("reason", "no reviewed text in that language"),
        "greeting": message_in("reason", "greeting"),
        "thanks": message_in("reason", "thanks"),
        "praise": message_in("reason", "praise"),
        "farewell": message_in("reason", "goodbye"),
        "agreement": message_in("reason", "agreement without a question"),
        "identity": message_in("reason", "asked who the bot is"),
        "abilities": message_in("reason", "asked what the bot can do"),
        "robot": message_in("reason", "asked whether it is a robot"),
        "trust": message_in("reason", "asked where answers come from"),
        "confidentiality": message_in("reason", "asked who reads along"),
        "cost": message_in("reason", "asked what it costs"),
        "anger": message_in("reason", "anger"),
        "flirting": message_in("reason", "advances"),
        "empty": message_in("reason", "without words"),
        "emoji": message_in("reason", "only emoji"),
        "gibberish": message_in("reason", "no readable words"),
        "too_long": message_in("reason", "too long"),
    },
    "wish": {
        "none_fits": message_in("wish", "none of the choices fitted"),
        "not_helpful": message_in("wish", "not helpful"),
    },
    "done": {
        "wording": message_in("done", "Added as a question of"),
        "refusal": message_in("done", "Out of scope"),
        "new": message_in("done", "New answer"),
        "ignored": message_in("done", "Ignored"),
        "declined": message_in("done", "Not accepted"),
    },
    "cause": {
        "asked": message_in("cause", "asked for a person"),
        "urgent": message_in("cause", "danger sign"),
    },
    "status": {
        "draft": message_in("status", "draft"),
        "in_review": message_in("status", "in review"),
        "approved": message_in("status", "approved"),
        "retired": message_in("status", "retired"),
    },
    "role": {
        "author": message_in("role", "author"),
        "reviewer": message_in("role", "reviewer"),
        "publisher": message_in("role", "publisher"),
        "evaluator": message_in("role", "evaluator"),
        "administrator": message_in("role", "administrator"),
    },
    "action": {
        "init": message_in("action", "corpus created"),
        "found": message_in("action", "approved before the log began"),
        "new": message_in("action", "new"),
        "edit": message_in("action", "edited"),
        "edition": message_in("action", "new edition"),
        "import": message_in("action", "imported"),
        "move": message_in("action", "step of review"),
        "refuse": message_in("action", "example out of scope added"),
        "withhold": message_in("action", "stopped at once"),
        "release": message_in("action", "sent again"),
        "add": message_in("action", "user added"),
        "role": message_in("action", "role changed"),
        "disable": message_in("action", "user disabled"),
        "enable": message_in("action", "user enabled"),
        "new-password": message_in("action", "new one-time password"),
        "link": message_in("action", "organisation's account linked"),
        "issue": message_in("action", "key issued"),
        "revoke": message_in("action", "key revoked"),
        "build": message_in("action", "version built"),
        "publish": message_in("action", "version published"),
        "rollback": message_in("action", "went back to a version"),
        "accept": message_in("action", "log accepted as it was"),
    },
    "thing": {
        "answer": message_in("thing", "answer"),
        "document": message_in("thing", "document"),
        "urgent": message_in("thing", "danger sign"),
        "refusals": message_in("thing", "out of scope"),
        "settings": message_in("thing", "settings"),
        "corpus": message_in("thing", "corpus"),
        "user": message_in("thing", "user"),
        "key": message_in("thing", "API key"),
        "bundle": message_in("thing", "version"),
    },
    "verdict": {
        "text": message_in("verdict", "text"),
        "scanned": message_in("verdict", "scanned"),
        "garbled": message_in("verdict", "garbled"),
        "empty": message_in("verdict", "empty"),
        "fine": message_in("verdict", "can be read"),
        "encrypted": message_in("verdict", "needs a password"),
        "broken": message_in("verdict", "damaged"),
        "too_large": message_in("verdict", "too large"),
    },
    "severity": {
        "error": message_in("severity", "must be fixed"),
        "warning": message_in("severity", "to look at"),
    },
    "work": {
        "build": message_in("work", "Build a new version"),
        "look": message_in("work", "See what would change"),
        "publish": message_in("work", "Publish"),
        "rollback": message_in("work", "Roll back"),
    },
    "gate": {
        "passed": message_in("gate", "passed"),
        "failed": message_in("gate", "falls short"),
        "untested": message_in("gate", "not tested"),
    },
    "field": {
        "language": message_in("field", "Language"),
        "role": message_in("field", "Work"),
        "country": message_in("field", "Country"),
        "age_group": message_in("field", "Age group"),
        "gender": message_in("field", "Gender"),
    },
    "day": {
        "1": message_in("day", "Mon"),
        "2": message_in("day", "Tue"),
        "3": message_in("day", "Wed"),
        "4": message_in("day", "Thu"),
        "5": message_in("day", "Fri"),
        "6": message_in("day", "Sat"),
        "7": message_in("day", "Sun"),
    },
    "setting": {
        "corpus": message_in("setting", "Folder of the corpus"),
        "index": message_in("setting", "Folder of the bundles"),
        "console_url": message_in("setting", "Where people open this console"),
        "oidc_issuer": message_in("setting", "Who confirms accounts of the organisation"),
        "oidc_client_id": message_in("setting", "What the console is called there"),
        "oidc_client_secret": message_in("setting", "What the console proves itself with there"),
        "oidc_claim": message_in("setting", "What of an account is the user's name here"),
        "oidc_name": message_in("setting", "Name of the organisation on the button"),
        "git": message_in(
            "setting", "Whether each change is committed to the corpus's git repository"
        ),
        "bundle_keys": message_in(
            "setting", "Keys of the publishers whose versions are served; nothing means anybody's"
        ),
        "signing_key": message_in("setting", "File of the key with which this machine publishes"),
        "audit_key": message_in("setting", "Secret that marks the lines of the history"),
        "bundles_url": message_in("setting", "Where bundles come from; nothing means the folder"),
        "model": message_in("setting", "Model with which bundles are built"),
        "query_prefix": message_in("setting", "Put before questions for the model"),
        "passage_prefix": message_in("setting", "Put before passages for the model"),
        "database_url": message_in("setting", "Database of the service and the console"),
        "graph_url": message_in("setting", "Where WhatsApp's Cloud API is"),
        "graph_version": message_in("setting", "Version of the Cloud API"),
        "whatsapp_access_token": message_in("setting", "Token with which messages are sent"),
        "whatsapp_app_secret": message_in("setting", "Secret that signs what WhatsApp delivers"),
        "whatsapp_verify_token": message_in(
            "setting", "Word that Meta says when it verifies the webhook"
        ),
        "whatsapp_phone_number_ids": message_in("setting", "Ids of the programme's numbers"),
        "whatsapp_template": message_in("setting", "Template for replies after 24 hours"),
        "transcribe_url": message_in("setting", "Server that listens to voice messages"),
        "transcribe_model": message_in("setting", "Model of that server"),
        "transcribe_key": message_in("setting", "Key of that server"),
        "api_keys": message_in("setting", "Keys of the API that no page issued"),
        "api_key": message_in("setting", "Key with which this machine tests another service"),
        "pepper": message_in("setting", "Secret by which people are known; keep a copy"),
        "sends_per_second": message_in("setting", "Messages a second from one number"),
        "web_chat": message_in("setting", "Whether there is a chat page"),
        "forwarded_allow_ips": message_in(
            "setting", "Proxies that are believed when they say whose call they pass on"
        ),
        "keep_people_days": message_in(
            "setting", "Days of silence after which a person is forgotten, number and all"
        ),
        "keep_days": message_in("setting", "Days after which a question loses its text"),
        "metrics_host": message_in("setting", "Address of this machine at which it shows them"),
        "public_metrics": message_in("setting", "Whether anybody may read the counts"),
        "api_docs": message_in("setting", "Whether anybody may read how the API works"),
        "metrics_port": message_in(
            "setting", "Where a worker that runs apart shows its counts; 0 is nowhere"
        ),
        "worker_slots": message_in("setting", "People whom one worker answers at once"),
    },
    "active": {
        "javascript": message_in("active", "runs scripts"),
        "launch": message_in("active", "starts programs"),
        "embedded_file": message_in("active", "carries other files"),
        "media": message_in("active", "plays films or sounds"),
        "link": message_in("active", "leads to other pages or files"),
    },
    "held": {
        "opted-out": message_in("held", "the person said stop"),
        "window": message_in("held", "more than 24 hours since the person wrote"),
        "stopped": message_in("held", "a curator stopped what is in it"),
        "lapsed": message_in("held", "the review date of what is in it has passed"),
        "unknown-content": message_in("held", "what is in it is no longer published"),
        "capped": message_in("held", "the limit of messages is reached"),
        "loop": message_in("held", "the sender seems to be a programme that answers by itself"),
        "altered": message_in("held", "the file of its document is not the one that was reviewed"),
    },
    "purpose": {
        "answer": message_in("purpose", "answer"),
        "danger": message_in("purpose", "danger sign"),
        "consent": message_in("purpose", "confirmation"),
        "service": message_in("purpose", "menu or notice"),
        "handover": message_in("purpose", "reply of a curator"),
        "pathway": message_in("purpose", "pathway"),
        "course": message_in("purpose", "course"),
        "survey": message_in("purpose", "survey"),
        "broadcast": message_in("purpose", "broadcast"),
        "basket": message_in("purpose", "basket"),
        "correction": message_in("purpose", "correction"),
        "limit": message_in("purpose", "notice of a limit"),
    },
}
FIELDS: Mapping[str, Message] = {
    "title": message("Title"),
    "questions": message("Questions as people type them, one a line"),
    "text": message("Text"),
    "source": message("Sources"),
    "variant": message("Variant"),
    "resources": message("Documents to offer (ids)"),
    "related": message("Related answers (ids)"),
    "name": message("Name"),
    "owner": message("Owner"),
    "languages": message("Languages that are served; the first is the default"),
    "hours": message("Office hours: when a person takes over conversations"),
    "reply": message("Reply"),
    "topic": message("Topic"),
}
"""Fields of forms, by the first part of their names."""


class Labels:
    """What a corpus says instead of its codes, to somebody who reads one language."""

    def __init__(self, settings: CorpusSettings | None, language: str) -> None:
        """Labels of `settings` in `language`; without settings there are none."""
        self._codes = settings.labels if settings else {}
        self._topics = settings.topics if settings else {}
        self._languages = (language, settings.languages[0]) if settings else ()

    def code(self, code: str) -> str:
        """Return the label of a role, country, age group or gender, in their language or the first.

        A code without a label is shown as it is.
        """
        return self._best(self._codes.get(code, {}), code)

    def topic(self, topic: str) -> str:
        """Return the label of a topic, likewise."""
        return self._best(self._topics.get(topic, {}), topic)

    def _best(self, texts: Mapping[str, str], code: str) -> str:
        return next((texts[one] for one in self._languages if one in texts), code)

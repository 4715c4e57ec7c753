"""The organisation's accounts: OpenID Connect, by authorization code with PKCE.

Authlib speaks the protocol; here stand what is asked of the provider and what is made of its
answers. Who may come in is decided elsewhere (`kmqa.state.organisation`): a provider only confirms
for an account. What an unfinished sign-in must bring back is kept by its browser, sealed.
"""

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import httpx2
from authlib.integrations.httpx_client import AsyncOAuth2Client, OAuthError
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry
from pydantic import BaseModel, Field, ValidationError

from kmqa.errors import SettingsError
from kmqa.settings import Settings
from kmqa.state.organisation import Account

BACK = "sign-in/organisation/back"
"""Where the provider sends people back to, below the console's address."""

_TIMEOUT = 10.0  # seconds; somebody waits before a blank page
_REMEMBERED = 3600.0  # seconds for which the provider's description and keys are not read anew
_LEEWAY = 60  # seconds by which two clocks may differ
# Signed with a key that only the provider has: never "none", never a secret that both know.
_ALGORITHMS = frozenset(
    {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"}
)
_LOOPBACK = ("http://127.0.0.1:", "http://localhost:", "http://[::1]:")


class ProviderError(Exception):
    """A sign-in came to nothing.

    Args:
        reason: Which of the console's words say so.
        detail: For the log of whoever runs the service; names nobody.
    """

    def __init__(self, reason: Literal["org-away", "org-untrusted"], detail: str) -> None:
        self.reason = reason
        self.detail = detail
        super().__init__(f"{reason}: {detail}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """What a browser must bring back to end the sign-in that it began."""

    state: str
    nonce: str
    verifier: str
    at: float


class _Described(BaseModel):
    """The provider, as its discovery document has it."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    end_session_endpoint: str = ""
    id_token_signing_alg_values_supported: list[str] = ["RS256"]
    token_endpoint_auth_methods_supported: list[str] = ["client_secret_basic"]


class _Keys(BaseModel):
    keys: list[dict[str, Any]]


class _Token(BaseModel):
    id_token: str
    access_token: str | None = None


class _Claims(BaseModel):
    sub: str = Field(min_length=1, max_length=255)
    email_verified: bool = False


def begin_sign_in(now: float) -> Begun:
    """Return a new sign-in; nobody can guess its parts."""
    return Begun(
        state=secrets.token_urlsafe(24),
        nonce=secrets.token_urlsafe(24),
        verifier=secrets.token_urlsafe(48),
        at=now,
    )


class Organisation:
    """The provider, and what this console is to it."""

    def __init__(self, settings: Settings, clock: Callable[[], float]) -> None:
        """Nothing is asked of the provider yet, so that the console starts without it.

        Raises:
            SettingsError: A setting is missing, or an address is none that can be trusted.
        """
        self.issuer = _address(settings.oidc_issuer, "KMQA_OIDC_ISSUER")
        self.console_url = _address(settings.console_url, "KMQA_CONSOLE_URL").rstrip("/")
        self.name = settings.oidc_name
        self._client_id = _require_text(settings.oidc_client_id, "KMQA_OIDC_CLIENT_ID")
        secret = settings.oidc_client_secret.get_secret_value()
        self._secret = _require_text(secret, "KMQA_OIDC_CLIENT_SECRET")
        self._claim = settings.oidc_claim
        self._clock = clock
        self._described: _Described | None = None
        self._keys: KeySet | None = None
        self._read_at = 0.0

    async def address(self, sign_in: Begun) -> str:
        """Where the browser goes to be known.

        Raises:
            ProviderError: The provider does not answer, or describes itself as another one.
        """
        described = await self._description()
        async with self._client(described) as client:
            url, _state = client.create_authorization_url(
                described.authorization_endpoint,
                state=sign_in.state,
                nonce=sign_in.nonce,
                code_verifier=sign_in.verifier,
            )
        return str(url)

    async def account(self, sign_in: Begun, code: str) -> Account:
        """Whom the provider confirms.

        Raises:
            ProviderError: It does not answer, or what it says does not hold.
        """
        described = await self._description()
        try:
            async with self._client(described) as client:
                got = await client.fetch_token(
                    described.token_endpoint,
                    grant_type="authorization_code",
                    code=code,
                    code_verifier=sign_in.verifier,
                )
            token = _Token.model_validate(got)
            claims = await self._claims(described, token, sign_in.nonce)
            return self._account(claims)
        except httpx2.HTTPError as error:
            raise ProviderError("org-away", type(error).__name__) from error
        except (OAuthError, JoseError) as error:
            raise ProviderError("org-untrusted", str(error.error)) from error
        except ValueError as error:  # no JSON, or JSON of another shape
            raise ProviderError("org-untrusted", type(error).__name__) from error

    async def way_out(self) -> str:
        """Where the browser goes to end the provider's own session, or back to the console.

        Raises:
            ProviderError: As `address`.
        """
        described = await self._description()
        home = f"{self.console_url}/sign-in"
        if not described.end_session_endpoint:
            return home
        query = {"client_id": self._client_id, "post_logout_redirect_uri": home}
        return str(httpx2.URL(described.end_session_endpoint).copy_merge_params(query))

    async def _claims(self, described: _Described, token: _Token, nonce: str) -> CodeIDToken:
        supported = set(described.id_token_signing_alg_values_supported) & _ALGORITHMS
        registry = JWSRegistry(algorithms=sorted(supported), strict_check_header=False)
        try:
            decoded = jwt.decode(token.id_token, await self._key_set(described), registry=registry)
        except InvalidKeyIdError:  # the provider has a new key
            self._keys = None
            decoded = jwt.decode(token.id_token, await self._key_set(described), registry=registry)
        claims = CodeIDToken(
            decoded.claims,
            decoded.header,
            {
                "iss": {"essential": True, "value": self.issuer},
                "aud": {"essential": True, "value": self._client_id},
            },
            {"nonce": nonce, "client_id": self._client_id, "access_token": token.access_token},
        )
        claims.validate(now=int(self._clock()), leeway=_LEEWAY)
        return claims

    def _account(self, claims: CodeIDToken) -> Account:
        known = _Claims.model_validate(claims)
        name = claims.get(self._claim)
        is_confirmed = self._claim != "email" or known.email_verified
        return Account(
            subject=hashlib.sha256(f"{self.issuer}\n{known.sub}".encode()).hexdigest(),
            name=" ".join(name.split()) if isinstance(name, str) and is_confirmed else "",
        )

    def _client(self, described: _Described) -> AsyncOAuth2Client:
        methods = described.token_endpoint_auth_methods_supported
        is_basic = "client_secret_basic" in methods
        return AsyncOAuth2Client(
            client_id=self._client_id,
            client_secret=self._secret,
            token_endpoint_auth_method="client_secret_basic" if is_basic else "client_secret_post",
            code_challenge_method="S256",
            scope="openid email profile",
            redirect_uri=f"{self.console_url}/{BACK}",
            timeout=_TIMEOUT,
        )

    async def _description(self) -> _Described:
        """Return the discovery document, an hour old at most, and the provider's own."""
        if self._described and self._clock() < self._read_at + _REMEMBERED:
            return self._described
        url = f"{self.issuer.rstrip('/')}/.well-known/openid-configuration"
        try:
            found = _Described.model_validate(await _read(url))
            for address in (found.authorization_endpoint, found.token_endpoint, found.jwks_uri):
                _address(address, url)
        except (ValidationError, SettingsError) as error:
            raise ProviderError("org-away", "discovery document malformed") from error
        if found.issuer != self.issuer:
            raise ProviderError("org-away", f"issuer is {found.issuer}, not {self.issuer}")
        self._described, self._keys, self._read_at = found, None, self._clock()
        return found

    async def _key_set(self, described: _Described) -> KeySet:
        if self._keys is None:
            found = _Keys.model_validate(await _read(described.jwks_uri))
            self._keys = KeySet.import_key_set({"keys": found.keys})
        return self._keys


async def _read(url: str) -> object:
    """Return what stands at `url` as JSON.

    Raises:
        ProviderError: Nothing that can be read.
    """
    try:
        async with httpx2.AsyncClient(timeout=_TIMEOUT) as client:
            return (await client.get(url)).raise_for_status().json()
    except (httpx2.HTTPError, ValueError) as error:
        raise ProviderError("org-away", f"{url}: {type(error).__name__}") from error


def organisation_of(settings: Settings, clock: Callable[[], float]) -> Organisation | None:
    """Return the provider that the settings name, or None where there are only passwords.

    Raises:
        SettingsError: Some of the settings are there and others missing.
    """
    secret = settings.oidc_client_secret.get_secret_value()
    if not (settings.oidc_issuer or settings.oidc_client_id or secret):
        return None
    return Organisation(settings, clock)


def _require_text(value: str, which: str) -> str:
    if not value:
        raise SettingsError(
            "a setting of the organisation's sign-in is missing",
            which=which,
            remedy="Set it, or unset all KMQA_OIDC_ settings.",
        )
    return value


def _address(value: str, which: str) -> str:
    if not _require_text(value, which).startswith(("https://", *_LOOPBACK)):
        raise SettingsError(
            "the organisation's sign-in needs addresses that nobody can listen to",
            which=which,
            expected="https://…, or this machine itself",
        )
    return value

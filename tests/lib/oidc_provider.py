"""A small OpenID provider on a real port: discovery, authorize, token, keys, sign-out."""

import base64
import hashlib
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import escape
from typing import Any
from urllib.parse import urlencode

import process_harness
import uvicorn
from fastapi import FastAPI, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse
from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT_ID = "kmqa"
CLIENT_SECRET = "a secret of the provider"  # noqa: S105 - of a test


def new_key(kid: str) -> RSAKey:
    """A key that is called `kid`, which another may be, too."""
    return RSAKey.generate_key(2048, {"kid": kid, "use": "sig", "alg": "RS256"})


_FIRST = new_key("first")


@dataclass
class Provider:
    """What the provider does; a test sets its fields.

    Attributes:
        account: Claims about whoever is signed in there.
        changes: Claims that the next tokens get instead; None takes one out.
        denies: Whether people are sent back with an error.
        algorithm: Of the tokens' signatures.
        key: That the tokens are signed with.
        published: That stands in the public set; what signs, unless it is another.
    """

    url: str
    clock: Callable[[], float] = time.time
    account: dict[str, Any] = field(default_factory=dict)
    changes: dict[str, Any] = field(default_factory=dict)
    denies: bool = False
    is_down: bool = False
    algorithm: str = "RS256"
    key: RSAKey = field(default_factory=lambda: _FIRST)
    published: RSAKey | None = None
    issuer: str = ""
    _codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def token(self, nonce: str) -> str:
        """A signed id_token about the account."""
        now = int(self.clock())
        claims = {"iss": self.url, "aud": CLIENT_ID, "iat": now, "exp": now + 300, "nonce": nonce}
        claims = {**claims, **self.account, **self.changes}
        kept = {name: value for name, value in claims.items() if value is not None}
        if self.algorithm == "none":
            parts = ({"alg": "none"}, kept)
            return ".".join(_plain(part) for part in parts) + "."
        header = {"alg": self.algorithm, "kid": self.key.kid}
        return jwt.encode(header, kept, self.key, algorithms=[self.algorithm])

    def app(self) -> FastAPI:
        """The endpoints."""
        app = FastAPI()
        app.add_api_route("/.well-known/openid-configuration", self._describe)
        app.add_api_route("/authorize", self._authorize)
        app.add_api_route("/token", self._token, methods=["POST"])
        app.add_api_route("/keys", self._keys)
        app.add_api_route("/out", lambda: HTMLResponse("<h1>Signed out of everything</h1>"))
        return app

    def _describe(self) -> Response:
        if self.is_down:
            return Response("down", 503)
        return JSONResponse(
            {
                "issuer": self.issuer or self.url,
                "authorization_endpoint": f"{self.url}/authorize",
                "token_endpoint": f"{self.url}/token",
                "jwks_uri": f"{self.url}/keys",
                "end_session_endpoint": f"{self.url}/out",
                "id_token_signing_alg_values_supported": ["RS256", "none", "HS256"],
            }
        )

    def _authorize(self, request: Request) -> Response:
        asked = dict(request.query_params)
        expected = {
            "client_id": CLIENT_ID,
            "response_type": "code",
            "code_challenge_method": "S256",
        }
        if any(asked.get(name) != value for name, value in expected.items()):
            return Response("the request is not as it should be", 400)
        if "openid" not in asked["scope"].split():
            return Response("no openid", 400)
        back = {"state": asked["state"], "iss": self.url}
        if self.denies:
            back["error"] = "access_denied"
        else:
            back["code"] = secrets.token_urlsafe(8)
            self._codes[back["code"]] = asked
        address = escape(f"{asked['redirect_uri']}?{urlencode(back)}")
        return HTMLResponse(f'<h1>Who are you?</h1><a id="go" href="{address}">Go on</a>')

    async def _token(self, request: Request) -> Response:
        form = await request.form()
        given = request.headers.get("authorization", "")
        pair = base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
        asked = self._codes.pop(str(form["code"]), None)
        digest = hashlib.sha256(str(form["code_verifier"]).encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        if given != f"Basic {pair}":
            return JSONResponse({"error": "invalid_client"}, 401)
        if (
            asked is None
            or asked["code_challenge"] != challenge
            or asked["redirect_uri"] != form["redirect_uri"]
        ):
            return JSONResponse({"error": "invalid_grant"}, 400)
        token = {
            "access_token": "x",
            "token_type": "Bearer",
            "id_token": self.token(asked["nonce"]),
        }
        return JSONResponse(token)

    def _keys(self) -> Response:
        key = self.published or self.key
        return JSONResponse({"keys": [key.as_dict(private=False)]})


def _plain(part: dict[str, Any]) -> str:
    content = JSONResponse(part).body
    return base64.urlsafe_b64encode(bytes(content)).decode().rstrip("=")


@contextmanager
def provider(clock: Callable[[], float] = time.time) -> Iterator[Provider]:
    """A provider that answers; by a name, so that a browser takes it for another site."""
    port = process_harness.free_port()
    made = Provider(f"http://localhost:{port}", clock)
    server = uvicorn.Server(uvicorn.Config(made.app(), port=port, log_config=None))
    thread = threading.Thread(target=server.run)
    thread.start()
    process_harness.wait_until(lambda: server.started, "the provider")
    try:
        yield made
    finally:
        server.should_exit = True
        thread.join()

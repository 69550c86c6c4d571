"""Signing a person in at a browser: OpenID Connect's code flow with PKCE, state and nonce."""

from __future__ import annotations

import logging
import secrets
from dataclasses import dataclass, field
from typing import Any

import httpx
from oauthlib.oauth2 import OAuth2Error, WebApplicationClient

from api.access.persons import FETCH_TIMEOUT_S, NotAPersonError, Person, Provider, ProviderAwayError

log = logging.getLogger(__name__)

SCOPE = "openid"
"""Nothing of a person is needed but who it is and what the role is: no name, no address."""
VERIFIER_CHARS = 64


@dataclass(frozen=True)
class Begun:
    """What the browser is sent to, and what it has to come back with."""

    url: str = field(repr=False)
    state: str = field(repr=False)
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)


@dataclass(frozen=True)
class CodeFlow:
    """Ours at one provider."""

    provider: Provider
    client_id: str
    client_secret: str | None = field(default=None, repr=False)
    """None: a public client; PKCE stands for it."""

    async def begin(self, redirect_uri: str, *, unseen: bool = False) -> Begun:
        """Where to send the browser.

        Args:
            redirect_uri: where the provider sends it back, as registered there.
            unseen: the provider is to ask nothing: who is signed in there comes back at once, anybody else refused.

        Raises:
            ProviderAwayError: its discovery document cannot be fetched, or its endpoints are not https.
        """
        there = await self._discovered()
        client = WebApplicationClient(self.client_id)
        begun = Begun(
            "", secrets.token_urlsafe(24), secrets.token_urlsafe(24), client.create_code_verifier(VERIFIER_CHARS)
        )
        try:
            url = client.prepare_request_uri(
                there["authorization_endpoint"],
                redirect_uri=redirect_uri,
                scope=SCOPE,
                state=begun.state,
                code_challenge=client.create_code_challenge(begun.verifier, "S256"),
                code_challenge_method="S256",
                nonce=begun.nonce,
                **({"prompt": "none"} if unseen else {}),
            )
        except OAuth2Error as error:
            raise ProviderAwayError(type(error).__name__) from None
        return Begun(url, begun.state, begun.nonce, begun.verifier)

    async def finish(self, begun: Begun, redirect_uri: str, query: str) -> Person:
        """Who came back.

        Args:
            begun: what the browser was sent away with.
            redirect_uri: as it was then.
            query: what the provider sent it back with.

        Raises:
            NotAPersonError: the provider refused, the answer is another's, or the token does not hold.
            ProviderAwayError: it does not answer.
        """
        there = await self._discovered()
        client = WebApplicationClient(self.client_id)
        try:
            client.parse_request_uri_response(f"{redirect_uri}?{query}", state=begun.state)
            body = client.prepare_request_body(redirect_uri=redirect_uri, code_verifier=begun.verifier)
            client.parse_request_body_response(await self._token(there["token_endpoint"], body), scope=[SCOPE])
        except OAuth2Error as error:
            raise NotAPersonError(type(error).__name__) from None
        token = client.token.get("id_token")
        if not isinstance(token, str):
            raise NotAPersonError("no id token")
        return await self.provider.signed_in(token, client_id=self.client_id, nonce=begun.nonce)

    async def _discovered(self) -> dict[str, Any]:
        said = await self._ask("GET", f"{self.provider.issuer.rstrip('/')}/.well-known/openid-configuration")
        try:
            document = said.raise_for_status().json()
            wanted = {name: str(document[name]) for name in ("issuer", "authorization_endpoint", "token_endpoint")}
        except (httpx.HTTPStatusError, ValueError, KeyError, TypeError) as error:
            raise ProviderAwayError(type(error).__name__) from None
        if wanted["issuer"] != self.provider.issuer:
            raise ProviderAwayError("its discovery document names another issuer")
        return wanted

    async def _token(self, endpoint: str, body: str) -> str:
        auth = httpx.BasicAuth(self.client_id, self.client_secret) if self.client_secret else None
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        return (await self._ask("POST", endpoint, content=body, headers=headers, auth=auth)).text

    async def _ask(self, method: str, url: str, **more: Any) -> httpx.Response:
        try:
            # No proxy of the environment: whoever answers here decides who may come in.
            async with httpx.AsyncClient(timeout=FETCH_TIMEOUT_S, trust_env=False) as client:
                return await client.request(method, url, **more)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            log.warning("the identity provider does not answer: %s", type(error).__name__)
            raise ProviderAwayError(type(error).__name__) from None

"""Persons: bearer tokens of an OpenID Connect provider, so that whoever acts is somebody and not a shared key."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import re
import secrets
import threading
import time
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import httpx
import jwt
from jwt import PyJWK, PyJWKSet

log = logging.getLogger(__name__)

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA")
"""Asymmetric ones: with a shared secret whoever verifies could forge."""
ROLES = ("operator", "backoffice", "auditor")
"""What a person can be, the first that the token has; `site` is a machine's."""
FETCH_TIMEOUT_S = 5.0
KEYS_FRESH_S = 300.0
"""How long fetched keys are taken for the provider's, so that a key it withdrew counts no longer than this."""
FETCH_PAUSE_S = 10.0
"""Between two looks for a key that is not known: made-up key ids must not become requests."""
LEEWAY_S = 30
THREADS = 4
PERSON_PREFIX = "person:"
"""What the actor's name of a person begins with; no key is called so."""
PLAIN_SUBJECT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


class NotAPersonError(Exception):
    """The token is not one of our provider's, or no longer; the message says which without the token's content."""


class ProviderAwayError(Exception):
    """The provider's keys cannot be fetched now."""


@dataclass(frozen=True)
class Person:
    """Whom a token speaks of."""

    actor: str
    """`person:` and the provider's subject, or a digest of it where that could be an address or a name."""
    role: str


@dataclass
class Provider:
    """One provider, its keys fetched when first needed."""

    issuer: str
    audience: str
    role_claim: str = "roles"
    """The claim with the roles; a dot leads into an object, as in `realm_access.roles`."""
    jwks_url: str | None = None
    """Where its keys are; None: where its discovery document says."""
    _keys: dict[str, PyJWK] = field(default_factory=dict)
    _fetched: float = -KEYS_FRESH_S
    _tried: float = -FETCH_PAUSE_S
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _threads: Executor = field(default_factory=lambda: ThreadPoolExecutor(THREADS, thread_name_prefix="provider"))
    """Of its own: who waits for a provider that hangs keeps nobody else waiting."""

    async def whose(self, token: str) -> Person:
        """As `person`, beside the event loop."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, self.person, token)

    def person(self, token: str) -> Person:
        """Verify a token: signature, issuer, audience, time, and a role of ours. Blocks while keys are fetched.

        Raises:
            NotAPersonError: any of it does not hold.
            ProviderAwayError: the keys are not known and cannot be fetched.
        """
        return self._person(self._claims(token, self.audience))

    async def signed_in(self, token: str, *, client_id: str, nonce: str) -> Person:
        """Verify an ID token, which is for the client that asked and names its nonce.

        Raises:
            NotAPersonError: any of it does not hold.
            ProviderAwayError: the keys are not known and cannot be fetched.
        """
        claims = await asyncio.get_running_loop().run_in_executor(self._threads, self._claims, token, client_id)
        if not secrets.compare_digest(str(claims.get("nonce", "")).encode(), nonce.encode()):
            raise NotAPersonError("another nonce")
        audience = claims["aud"]
        if isinstance(audience, list) and len(audience) > 1 and claims.get("azp") != client_id:
            raise NotAPersonError("for another client")
        return self._person(claims)

    def _claims(self, token: str, audience: str) -> dict[str, Any]:
        try:
            header = jwt.get_unverified_header(token)
            if "crit" in header:
                # What is said to be critical has to be understood, and the library does not look (RFC 7515, 4.1.11).
                raise NotAPersonError("critical header")
            key = self._key(str(header.get("kid", "")))
            return dict(
                jwt.decode(
                    token,
                    key,
                    algorithms=[each for each in ALGORITHMS if each == header.get("alg")],
                    audience=audience,
                    issuer=self.issuer,
                    leeway=LEEWAY_S,
                    options={"require": ["exp", "iat", "sub", "iss", "aud"]},
                )
            )
        except jwt.PyJWTError as error:
            raise NotAPersonError(type(error).__name__) from None

    def _person(self, claims: dict[str, Any]) -> Person:
        role = next((each for each in ROLES if each in self._roles(claims)), None)
        if role is None:
            raise NotAPersonError("no role")
        if not claims["sub"]:
            raise NotAPersonError("no subject")
        return Person(f"{PERSON_PREFIX}{_subject(self.issuer, str(claims['sub']))}", role)

    def _roles(self, claims: dict[str, Any]) -> list[Any]:
        found: Any = claims
        for name in [self.role_claim] if self.role_claim in claims else self.role_claim.split("."):
            found = found.get(name) if isinstance(found, dict) else None
        if isinstance(found, str):
            return found.split()
        return found if isinstance(found, list) else []

    def _key(self, kid: str) -> PyJWK:
        found = None if self._is_stale() else self._keys.get(kid)
        # A key that is known is not waited for; nor is a look that is under way for one that nobody may have.
        if found is None and self._lock.acquire(blocking=self._is_stale()):
            try:
                self._look(kid)
            finally:
                self._lock.release()
            found = self._keys.get(kid)
        if found is None:
            raise NotAPersonError("unknown key")
        return found

    def _is_stale(self) -> bool:
        return time.monotonic() - self._fetched >= KEYS_FRESH_S

    def _look(self, kid: str) -> None:
        """Fetch the keys, unless one that waited for the same has just done so, well or in vain."""
        stale = self._is_stale()
        if not stale and kid in self._keys:
            return
        if time.monotonic() - self._tried >= FETCH_PAUSE_S:
            began = time.monotonic()
            try:
                self._keys, self._fetched = self._fetch(), began
            finally:
                # From its end: whoever waited behind one that took long does not wait for another.
                self._tried = time.monotonic()
        elif stale:
            raise ProviderAwayError("its keys are too old and were asked for a moment ago")

    def _fetch(self) -> dict[str, PyJWK]:
        try:
            # No proxy of the environment: whoever answers here decides who may come in.
            with httpx.Client(timeout=FETCH_TIMEOUT_S, trust_env=False) as client:
                url = self.jwks_url
                if url is None:
                    found = client.get(f"{self.issuer.rstrip('/')}/.well-known/openid-configuration")
                    document = found.raise_for_status().json()
                    if document["issuer"] != self.issuer:
                        raise ProviderAwayError("its discovery document names another issuer")
                    url = str(document["jwks_uri"])
                keys = PyJWKSet.from_dict(client.get(url).raise_for_status().json())
        except (httpx.HTTPError, httpx.InvalidURL, ValueError, KeyError, TypeError, jwt.PyJWTError) as error:
            log.warning("no keys of the identity provider: %s", type(error).__name__)
            raise ProviderAwayError(type(error).__name__) from None
        return {str(each.key_id): each for each in keys.keys if each.key_id and each.public_key_use in {None, "sig"}}


def looks_like_one(token: str) -> bool:
    """Whether it could be a token of a provider: three parts between dots, as no key of ours has."""
    return token.count(".") == 2 and token.startswith("ey")


def _subject(issuer: str, subject: str) -> str:
    if PLAIN_SUBJECT.fullmatch(subject):
        return subject
    return hashlib.sha256(f"{issuer}\n{subject}".encode()).hexdigest()[:24]

"""An OpenID Connect provider on loopback: discovery, keys, a page that asks, codes with PKCE, signed tokens."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from jwt.algorithms import RSAAlgorithm

AUDIENCE = "keiyaku"
CLIENT = "keiyaku-desk"
SECRET = "the desk's own"


class Issuer:
    """A provider and the tokens it signs."""

    def __init__(self, url: str) -> None:
        """Begin with one key."""
        self.url = url
        self.named = url
        self.fetched = 0
        self.keys: dict[str, RSAPrivateKey] = {}
        self.codes: dict[str, dict[str, str]] = {}
        self.said: dict[str, Any] = {}
        """Claims of ID tokens that are otherwise than they should be."""
        self.add("k1")

    def add(self, kid: str) -> None:
        """One more key."""
        self.keys[kid] = generate_private_key(public_exponent=65537, key_size=2048)

    def answer(self, path: str) -> dict[str, Any]:
        """What it serves as JSON."""
        if path.endswith("openid-configuration"):
            return {
                "issuer": self.named,
                "jwks_uri": f"{self.url}/keys",
                "authorization_endpoint": f"{self.url}/authorize",
                "token_endpoint": f"{self.url}/token",
            }
        self.fetched += 1
        return {
            "keys": [
                {**json.loads(RSAAlgorithm.to_jwk(key.public_key())), "kid": kid, "use": "sig", "alg": "RS256"}
                for kid, key in self.keys.items()
            ]
        }

    def token(self, *, kid: str = "k1", key: Any = None, alg: str = "RS256", **claims: Any) -> str:
        """A signed token; claims can be wrong on purpose, None leaves one out."""
        now = int(time.time())
        said = {"iss": self.url, "aud": AUDIENCE, "sub": "u-17", "iat": now, "exp": now + 300, "roles": ["operator"]}
        said |= claims
        found = {name: value for name, value in said.items() if value is not None}
        return jwt.encode(found, key or self.keys[kid], algorithm=alg, headers={"kid": kid})

    def asked(self, query: str) -> str:
        """Where a browser goes back to once its person has agreed."""
        given = dict(parse_qsl(query))
        assert (given["client_id"], given["response_type"], given["scope"]) == (CLIENT, "code", "openid")
        assert given["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe(16)
        self.codes[code] = given
        return f"{given['redirect_uri']}?{urlencode({'code': code, 'state': given['state']})}"

    def redeem(self, body: str, authorization: str) -> tuple[int, dict[str, Any]]:
        """A code for an ID token, once, for who can show the verifier and the client's secret."""
        given = dict(parse_qsl(body))
        asked = self.codes.pop(given.get("code", ""), None)
        wanted = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        if authorization != f"Basic {wanted}":
            return 401, {"error": "invalid_client"}
        digest = hashlib.sha256(given.get("code_verifier", "").encode()).digest()
        shown = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        if asked is None or shown != asked["code_challenge"] or given["redirect_uri"] != asked["redirect_uri"]:
            return 400, {"error": "invalid_grant"}
        claims = {"aud": CLIENT, "nonce": asked["nonce"], **self.said}
        return 200, {"access_token": "opaque", "token_type": "Bearer", "id_token": self.token(**claims)}


@contextmanager
def listening() -> Iterator[Issuer]:
    """One that listens on loopback."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            if parts.path == "/authorize" and "prompt=none" in parts.query:
                self.send_response(302)
                self.send_header("location", made.asked(parts.query))
                self.send_header("content-length", "0")
                self.end_headers()
            elif parts.path == "/authorize":
                back = made.asked(parts.query).replace("&", "&amp;")
                page = f'<!doctype html><html lang="en"><title>Provider</title><a href="{back}">Agree</a></html>'
                self._say(200, page.encode(), "text/html")
            elif parts.path == "/favicon.ico":
                self._say(204, b"", "image/x-icon")
            else:
                self._say(200, json.dumps(made.answer(parts.path)).encode())

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"])).decode()
            status, said = made.redeem(body, self.headers.get("authorization", ""))
            self._say(status, json.dumps(said).encode())

        def _say(self, status: int, body: bytes, kind: str = "application/json") -> None:
            self.send_response(status)
            self.send_header("content-type", kind)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made = Issuer(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()
        thread.join()

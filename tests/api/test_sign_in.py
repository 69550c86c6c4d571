"""A browser comes back from the identity provider: only the right answer, to the right question, signs anybody in."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from api.access.persons import NotAPersonError, Person, Provider, ProviderAwayError
from api.access.sign_in import Begun, CodeFlow
from tests.issuer import AUDIENCE, CLIENT, SECRET, Issuer, listening

BACK = "http://127.0.0.1:1/desk/oidc/back"


@pytest.fixture
def issuer(monkeypatch: pytest.MonkeyPatch) -> Iterator[Issuer]:
    """On loopback, without TLS."""
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    with listening() as made:
        yield made


def flow(issuer: Issuer, secret: str | None = SECRET) -> CodeFlow:
    """The desk's."""
    return CodeFlow(Provider(issuer.url, AUDIENCE), CLIENT, secret)


def query_of(issuer: Issuer, begun: Begun) -> str:
    """What the provider sends the browser back with."""
    return urlsplit(issuer.asked(urlsplit(begun.url).query)).query


def test_a_person_comes_back_with_a_role(issuer: Issuer) -> None:
    """The same actor as with a bearer token of that provider; a code opens once."""
    begun = asyncio.run(flow(issuer).begin(BACK))
    query = query_of(issuer, begun)
    assert asyncio.run(flow(issuer).finish(begun, BACK, query)) == Person("person:u-17", "operator")
    with pytest.raises(NotAPersonError, match="InvalidGrant"):
        asyncio.run(flow(issuer).finish(begun, BACK, query))


@pytest.mark.parametrize(
    "said",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"aud": AUDIENCE},
        {"aud": [CLIENT, "another"]},
        {"aud": [CLIENT, "another"], "azp": "another"},
        {"iss": "http://127.0.0.1:1"},
        {"exp": 1},
        {"roles": ["site"]},
        {"roles": None},
    ],
)
def test_a_token_that_answers_another_question_signs_nobody_in(issuer: Issuer, said: dict[str, object]) -> None:
    """Nonce, audience, issuer, time and role must all hold."""
    issuer.said = said
    begun = asyncio.run(flow(issuer).begin(BACK))
    with pytest.raises(NotAPersonError):
        asyncio.run(flow(issuer).finish(begun, BACK, query_of(issuer, begun)))


def test_an_answer_somebody_else_asked_for_signs_nobody_in(issuer: Issuer) -> None:
    """Another browser's state or verifier, a refusal, no code, and a client without its secret."""
    one, two = asyncio.run(flow(issuer).begin(BACK)), asyncio.run(flow(issuer).begin(BACK))
    mixed = Begun("", two.state, two.nonce, one.verifier)
    for begun, query in (
        (one, query_of(issuer, two)),
        (mixed, query_of(issuer, two)),
        (one, f"error=access_denied&state={one.state}"),
        (one, f"state={one.state}"),
        (one, ""),
    ):
        with pytest.raises(NotAPersonError):
            asyncio.run(flow(issuer).finish(begun, BACK, query))
    with pytest.raises(NotAPersonError):
        asyncio.run(flow(issuer, "guessed").finish(one, BACK, query_of(issuer, one)))


def test_a_provider_without_tls_or_of_another_name_is_not_gone_to(
    issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In production nothing of this goes over a plain wire; a discovery document of another issuer is not believed."""
    monkeypatch.delenv("OAUTHLIB_INSECURE_TRANSPORT")
    with pytest.raises(ProviderAwayError, match="InsecureTransport"):
        asyncio.run(flow(issuer).begin(BACK))
    issuer.named = "http://somebody.example"
    with pytest.raises(ProviderAwayError, match="another issuer"):
        asyncio.run(flow(issuer).begin(BACK))
    with pytest.raises(ProviderAwayError):
        asyncio.run(CodeFlow(Provider("http://127.0.0.1:9", AUDIENCE), CLIENT).begin(BACK))

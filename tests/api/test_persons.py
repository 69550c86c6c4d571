"""Persons with a token of an OpenID Connect provider: a real issuer on loopback, real keys, real signatures."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from sqlalchemy import create_engine

from api.access.persons import NotAPersonError, Person, Provider, ProviderAwayError
from api.app import create_app
from api.services import KeyRing, Services
from tests.issuer import AUDIENCE, Issuer, listening


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    """One that listens on loopback."""
    with listening() as made:
        yield made


def test_a_person_acts_under_the_subject(issuer: Issuer) -> None:
    """The provider's subject is the actor; one that is an address or a name becomes a digest, always the same."""
    provider = Provider(issuer.url, AUDIENCE)
    assert provider.person(issuer.token()) == Person("person:u-17", "operator")
    mail = provider.person(issuer.token(sub="taro@example.jp"))
    assert mail == provider.person(issuer.token(sub="taro@example.jp"))
    assert "taro" not in mail.actor
    assert issuer.fetched == 1


def test_roles_come_from_the_claim_that_is_named(issuer: Issuer) -> None:
    """A list, a text or a nested list; of several roles the highest; `site` and unknown roles are none."""
    flat, nested = Provider(issuer.url, AUDIENCE), Provider(issuer.url, AUDIENCE, "realm_access.roles")
    assert flat.person(issuer.token(roles=["auditor", "backoffice"])).role == "backoffice"
    assert flat.person(issuer.token(roles="auditor other")).role == "auditor"
    assert nested.person(issuer.token(realm_access={"roles": ["operator"]})).role == "operator"
    for roles in (["site"], ["admin"], None, 7, {"operator": True}, [["operator"]]):
        with pytest.raises(NotAPersonError, match="no role"):
            flat.person(issuer.token(roles=roles))


@pytest.mark.parametrize(
    "wrong",
    [
        {"aud": "another"},
        {"aud": None},
        {"iss": "http://127.0.0.1:1"},
        {"exp": 1},
        {"exp": None},
        {"iat": None},
        {"sub": None},
        {"sub": ""},
        {"nbf": int(time.time()) + 3600},
    ],
)
def test_a_token_for_another_time_or_place_is_none(issuer: Issuer, wrong: dict[str, Any]) -> None:
    """Audience, issuer, time and subject must all be there and hold."""
    with pytest.raises(NotAPersonError):
        Provider(issuer.url, AUDIENCE).person(issuer.token(**wrong))


def test_a_signature_of_nobody_is_none(issuer: Issuer) -> None:
    """Another key, no signature, a shared secret made of the public key, and rubbish are refused."""
    provider = Provider(issuer.url, AUDIENCE)
    foreign = generate_private_key(public_exponent=65537, key_size=2048)
    unsigned = jwt.encode({"sub": "u", "roles": ["operator"]}, None, algorithm="none", headers={"kid": "k1"})
    shared = issuer.token(key="s" * 64, alg="HS256")
    said = jwt.decode(issuer.token(), options={"verify_signature": False})
    critical = jwt.encode(said, issuer.keys["k1"], algorithm="RS256", headers={"kid": "k1", "crit": ["exp"]})
    for token in (issuer.token(key=foreign), unsigned, shared, critical, "ey.ey.ey", "", issuer.token()[:-4] + "AAAA"):
        with pytest.raises(NotAPersonError):
            provider.person(token)


def test_a_new_key_is_fetched_and_made_up_ones_are_no_requests(issuer: Issuer) -> None:
    """A key that the provider adds is found by a second look; between two looks unknown ones cost nothing."""
    provider = Provider(issuer.url, AUDIENCE)
    provider.person(issuer.token())
    issuer.add("k2")
    for _ in range(20):
        with pytest.raises(NotAPersonError, match="unknown key"):
            provider.person(issuer.token(kid="k2"))
    assert issuer.fetched == 1
    provider._tried = -1e9  # the pause is over
    assert provider.person(issuer.token(kid="k2")).actor == "person:u-17"
    assert issuer.fetched == 2


def test_a_provider_that_hangs_holds_up_nobody_whose_key_is_known(issuer: Issuer) -> None:
    """While a made-up key is looked for in vain, a known one counts at once and another made-up one is none."""
    provider = Provider(issuer.url, AUDIENCE)
    provider.person(issuer.token())
    issuer.add("k2")
    asked, answers = threading.Event(), threading.Event()

    def hangs() -> dict[str, jwt.PyJWK]:
        asked.set()
        answers.wait()
        raise ProviderAwayError("hung")

    provider._fetch, provider._tried = hangs, -1e9  # type: ignore[method-assign]
    with ThreadPoolExecutor(1) as beside:
        first = beside.submit(provider.person, issuer.token(kid="k2"))
        asked.wait()
        assert provider.person(issuer.token()).actor == "person:u-17"
        with pytest.raises(NotAPersonError, match="unknown key"):
            provider.person(issuer.token(kid="k2"))
        answers.set()
        with pytest.raises(ProviderAwayError):
            first.result()


def test_whoever_waited_for_a_look_in_vain_does_not_look_again(issuer: Issuer) -> None:
    """One look that fails answers all who waited for it, however long it took."""
    provider, looks = Provider(issuer.url, AUDIENCE), list[float]()

    def fails() -> dict[str, jwt.PyJWK]:
        looks.append(provider._tried)
        provider._tried = -1e9  # it took longer than the pause
        raise ProviderAwayError("hung")

    provider._fetch = fails  # type: ignore[method-assign]
    for _ in range(3):
        with pytest.raises(ProviderAwayError):
            provider.person(issuer.token())
    assert len(looks) == 1


def test_a_provider_that_is_away_or_another_is_said_to_be_away() -> None:
    """Nothing listens there, or the discovery document names somebody else: nobody is let in, and nobody refused."""
    stranger = jwt.encode({"sub": "u"}, "s" * 64, algorithm="HS256", headers={"kid": "k1"})
    with pytest.raises(ProviderAwayError):
        Provider("http://127.0.0.1:9", AUDIENCE).person(stranger)


def test_a_discovery_document_of_another_issuer_is_not_believed(issuer: Issuer) -> None:
    """A provider that names itself otherwise is not ours."""
    issuer.named = "http://somebody.example"
    with pytest.raises(ProviderAwayError):
        Provider(issuer.url, AUDIENCE).person(issuer.token())


def test_the_doors_know_persons(issuer: Issuer) -> None:
    """With a person's token a door for that role opens, another is 403, a bad token is 401, without a provider too."""
    engine = create_engine("postgresql+psycopg://nobody@/nothing?host=/nonexistent")
    provider = Provider(issuer.url, AUDIENCE)
    services = Services(engine=engine, client=None, keys=KeyRing({}), webhook_secret="whsec_AAAA", people=provider)  # type: ignore[arg-type]
    app = create_app(services)
    question = {"channel": "online", "received_at": "2018-06-01T00:00:00+09:00"}

    async def ask(path: str, token: str, body: Any) -> int:
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://api") as client:
            headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": "1"}
            return (await client.post(path, json=body, headers=headers)).status_code

    what_if, rollout = "/v1/decisions/cancellation-date", "/v1/contracts/K1/refusal"
    auditor = issuer.token(roles=["auditor"])
    assert asyncio.run(ask(what_if, auditor, question)) == 200
    assert asyncio.run(ask(rollout, auditor, {"reason": "x"})) == 403
    assert asyncio.run(ask(what_if, issuer.token(exp=1), question)) == 401
    assert asyncio.run(ask(what_if, "", question)) == 401
    services.people = None
    assert asyncio.run(ask(what_if, auditor, question)) == 401

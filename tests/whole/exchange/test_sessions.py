"""Members' sessions as the club's site sees them."""

from __future__ import annotations

import hashlib
import hmac
import uuid
from base64 import urlsafe_b64encode
from datetime import datetime, timedelta

import pytest
from sqlalchemy import text

from store.database import engine
from tests.whole.exchange.site import PASSWORD, Club, refusal


def test_a_session_shows_the_member_the_line_and_the_balance_by_lot(club: Club) -> None:
    """After login from the own line: member, line, services and every lot with its expiry (M-08.1, M-09.12)."""
    member_id, line_id = club.member()
    opened = club.log_in(member_id, line_id).json()
    lasts = datetime.fromisoformat(opened["expires_at"]) - club.now
    assert timedelta(minutes=29) < lasts <= timedelta(minutes=30)
    shown = club.granted("GET", "/v1/session", key=opened["token"])
    assert (shown["member"]["member_id"], shown["line"]["line_id"]) == (member_id, line_id)
    assert shown["balance"] == 650
    assert [lot["left"] for lot in shown["lots"]] == [150, 500]
    assert {"service": "NEXT_FAMILY", "since": "2020-04-12"} in shown["services"]


def test_only_both_of_id_and_password_open_a_session(club: Club) -> None:
    """A wrong password and a wrong id are told apart by nothing (M-09.1, M-09.10)."""
    member_id, line_id = club.member()
    wrong_password = club.log_in(member_id, line_id, password="wrong")
    wrong_id = club.log_in("M000", line_id)
    assert refusal(wrong_password) == refusal(wrong_id) == (401, "WRONG_CREDENTIALS")
    assert wrong_password.json() == wrong_id.json()


def test_only_the_members_own_line_opens_a_session(club: Club) -> None:
    """Another line and a token NTT never issued are refused (M-09.2, M-09.8)."""
    member_id, line_id = club.member()
    assert refusal(club.log_in(member_id, "CAF9999999999")) == (403, "LINE_MISMATCH")
    made_up = {"member_id": member_id, "password": PASSWORD, "line_token": "line_made_up"}
    assert refusal(club.call("POST", "/v1/sessions", made_up, key="site")) == (403, "LINE_MISMATCH")
    assert club.log_in(member_id, line_id).status_code == 200


@pytest.mark.parametrize("role", ["backoffice", "operator", "auditor"])
def test_only_the_site_logs_members_in(club: Club, role: str) -> None:
    """No other key opens a session."""
    body = {"member_id": "M1", "password": "x", "line_token": "x"}
    assert club.call("POST", "/v1/sessions", body, key=role).status_code == 403


def test_a_repeated_login_gives_the_same_session(club: Club) -> None:
    """Same key and body: the first token; same key and another password: a conflict."""
    member_id, line_id = club.member()
    body = {"member_id": member_id, "password": PASSWORD, "line_token": club.line_token(line_id)}
    key = uuid.uuid4().hex
    first = club.granted("POST", "/v1/sessions", body, key="site", idem=key)
    assert club.granted("POST", "/v1/sessions", body, key="site", idem=key) == first
    other = club.call("POST", "/v1/sessions", body | {"password": "other"}, key="site", idem=key)
    assert refusal(other) == (409, "IDEMPOTENCY_CONFLICT")


def test_five_wrong_logins_close_the_door_for_a_quarter_of_an_hour(club: Club) -> None:
    """After the fifth failure even the right password waits; 15 minutes of business time later it opens."""
    member_id, line_id = club.member()
    for number in range(4):
        club.log_in(member_id, line_id, password=f"wrong {number}")
    assert club.log_in(member_id, line_id).status_code == 200
    for number in range(5):
        assert club.log_in(member_id, line_id, password=f"wrong {number}").status_code == 401
    throttled = club.log_in(member_id, line_id)
    assert refusal(throttled) == (403, "THROTTLED")
    assert 1 <= int(throttled.headers["retry-after"]) <= 901
    other_id, other_line = club.member()
    assert club.log_in(other_id, other_line).status_code == 200
    club.advance((club.now + timedelta(minutes=15)).isoformat())
    assert club.log_in(member_id, line_id).status_code == 200


def test_a_session_is_over_after_half_an_hour_and_with_a_new_password(club: Club) -> None:
    """29 minutes later it still answers, 31 minutes later not; a changed password ends it at once (M-09.11)."""
    member_id, line_id = club.member()
    token, began = club.session(member_id, line_id), club.now
    club.advance((began + timedelta(minutes=29)).isoformat())
    assert club.call("GET", "/v1/session", key=token).status_code == 200
    club.advance((began + timedelta(minutes=31)).isoformat())
    assert refusal(club.call("GET", "/v1/session", key=token)) == (401, "SESSION_EXPIRED")
    token = club.session(member_id, line_id)
    club.granted("POST", f"/v1/memberships/{member_id}/credentials", {"password": "a new one"}, key="operator")
    assert refusal(club.call("GET", "/v1/session", key=token)) == (401, "SESSION_EXPIRED")
    assert club.log_in(member_id, line_id).status_code == 401
    assert club.log_in(member_id, line_id, password="a new one").status_code == 200


def test_a_stranger_locks_nobody_out(club: Club) -> None:
    """Wrong logins from another line and with made-up tokens are held back; the member's own line stays open."""
    member_id, line_id = club.member()
    for number in range(6):
        last = club.log_in(member_id, "CAF9999999999", password=f"wrong {number}")
    assert refusal(last) == (403, "THROTTLED")
    made_up = {"member_id": member_id, "password": "wrong", "line_token": "line_made_up"}
    assert refusal(club.call("POST", "/v1/sessions", made_up, key="site")) == (403, "THROTTLED")
    assert club.log_in(member_id, line_id).status_code == 200


def test_a_reset_lets_the_right_password_in(club: Club) -> None:
    """Held back on the own line too, the member comes in at once with the password of the reception centre."""
    member_id, line_id = club.member()
    for number in range(6):
        last = club.log_in(member_id, line_id, password=f"wrong {number}")
    assert refusal(last) == (403, "THROTTLED")
    person_id = club.granted("GET", f"/v1/memberships/{member_id}", key="operator")["person_id"]
    person = club.granted("GET", f"/v1/people/{person_id}", key="operator")
    for guessed in (person["email"], person["phone"].replace("-", ""), "ｐａｓｓｗｏｒｄ１"):
        own = club.call("POST", f"/v1/memberships/{member_id}/credentials", {"password": guessed}, key="operator")
        assert (own.status_code, own.json()["code"]) == (422, "PASSWORD_TOO_WEAK"), guessed
    weak = club.call("POST", f"/v1/memberships/{member_id}/credentials", {"password": "password1"}, key="operator")
    assert refusal(weak) == (422, "PASSWORD_TOO_WEAK")
    club.granted("POST", f"/v1/memberships/{member_id}/credentials", {"password": "the reset one"}, key="operator")
    assert club.log_in(member_id, line_id, password="the reset one").status_code == 200


def test_logging_out_ends_the_session(club: Club) -> None:
    """The token opens nothing afterwards, a repeat is answered the same, and another session of the member goes on."""
    member_id, line_id = club.member()
    token, other = club.session(member_id, line_id), club.session(member_id, line_id)
    assert token != other
    first = club.granted("DELETE", "/v1/session", key=token)
    assert club.granted("DELETE", "/v1/session", key=token) == first
    assert refusal(club.call("GET", "/v1/session", key=token)) == (401, "SESSION_EXPIRED")
    assert club.call("GET", "/v1/session", key=other).status_code == 200
    assert refusal(club.call("DELETE", "/v1/session", key="ms_nobody")) == (401, "UNAUTHENTICATED")


def test_a_member_ends_a_session_left_open_elsewhere(club: Club) -> None:
    """The member sees the own open sessions and ends one, once or again; another member's is as good as none."""
    member_id, line_id = club.member()
    left, mine = club.session(member_id, line_id), club.session(member_id, line_id)
    stranger = club.session(*club.member())
    listed = club.granted("GET", "/v1/sessions", key=mine)["items"]
    assert sorted(each["current"] for each in listed) == [False, True]
    page = club.granted("GET", "/v1/sessions?limit=1", key=mine)
    rest = club.granted("GET", f"/v1/sessions?limit=1&cursor={page['next_cursor']}", key=mine)
    assert [*page["items"], *rest["items"]] == listed
    assert rest["next_cursor"] is None
    (there,) = [each["session_id"] for each in listed if not each["current"]]
    assert refusal(club.call("DELETE", f"/v1/sessions/{there}", key=stranger)) == (404, "NOT_FOUND")
    assert club.call("GET", "/v1/session", key=left).status_code == 200
    first = club.granted("DELETE", f"/v1/sessions/{there}", key=mine)
    assert club.granted("DELETE", f"/v1/sessions/{there}", key=mine) == first
    assert refusal(club.call("GET", "/v1/session", key=left)) == (401, "SESSION_EXPIRED")
    assert [each["current"] for each in club.granted("GET", "/v1/sessions", key=mine)["items"]] == [True]
    for key in (left, "site", "operator"):
        assert club.call("GET", "/v1/sessions", key=key).status_code in {401, 403}


def test_the_database_holds_no_token_as_it_is(club: Club) -> None:
    """Neither the session's token nor the line's stands in the table, and the one is not made of key and header."""
    member_id, line_id = club.member()
    body = {"member_id": member_id, "password": PASSWORD, "line_token": club.line_token(line_id)}
    opened = club.granted("POST", "/v1/sessions", body, key="site", idem="known to the site")
    with engine(club.stack.database_url).connect() as connection:
        rows = str(connection.execute(text("select s::text from member_session s")).all())
    assert opened["token"] not in rows
    assert body["line_token"] not in rows
    said = b"member session\nknown to the site"
    made = hmac.new(club.stack.keys.site.encode(), said, hashlib.sha256).digest()
    assert opened["token"] != f"ms_{urlsafe_b64encode(made).decode().rstrip('=')}"


@pytest.mark.parametrize("role", ["backoffice", "operator", "auditor", "site"])
def test_no_key_makes_an_exchange(club: Club, role: str) -> None:
    """Only the member's own session exchanges points, and a session opens no other door (M-09.9, M-09.10)."""
    for method, path in (
        ("GET", "/v1/session"),
        ("GET", "/v1/items"),
        ("GET", "/v1/exchanges"),
        ("POST", "/v1/exchanges"),
        ("PUT", "/v1/exchanges/X1"),
        ("POST", "/v1/exchanges/X1/confirm"),
        ("POST", "/v1/exchanges/X1/send"),
    ):
        body = {"item_id": "GIFT-100", "quantity": 1} if path == "/v1/exchanges" and method == "POST" else None
        body = {"email": "a@example.com"} if method == "PUT" else body
        assert refusal(club.call(method, path, body, key=role)) == (403, "FORBIDDEN"), path
    token = club.session(*club.member())
    assert club.call("GET", "/v1/memberships", key=token).status_code == 401

"""Line checks, line notices, messages, the storage service and the mail catcher."""

from __future__ import annotations

import smtplib
from email.message import EmailMessage
from typing import Any, get_args

import pytest
from pydantic import ValidationError

from models.messages.carrier import DETAILS, LineNotice, MessageKind


def test_a_line_token_stands_for_one_line_of_one_operator(ntt: Any) -> None:
    """A token is checked with the operator that issued it, and with no other."""
    token = ntt.http.post("/EAST/line-tokens", json={"line_id": "CAF1234567890"}).json()
    assert ntt.http.post("/EAST/line-checks", json=token).json() == {"line_id": "CAF1234567890"}
    assert ntt.http.post("/WEST/line-checks", json=token).json()["code"] == "LINE_TOKEN_UNKNOWN"
    assert ntt.http.post("/EAST/line-checks", json={"line_token": "made up"}).status_code == 404


def test_a_notice_is_signed_and_sent_as_often_as_asked(ntt: Any, receiver: Any) -> None:
    """One notice goes out n times under one id; known again only with the same body."""
    request = {
        "kind": "service_type_changed",
        "effective_on": "2019-02-10",
        "details": {"service_type": "MANSION", "by": "customer"},
        "notice_id": "n-1",
        "times": 3,
    }
    answer = ntt.http.post("/lines/CAF1234567890/notices", json=request).json()
    assert (answer["notice_id"], answer["status"], len(answer["answers"])) == ("n-1", 200, 3)
    assert {call["id"] for call in receiver.calls} == {"n-1"}
    assert {call["path"] for call in receiver.calls} == {"/v1/carrier/line-notices"}
    assert receiver.bodies[0] == {
        "notice_id": "n-1",
        "line_id": "CAF1234567890",
        "kind": "service_type_changed",
        "effective_on": "2019-02-10",
        "details": {"service_type": "MANSION", "by": "customer"},
    }
    other = {**request, "effective_on": "2019-02-11"}
    assert ntt.http.post("/lines/CAF1234567890/notices", json=other).status_code == 409
    assert [n["answer"] for n in ntt.get("/lines/notices")] == [200]


GOOD_DETAILS: dict[str, dict[str, Any]] = {
    "service_type_changed": {"service_type": "MANSION", "by": "ntt"},
    "terminated": {},
    "end_notified": {"reason": "name_change"},
    "name_changed": {},
    "unusable": {"attributable": False},
    "excluded": {"billing": ["GROUP_LUMP"], "discounts": []},
    "conversion": {},
    "moved_operator": {"operator": "WEST"},
    "brand_changed": {"brand": "NEXT", "by": "ntt"},
    "discounts_changed": {"discounts": ["ZUTTO"], "zutto_months": 36},
    "tax_status_changed": {"tax_exempt_embassy": True},
    "ninen_wari_started": {},
    "ninen_wari_cancelled": {},
    "line_statement": {"month": "2012-07", "items": [{"code": "FLETS", "amount": 5200}]},
}


@pytest.mark.parametrize("kind", DETAILS)
def test_details_that_the_kind_does_not_know_are_left_out(kind: str) -> None:
    """NTT may add some; none of it is kept, and what the kind knows stays as it was sent."""
    notice = {"notice_id": "n", "line_id": "CAF1234567890", "kind": kind, "effective_on": "2018-06-01"}
    more = {**GOOD_DETAILS[kind], "x": {"y": "NUL \x00"}}
    assert LineNotice.model_validate({**notice, "details": more}).details == GOOD_DETAILS[kind]


@pytest.mark.parametrize("kind", DETAILS)
def test_details_fit_the_kind(kind: str) -> None:
    """Every kind of notice takes its own details, and those that need some refuse none at all."""
    notice = {"notice_id": "n", "line_id": "CAF1234567890", "kind": kind, "effective_on": "2018-06-01"}
    parsed = LineNotice.model_validate({**notice, "details": GOOD_DETAILS[kind]})
    assert isinstance(parsed.typed_details(), DETAILS[parsed.kind])
    if GOOD_DETAILS[kind]:
        with pytest.raises(ValidationError):
            LineNotice.model_validate(notice)


@pytest.mark.parametrize(
    "details",
    [
        {"month": "2012-13", "items": []},
        {"month": "2012-07", "items": [{"code": "SNACKS", "amount": 1}]},
        {"month": "2012-07", "items": [{"code": "FLETS", "amount": 1.5}]},
    ],
)
def test_an_impossible_statement_is_not_sent(shared_ntt: Any, receiver: Any, details: dict[str, Any]) -> None:
    """A wrong month, code or amount of a line statement is 400, and nothing goes out."""
    request = {"kind": "line_statement", "effective_on": "2012-08-05", "details": details}
    answer = shared_ntt.http.post("/lines/CAF1234567890/notices", json=request)
    assert answer.status_code == 400
    assert "line_statement" in answer.json()["detail"]
    assert receiver.calls == []


def test_a_message_is_known_by_its_id(ntt: Any) -> None:
    """The same message again is taken once; another under its id is 409; a kind outside W-13.1 is 400."""
    message = {"message_id": "m-1", "kind": "CONTRACT", "line_id": "CAF1", "at": "2018-06-01T00:00:00+09:00"}
    assert not ntt.http.post("/EAST/messages", json=message).json()["repeated"]
    assert ntt.http.post("/EAST/messages", json=message).json()["repeated"]
    assert ntt.http.post("/EAST/messages", json={**message, "line_id": "CAF2"}).status_code == 409
    assert ntt.http.post("/EAST/messages", json={**message, "kind": "GOSSIP"}).status_code == 400
    assert ntt.http.post("/EAST/messages", json={**message, "gossip": "…"}).status_code == 400


def test_every_outgoing_kind_rests_on_an_article() -> None:
    """No kind of message exists that the contractor has not agreed to (W-13.1, W-25.1f)."""
    agreed = {
        "W-13.1a": {"FILING_STATUS"},
        "W-13.1b": {"LINE_CHANGE"},
        "W-13.1c": {"CONTRACT"},
        "W-13.1d": {"INQUIRY"},
        "W-13.1e": {"PAYMENT_STATUS", "FEE_PAYMENT"},
        "W-25.1f": {"LINE_CHARGES", "DIRECT_BILLING", "DIRECT_BILLING_WITHDRAWN"},
    }
    assert set(get_args(MessageKind)) == set().union(*agreed.values())


def test_the_journal_shows_what_our_side_asked_and_nothing_else(ntt: Any) -> None:
    """Requests to NTT and the storage service are listed in order, with bodies; the stand-in's own doors are not."""
    ntt.file()
    ntt.due()
    ntt.http.get("/storage/CAF1/files")
    ntt.http.post("/WEST/line-checks", json={"line_token": "x"})
    assert ntt.get("/journal") == [
        {"method": "POST", "path": "/EAST/filings", "body": ntt.filing()},
        {"method": "GET", "path": "/storage/CAF1/files", "body": None},
        {"method": "POST", "path": "/WEST/line-checks", "body": {"line_token": "x"}},
    ]


def test_storage_deletes_each_file_once(ntt: Any) -> None:
    """What was deleted, when and why is written down once, whatever is repeated."""
    files = [
        {"id": "a", "stored_at": "2017-01-01T00:00:00+09:00", "gb": 3},
        {"id": "b", "stored_at": "2017-02-01", "gb": 2.5},
    ]
    assert ntt.http.put("/storage/CAF1/files", json=files).status_code == 200
    assert [f["id"] for f in ntt.get("/storage/CAF1/files")] == ["a", "b"]
    request = {"ids": ["a", "z"], "at": "2023-08-01T00:00:00+09:00", "reason": "capacity"}
    first = ntt.http.post("/storage/CAF1/deletions", json=request).json()
    assert first == {"deleted": ["a"], "already": [], "unknown": ["z"]}
    second = ntt.http.post("/storage/CAF1/deletions", json=request).json()
    assert second == {"deleted": [], "already": ["a"], "unknown": ["z"]}
    assert [f["id"] for f in ntt.get("/storage/CAF1/files")] == ["b"]
    assert ntt.get("/storage/CAF1/deletions") == [
        {**files[0], "deleted_at": "2023-08-01T00:00:00+09:00", "reason": "capacity"}
    ]
    assert ntt.get("/storage/CAF2/deletions") == []


def test_capacity_is_five_until_one_is_given(ntt: Any) -> None:
    """A line without a plan has the free 5 GB."""
    assert ntt.get("/storage/CAF1/capacity") == {"capacity_gb": 5}
    ntt.http.put("/storage/CAF1/capacity", json={"capacity_gb": 30})
    assert ntt.get("/storage/CAF1/capacity") == {"capacity_gb": 30}
    assert ntt.http.put("/storage/CAF1/capacity", json={"capacity_gb": -1}).status_code == 400


def _mail(to: str, subject: str, text: str, charset: str) -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = "info@example.jp"
    mail["To"] = to
    mail["Subject"] = subject
    mail.set_content(text, charset=charset)
    return mail


@pytest.mark.parametrize("charset", ["utf-8", "iso-2022-jp"])
def test_a_mail_is_caught_and_read(ntt: Any, charset: str) -> None:
    """Japanese subjects and texts arrive as they were written, newest last, and are found by address."""
    port = ntt.get("/healthz")["smtp_port"]
    with smtplib.SMTP("127.0.0.1", port) as smtp:
        smtp.send_message(
            _mail("taro@example.jp", "利用開始日のお知らせ", "利用開始日は2018年6月12日です。\n", charset)
        )
        smtp.send_message(_mail("Hanako@example.jp", "更新", "本文", charset))
    first, second = ntt.get("/mail")
    assert (first["from"], first["to"]) == ("info@example.jp", ["taro@example.jp"])
    assert (first["subject"], first["text"]) == ("利用開始日のお知らせ", "利用開始日は2018年6月12日です。\n")
    assert ntt.http.get("/mail", params={"to": "hanako@example.jp"}).json() == [second]
    assert ntt.http.get("/mail", params={"to": "nobody@example.jp"}).json() == []


def test_a_broken_mail_is_caught_too(ntt: Any) -> None:
    """Undecodable bytes and an unknown charset neither lose the mail nor break the list."""
    port = ntt.get("/healthz")["smtp_port"]
    raw = b"Subject: \xff\xfe\r\nContent-Type: text/plain; charset=x-none\r\n\r\n\xe3\x81\x82\r\n"
    with smtplib.SMTP("127.0.0.1", port) as smtp:
        smtp.sendmail("a@example.jp", ["b@example.jp"], raw)
    assert ntt.get("/mail")[0]["text"] == "あ\n"

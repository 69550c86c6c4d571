"""Sessions and requests at the end of a membership and of the programme: nothing comes after it."""

from __future__ import annotations

import json
import uuid
from datetime import timedelta

from tests.whole.exchange.site import Club, refusal


def test_a_member_who_has_left_uses_the_site_through_that_day(club: Club) -> None:
    """Left today: still open today, refused from the next day on (M-05.7)."""
    member_id, line_id = club.member()
    club.granted("POST", f"/v1/memberships/{member_id}/leave", key="backoffice")
    token = club.session(member_id, line_id)
    assert club.send(token, club.confirmed(token, "GIFT-100")).status_code == 200
    club.advance((club.now + timedelta(days=1)).date().isoformat())
    assert refusal(club.log_in(member_id, line_id)) == (422, "POINTS_FORFEITED")


def test_the_last_moment_of_the_programme(club: Club) -> None:
    """2025-03-31 23:59:30 is accepted, 2025-04-01 00:00:00 refused, and the site is closed (M-09.13, M-08.1)."""
    member_id, line_id = club.member()
    club.advance("2025-03-31T23:50:00+09:00")
    token = club.session(member_id, line_id)
    in_time, late = club.confirmed(token, "GIFT-100"), club.confirmed(token, "GIFT-100")
    payment = club.confirmed(token, "FEE-PAYMENT", 50)
    club.advance("2025-03-31T23:59:00+09:00")
    key = uuid.uuid4().hex
    sent = club.send(token, in_time, idem=key)
    assert sent.status_code == 200, sent.text
    assert club.send(token, payment).status_code == 200
    club.advance("2025-04-01T00:00:00+09:00")
    assert refusal(club.send(token, late)) == (422, "PROGRAMME_ENDED")
    for path in ("/v1/session", "/v1/items", "/v1/exchanges"):
        assert refusal(club.call("GET", path, key=token)) == (422, "PAGE_CLOSED")
    body = {"item_id": "GIFT-100", "quantity": 1}
    assert refusal(club.call("POST", "/v1/exchanges", body, key=token)) == (422, "PAGE_CLOSED")
    assert refusal(club.log_in(member_id, line_id)) == (422, "PAGE_CLOSED")
    # What was answered before the end is answered again, and what was sent in time is done.
    assert club.send(token, in_time, idem=key).json() == sent.json()
    entries = club.granted("GET", f"/v1/memberships/{member_id}/ledger", key="auditor")["items"]
    assert sum(each["points"] for each in entries) == 0
    told = [each for each in club.carrier.get("/journal").json() if payment in json.dumps(each)]
    assert len(told) == 1

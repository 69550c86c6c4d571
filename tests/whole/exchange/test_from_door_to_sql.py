"""What is traced of a request on the stack that the site speaks to."""

from __future__ import annotations

import time

from service.watching.traces import KEPT
from tests.whole.collector import Span
from tests.whole.exchange.site import FORBIDDEN_WORDS, PASSWORD, Club


def test_a_request_is_traced_from_the_door_to_the_sql_without_a_person(club: Club) -> None:
    """The request, the update it sent, the worker's decision and the statements of both processes hang together.

    An execution that another request began has a trace of its own, linked to each request that asks something of it.
    Only attributes that name nobody leave a process: no address, no parameter, nothing that was typed.
    """
    member_id, line_id = club.member()
    path = "/v1/memberships/{member_id}/mail-consents"
    body = {"club": True, "ntt_east": True}
    club.granted("PUT", path.format(member_id=member_id), body, key="backoffice")

    wanted = {
        ("keiyaku-api", "StartWorkflowUpdate:set_mail_consents"),
        ("keiyaku-worker", "HandleUpdate:set_mail_consents"),
        ("keiyaku-worker", "RunActivity:decide_and_record"),
        ("keiyaku-api", "SQL"),
        ("keiyaku-worker", "SQL"),
    }

    def told(each: Span) -> tuple[str, str]:
        return each.service, "SQL" if "db.statement" in each.attributes else each.name

    deadline = time.monotonic() + 30
    while not wanted <= {told(each) for each in club.collector.of(f"PUT {path}")}:
        assert time.monotonic() < deadline, {told(each) for each in club.collector.spans}
        time.sleep(0.05)
    for each in club.collector.spans:
        assert each.attributes.keys() <= KEPT
        for personal in (*FORBIDDEN_WORDS, line_id, "会員", PASSWORD):
            assert personal not in each.raw

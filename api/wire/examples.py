"""One answer of each shape, for the published document."""

from __future__ import annotations

from typing import Any

from api.contracts.applications import EXAMPLE as APPLICATION
from api.wire.shapes import care, club, common, contracts, house, many

DECISION: dict[str, Any] = {
    "outcome": "accepted",
    "effective_on": "2018-08-31",
    "articles": ["W-10.2"],
    "edition": "2018-06-01",
    "detail": "The contract ends with 2018-08-31.",
}
FILING_STATUS: dict[str, Any] = {
    "sequence": 3,
    "status": "waiting_work",
    "occurred_at": "2018-05-25T10:00:00+09:00",
    "work_on": "2018-06-12",
}
"""What NTT tells of a filing."""

CONTRACT_ID = "K0123456789ABCDEF01234567"
MEMBER_ID = "M0123456789ABCDEF01234567"
EXCHANGE_ID = "X0123456789ABCDEF01234567"

CLOCK: dict[str, Any] = {
    "now": "2018-05-20T09:00:00+09:00",
    "today": "2018-05-20",
    "real": "2026-11-26T09:00:00+09:00",
    "rehearsal": True,
}

LETTER: dict[str, Any] = {
    "notice_id": f"contract.{CONTRACT_ID}.3-1",
    "entity_id": f"contract/{CONTRACT_ID}",
    "kind": "service_start",
    "subject": "ご利用開始日のお知らせ",
    "body": "山田 花子 様\n…",
    "sent": {"email": "2018-06-12T00:00:05+09:00", "portal": "2018-06-12T00:00:01+09:00"},
    "announced_at": "2018-06-12T00:00:05+09:00",
    "resent": [],
}

EXAMPLES: dict[type[common.Shown], dict[str, Any]] = {
    common.Decided: {**DECISION, "state": "ending"},
    common.Begun: {"state": "announced"},
    contracts.ContractBegun: {
        "contract_id": CONTRACT_ID,
        "workflow_id": f"contract/{CONTRACT_ID}",
        "state": "accepted",
        "decision": DECISION,
    },
    club.MembershipBegun: {
        "member_id": MEMBER_ID,
        "workflow_id": f"membership/{MEMBER_ID}",
        "state": "active",
        "decision": DECISION,
    },
    common.PageOf: {"items": [], "next_cursor": None},
    contracts.ContractPage: {
        "items": [
            {
                "contract_id": CONTRACT_ID,
                "workflow_id": f"contract/{CONTRACT_ID}",
                "state": "active",
                "chapter": 1,
                "course": "W2_FAMILY",
                "operator": "EAST",
                "line_id": "CAF1234567890",
                "applied_on": "2018-05-20",
                "service_start_on": "2018-06-12",
                "end_on": None,
                "needs_operator": False,
                "next_action_at": None,
            }
        ],
        "next_cursor": None,
    },
    contracts.ContractShown: {
        "contract_id": CONTRACT_ID,
        "workflow_id": f"contract/{CONTRACT_ID}",
        "state": "active",
        "chapter": 1,
        "course": "W2_FAMILY",
        "operator": "EAST",
        "line_id": "CAF1234567890",
        "applied_on": "2018-05-20",
        "service_start_on": "2018-06-12",
        "minimum_term": {"start_on": "2018-06-01", "end_on": "2020-05-31", "source": "application"},
        "end_on": None,
        "end_reason": None,
        "payment_agency": None,
        "watch": None,
        "choice": None,
        "pending_course_change": None,
        "course_history": [{"course": "W2_FAMILY", "from_on": "2018-06-12", "reason": "service_start"}],
        "filing_id": None,
        "line": APPLICATION["line"],
        "agenda": [],
        "allowed": ["cancel"],
        "courses": {"request_course_change": ["COLLABO"], "switch_course": []},
        "needs_operator": [],
        "awaiting": [],
        "billed_party": "service_user",
    },
    common.EntryPage: {
        "items": [
            {
                "seq": 1,
                "event": "apply",
                "from": None,
                "to": "accepted",
                "received_at": "2018-05-20T08:00:00+09:00",
                "recorded_at": "2018-05-20T08:00:01+09:00",
                "effective_on": "2018-05-20",
                "actor": "backoffice",
                "reason": None,
                "articles": ["W-07.1"],
                "edition": "2017-06-01",
                "voids": [],
                "voided": False,
            }
        ],
        "next_cursor": None,
    },
    contracts.ChargePage: {
        "items": [
            {
                "charge_id": f"{CONTRACT_ID}-F",
                "code": "termination_fee",
                "money": {"amount": 4500, "tax": 360, "total": 4860},
                "state": "planned",
                "due_on": "2018-09-30",
                "articles": ["W-12.3"],
            }
        ],
        "next_cursor": None,
    },
    contracts.PayablePage: {
        "items": [
            {
                "entry_id": 41,
                "area": "EAST",
                "contract_id": CONTRACT_ID,
                "month": "2012-06",
                "code": "FLETS",
                "amount": 5200,
                "reverses": None,
                "line_charge_id": f"{CONTRACT_ID}-L4-1",
                "articles": ["W-24.1"],
                "at": "2012-07-02T10:00:00+09:00",
            }
        ],
        "total": 5200,
        "next_cursor": None,
    },
    common.OneNotice: {"listed_with": f"contract/{CONTRACT_ID}", **LETTER},
    common.NoticePage: {
        "items": [LETTER],
        "next_cursor": None,
    },
    contracts.StatementPage: {"items": [], "next_cursor": None},
    contracts.Filing: {
        "filing_id": "F0123456789ABCDEF01234567",
        "workflow_id": "filing/F0123456789ABCDEF01234567",
        "contract_id": CONTRACT_ID,
        "state": "accepted",
        "operator": "EAST",
        "sequence": 1,
        "work_on": None,
        "opened_on": None,
        "line_id": None,
        "defects": [],
        "needs_operator": [],
    },
    common.Imported: {
        "imported": 1,
        "already": 0,
        "refused": 0,
        "lines": [{"external_id": "OLD-000123", "outcome": "imported"}],
    },
    club.Membership: {
        "member_id": MEMBER_ID,
        "workflow_id": f"membership/{MEMBER_ID}",
        "state": "active",
        "registered_on": "2018-05-20",
        "ended_on": None,
        "end_reason": None,
        "line_id": "CAF1234567890",
        "mail_consents": {"club": True, "ntt_east": False},
        "storage": {"state": "on", "perk_off_on": None, "reverts_on": None},
        "renewal": [],
        "agenda": [],
        "needs_operator": [],
        "awaiting": [],
        "allowed": ["leave"],
    },
    club.Points: {"on": "2018-06-01", "balance": 0, "lots": [], "expiring": []},
    club.LedgerPage: {"items": [], "next_cursor": None},
    club.Storage: {"state": "on", "plan_gb": 5.0, "capacity_gb": 10.0, "deletions": []},
    many.Program: {"code": "flets-hikari-members-club", "state": "running"},
    many.Rollout: {
        "rollout_id": "R0123456789ABCDEF01234567",
        "workflow_id": "rollout/R0123456789ABCDEF01234567",
        "kind": "course_merge",
        "state": "announced",
        "courses": ["W2_MANSION_H"],
        "to_course": "W2_MANSION",
        "announced_on": "2018-04-20",
        "effective_on": "2018-06-01",
        "planned": 12,
        "remaining": 12,
        "done": 0,
        "skipped": 0,
        "failed": 0,
    },
    many.RolloutPage: {"items": [], "next_cursor": None},
    club.Session: {"token": "ms_3Jd8s0", "expires_at": "2018-05-20T09:30:00+09:00"},
    club.SessionShown: {
        "member": {"member_id": MEMBER_ID},
        "balance": 0,
        "lots": [],
        "expires_at": "2018-05-20T09:30:00+09:00",
    },
    club.ExchangePage: {
        "items": [
            {
                "exchange_id": EXCHANGE_ID,
                "workflow_id": f"exchange/{EXCHANGE_ID}",
                "member_id": MEMBER_ID,
                "state": "sent",
                "name": "サービス料のお支払い",
                "kind": "fee_payment",
                "quantity": 200,
                "points": 200,
                "sent_at": "2024-06-10T12:00:00+09:00",
                "closed_at": None,
                "billing_month": "2024-07",
                "failure": None,
                "told_by_hand": False,
                "usable_again": None,
                "needs_operator": [],
            }
        ],
        "next_cursor": None,
    },
    club.Exchange: {
        "exchange_id": EXCHANGE_ID,
        "state": "draft",
        "item_id": "GIFT-100",
        "kind": "gift_code",
        "quantity": 1,
        "points": 100,
        "email": "taro@example.com",
        "phone": "03-0000-0001",
        "sent_at": None,
        "allowed": ["edit", "confirm"],
    },
    house.Clock: CLOCK,
    house.Moved: {
        **CLOCK,
        "waiting": [
            {
                "entity_id": "filing/F0123456789ABCDEF01234567",
                "what": "send_filing",
                "since": "2018-05-20T09:00:00+09:00",
            }
        ],
    },
    house.Health: {"status": "ok", "temporal": "ok", "database": "ok"},
    house.Alive: {"status": "ok"},
    care.Person: {"person_id": "P0123456789ABCDEF01234567", "name": "山田 太郎", "contracts": [], "memberships": []},
    care.PersonExport: {
        "person_id": "P0123456789ABCDEF01234567",
        "held": {"person": [{"person_id": "P0123456789ABCDEF01234567", "name": "山田 太郎"}]},
    },
    care.PersonErased: {
        "outcome": "erased",
        "person_id": "P0123456789ABCDEF01234567",
        "change_id": "C0123456789ABCDEF01234567",
        "erased_at": "2018-05-20T09:00:00+09:00",
    },
    common.Explained: {"contract_id": CONTRACT_ID, "language": "ja", "decisions": []},
    care.TriedAgain: {
        "outcome": "queued",
        "message_id": "contract.K0123456789ABCDEF01234567.4-1-event",
        "channel": "event",
        "entity_id": "contract/K0123456789ABCDEF01234567",
    },
    care.Resent: {"notice_id": "contract.K0123456789ABCDEF01234567.4-1"},
    care.LogProof: {
        "month": "2018-06",
        "holds": True,
        "entities": 2,
        "entries": 9,
        "broken": [],
        "anchors": [{"day": "2018-06-30", "entities": 2, "hash": "6f0c"}],
    },
    care.Events: {
        "items": [
            {
                "specversion": "1.0",
                "id": f"2018-05-20T00:00:00.000000Z,contract/{CONTRACT_ID},1",
                "source": "urn:keiyaku",
                "type": "keiyaku.contract.apply",
                "subject": f"contract/{CONTRACT_ID}",
                "time": "2018-05-20T09:00:00+09:00",
                "datacontenttype": "application/json",
                "data": {
                    "seq": 1,
                    "event": "apply",
                    "from": None,
                    "to": "accepted",
                    "effective_on": "2018-05-20",
                    "articles": ["W-07.1"],
                    "edition": "2017-06-01",
                    "voids": [],
                },
            }
        ],
        "next_after": f"2018-05-20T00:00:00.000000Z,contract/{CONTRACT_ID},1",
    },
    club.OpenSessions: {
        "items": [
            {
                "session_id": "S0123456789ABCDEF01234567",
                "opened_at": "2024-12-01T10:00:00+09:00",
                "expires_at": "2024-12-01T10:30:00+09:00",
                "current": True,
            }
        ],
        "next_cursor": None,
    },
    club.LoggedOut: {"ended_at": "2024-12-01T10:15:00+09:00"},
    contracts.Taken: {"status": "taken"},
    common.Problem: {
        "type": "https://keiyaku.example/problems/malformed",
        "title": "Malformed request",
        "status": 400,
        "detail": "The request does not fit: received_at: Field required",
        "code": "MALFORMED",
        "message": "入力の形が正しくありません",
        "articles": [],
    },
}
"""One of each that stands by itself."""

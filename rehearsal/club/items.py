"""What a rehearsal's members can exchange their points for: sample items, and codes nobody can redeem."""

from __future__ import annotations

import hashlib

from sqlalchemy import Engine
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session

from models.tables.club.exchange import CodeStock, ExchangeItem

CODES_EACH = 1_000
"""Codes of each gift item in a new home."""

ITEMS = (
    ExchangeItem(item_id="GIFT-100", name="ギフトコード 100円分", kind="gift_code", points=100, position=1),
    ExchangeItem(item_id="GIFT-500", name="ギフトコード 500円分", kind="gift_code", points=500, position=2),
    ExchangeItem(item_id="GIFT-1000", name="ギフトコード 1,000円分", kind="gift_code", points=1000, position=3),
    ExchangeItem(item_id="FEE-PAYMENT", name="サービス料のお支払い", kind="fee_payment", points=1, position=4),
)
"""Samples: the documents do not list the items (F-09 gives the unit of a fee payment)."""


def stock(engine: Engine) -> None:
    """Put the sample items and their codes there; what is there, handed over or not, stays as it is."""
    with Session(engine) as session, session.begin():
        items = [item.model_dump() for item in ITEMS]
        session.execute(insert(ExchangeItem).values(items).on_conflict_do_nothing())
        for item in ITEMS:
            if item.kind == "gift_code":
                codes = [_code(item.item_id, number) for number in range(1, CODES_EACH + 1)]
                session.execute(insert(CodeStock).on_conflict_do_nothing(), codes)


def _code(item_id: str, number: int) -> dict[str, str]:
    code_id = f"{item_id}-{number:05d}"
    drawn = hashlib.sha256(f"sample/{code_id}".encode()).hexdigest()[:12].upper()
    code = f"SAMPLE-{drawn[:4]}-{drawn[4:8]}-{drawn[8:]}"
    return {"code_id": code_id, "item_id": item_id, "code": code, "url": f"https://gift.example/redeem/{code_id}"}

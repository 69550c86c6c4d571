"""What may be let go at all, whoever asks: the database itself keeps what is not over."""

from __future__ import annotations

_REFUSE = """
CREATE FUNCTION refuse_letting_go() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a row of % is not over and cannot be deleted', TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
END $$
"""

_SENT = """
CREATE TRIGGER sent_exchange_stays BEFORE DELETE ON exchange
FOR EACH ROW WHEN (OLD.sent_at IS NOT NULL) EXECUTE FUNCTION refuse_letting_go()
"""

_UNDELIVERED = """
CREATE TRIGGER undelivered_stays BEFORE DELETE ON outbox
FOR EACH ROW WHEN (OLD.delivered_at IS NULL) EXECUTE FUNCTION refuse_letting_go()
"""

_RUNS = """
CREATE TRIGGER retention_run_append_only BEFORE UPDATE OR DELETE ON retention_run
FOR EACH ROW EXECUTE FUNCTION refuse_change()
"""

STATEMENTS: list[str] = [_REFUSE, _SENT, _UNDELIVERED, _RUNS]

DROPS: list[str] = [
    "DROP TRIGGER sent_exchange_stays ON exchange",
    "DROP TRIGGER undelivered_stays ON outbox",
    "DROP FUNCTION refuse_letting_go",
]

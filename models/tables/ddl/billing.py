"""What the database itself refuses of statements and payments, whoever asks: a statement is never edited."""

from __future__ import annotations

_REFUSE = """
CREATE FUNCTION refuse_billing_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: correct it with a reversing item', TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
END $$
"""

_ITEMS = """
CREATE TRIGGER statement_item_append_only BEFORE UPDATE OR DELETE ON statement_item
FOR EACH ROW EXECUTE FUNCTION refuse_billing_change()
"""

_PAYMENTS = """
CREATE TRIGGER payment_append_only BEFORE UPDATE OR DELETE ON payment
FOR EACH ROW EXECUTE FUNCTION refuse_billing_change()
"""

_STATEMENTS = """
CREATE TRIGGER statement_keeps_its_amounts BEFORE UPDATE ON statement
FOR EACH ROW WHEN (
    (OLD.statement_id, OLD.contract_id, OLD.month, OLD.issued_at, OLD.due_on, OLD.amount, OLD.tax, OLD.total,
     OLD.combined, OLD.seq)
    IS DISTINCT FROM
    (NEW.statement_id, NEW.contract_id, NEW.month, NEW.issued_at, NEW.due_on, NEW.amount, NEW.tax, NEW.total,
     NEW.combined, NEW.seq)
) EXECUTE FUNCTION refuse_billing_change()
"""

_NEVER_DELETED = """
CREATE TRIGGER statement_stays BEFORE DELETE ON statement
FOR EACH ROW EXECUTE FUNCTION refuse_billing_change()
"""

STATEMENTS: list[str] = [_REFUSE, _ITEMS, _PAYMENTS, _STATEMENTS, _NEVER_DELETED]

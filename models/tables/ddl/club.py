"""What the database itself refuses of the points ledger, whoever asks: the first migration executes it in order."""

from __future__ import annotations

_ENTRY_KINDS = """
ALTER TABLE point_entry ADD CONSTRAINT entry_kind CHECK (
    CASE kind
        WHEN 'grant' THEN points > 0 AND account = 'issued'
        WHEN 'adjust' THEN points > 0 AND account = 'issued'
        WHEN 'spend' THEN points < 0 AND account = 'spent'
        WHEN 'return' THEN points > 0 AND account = 'spent'
        WHEN 'expire' THEN points < 0 AND account = 'expired'
        WHEN 'forfeit' THEN points < 0 AND account = 'forfeited'
        WHEN 'redate' THEN points = 0 AND account = 'none'
        ELSE false
    END
)
"""

_ENTRY_REDATE = """
ALTER TABLE point_entry ADD CONSTRAINT entry_redate CHECK (
    CASE kind
        WHEN 'redate' THEN expires_from IS NOT NULL AND expires_to IS NOT NULL AND expires_from <> expires_to
        ELSE expires_from IS NULL AND expires_to IS NULL
    END
)
"""

_APPEND_ONLY = """
CREATE TRIGGER point_entry_append_only BEFORE UPDATE OR DELETE ON point_entry
FOR EACH ROW EXECUTE FUNCTION refuse_change()
"""

_LOT_SUM = """
CREATE FUNCTION check_lot_sum() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    held integer;
    booked bigint;
BEGIN
    SELECT "left" INTO held FROM point_lot WHERE lot_id = NEW.lot_id;
    SELECT coalesce(sum(points), 0) INTO booked FROM point_entry WHERE lot_id = NEW.lot_id;
    IF held IS DISTINCT FROM booked THEN
        RAISE EXCEPTION 'lot % holds % points and its entries sum to %', NEW.lot_id, held, booked
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'lot_equals_its_entries';
    END IF;
    RETURN NULL;
END $$
"""

_LOT_SUM_BY_LOT = """
CREATE CONSTRAINT TRIGGER lot_equals_its_entries AFTER INSERT OR UPDATE OF "left" ON point_lot
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_lot_sum()
"""

_LOT_SUM_BY_ENTRY = """
CREATE CONSTRAINT TRIGGER entries_equal_their_lot AFTER INSERT ON point_entry
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_lot_sum()
"""

_LOT_FIXED = """
CREATE FUNCTION refuse_lot_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'lot % was granted and cannot be deleted', OLD.lot_id
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'lot_is_fixed';
    END IF;
    IF (OLD.lot_id, OLD.member_id, OLD.kind, OLD.granted_on, OLD.points, OLD.original_expires_on)
            IS DISTINCT FROM
       (NEW.lot_id, NEW.member_id, NEW.kind, NEW.granted_on, NEW.points, NEW.original_expires_on)
            OR OLD.usage_month IS DISTINCT FROM NEW.usage_month
            OR OLD.term_end_month IS DISTINCT FROM NEW.term_end_month THEN
        RAISE EXCEPTION 'what was granted as lot % cannot be changed', OLD.lot_id
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'lot_is_fixed';
    END IF;
    RETURN NEW;
END $$
"""

_LOT_FIXED_TRIGGER = """
CREATE TRIGGER lot_is_fixed BEFORE UPDATE OR DELETE ON point_lot
FOR EACH ROW EXECUTE FUNCTION refuse_lot_change()
"""

_REDATE = """
CREATE FUNCTION check_lot_redate() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.expires_on IS DISTINCT FROM NEW.expires_on AND NOT EXISTS (
        SELECT FROM point_entry
        WHERE lot_id = NEW.lot_id AND kind = 'redate'
          AND expires_from = OLD.expires_on AND expires_to = NEW.expires_on AND reason IS NOT NULL
    ) THEN
        RAISE EXCEPTION 'lot %: no entry keeps the old day % and the reason of the new one', NEW.lot_id, OLD.expires_on
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'redating_is_recorded';
    END IF;
    RETURN NULL;
END $$
"""

_REDATE_TRIGGER = """
CREATE CONSTRAINT TRIGGER redating_is_recorded AFTER UPDATE OF expires_on ON point_lot
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_lot_redate()
"""

STATEMENTS: list[str] = [
    _ENTRY_KINDS,
    _ENTRY_REDATE,
    _APPEND_ONLY,
    _LOT_SUM,
    _LOT_SUM_BY_LOT,
    _LOT_SUM_BY_ENTRY,
    _LOT_FIXED,
    _LOT_FIXED_TRIGGER,
    _REDATE,
    _REDATE_TRIGGER,
]
"""`refuse_change` is made before them."""

"""The chain of every entity's log: each entry's hash covers the entry and the hash before it.

The database computes it, so every way of writing the log is covered at no further trip, and nobody can choose a hash.
"""

from __future__ import annotations

_HASH = """
CREATE FUNCTION transition_hash(previous text, t transition) RETURNS text LANGUAGE sql STABLE
SET timezone = 'UTC' SET search_path = pg_catalog AS $$
    SELECT encode(sha256(convert_to(coalesce(previous, '') || E'\\n' || jsonb_build_array(
        t.entity_id, t.seq, t.op, t.event, t.from_state, t.to_state, t.received_at, t.at, t.recorded_at,
        t.effective_on, t.state_from, t.actor, t.on_behalf_of, t.reason_code, t.note_id, t.articles, t.edition,
        t.voids, t.caused_by, t.patch, t.decision, t.place, t.fact, t.because, t.told, t.known
    )::text, 'UTF8')), 'hex')
$$
"""
"""Columns by name: one that is added later changes no hash that stands."""

_CHAIN = """
CREATE FUNCTION chain_transition() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.hash := transition_hash(
        (SELECT t.hash FROM transition t WHERE t.entity_id = NEW.entity_id AND t.seq = NEW.seq - 1), NEW);
    RETURN NEW;
END $$
"""

_TRIGGER = """
CREATE TRIGGER transition_chained BEFORE INSERT ON transition FOR EACH ROW EXECUTE FUNCTION chain_transition()
"""

_KEPT = """
CREATE TRIGGER log_anchor_append_only BEFORE UPDATE OR DELETE ON log_anchor
FOR EACH ROW EXECUTE FUNCTION refuse_change()
"""

STATEMENTS: list[str] = [_HASH, _CHAIN, _TRIGGER, _KEPT]
"""The migration that brings the column executes them in order."""

"""What the service may do in the database that another role owns: read and add, and change only what changes.

Without it a service that is taken over could rewrite the log: an owner may switch triggers off.
"""

from __future__ import annotations

import psycopg
from psycopg import sql
from sqlalchemy import make_url

APPENDED = (
    "transition", "point_entry", "statement_item", "payment", "ntt_payable", "log_anchor", "access_log",
    "retention_run",
)  # fmt: skip
"""Tables of which the service may read and add rows, and nothing else."""
DELETED = (
    "agenda", "carrier_message", "desk_session", "exchange", "idempotency", "line_hold", "login_hold",
    "member_credential", "member_session", "note", "outbox", "past_state", "person", "person_token",
)  # fmt: skip
"""Tables of which the service deletes: what is over, what is given back, what is forgotten. Of no other it may."""
OWNERS = ("alembic_version",)
"""Tables that the service may read only."""


def settle(owner_url: str, service_url: str, password: str | None = None) -> bool:
    """Give the service's role what it needs, and no more; the role is made where it is missing.

    Args:
        owner_url: of the role that owns the tables.
        service_url: of the service; its user name is the role's.
        password: of the role; None: the one in its URL, or as it is.

    Returns:
        Whether the two are different roles; with one role for both there is nothing to give.
    """
    owner, service = make_url(owner_url), make_url(service_url)
    if service.username is None or service.username == owner.username:
        return False
    role = sql.Identifier(service.username)
    # Not as a URL again: in one, a space of the socket's folder becomes a plus, which libpq takes for one.
    _, given = owner.get_dialect()().create_connect_args(owner)
    with psycopg.connect(**given) as connection:
        connection.execute("select pg_advisory_xact_lock(hashtextextended('keiyaku grants', 0))")
        found = connection.execute("select rolsuper from pg_roles where rolname = %s", (service.username,)).fetchone()
        if found is None:
            connection.execute(sql.SQL("create role {} login").format(role))
        password = password or (str(service.password) if service.password is not None else None)
        if password is not None:
            said = sql.Literal(password)
            connection.execute(sql.SQL("alter role {} password {}").format(role, said))
        # A temporary table is found before ours of the same name, and by our triggers as well.
        mine = sql.Identifier(connection.info.dbname)
        connection.execute(sql.SQL("revoke temporary on database {} from public").format(mine))
        connection.execute(sql.SQL("revoke temporary on database {} from {}").format(mine, role))
        connection.execute(sql.SQL("grant usage on schema public to {}").format(role))
        tables = "all tables in schema public"
        connection.execute(sql.SQL(f"revoke all on {tables} from {{}}").format(role))
        connection.execute(sql.SQL(f"grant select, insert, update on {tables} to {{}}").format(role))
        connection.execute(sql.SQL("grant usage, select on all sequences in schema public to {}").format(role))
        for table in APPENDED:
            revoke = sql.SQL("revoke update on {} from {}")
            connection.execute(revoke.format(sql.Identifier(table), role))
        for table in OWNERS:
            revoke = sql.SQL("revoke insert, update on {} from {}")
            connection.execute(revoke.format(sql.Identifier(table), role))
        for table in DELETED:
            grant = sql.SQL("grant delete on {} to {}")
            connection.execute(grant.format(sql.Identifier(table), role))
    return True

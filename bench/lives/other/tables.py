"""What any such life must write: the tables of the life on another engine, and of the job that cron would run.

Nothing is imported here, since the other engine has an environment of its own.
"""

TABLES = (
    "create table contract (contract_id text primary key, state text not null, end_on date)",
    """create table transition (
        contract_id text, seq int, event text, at timestamptz default now(), primary key (contract_id, seq))""",
    "create table charge (contract_id text primary key, amount int not null, state text not null)",
    "create table outbox (message_id text primary key, contract_id text not null, what text not null)",
)

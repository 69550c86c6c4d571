"""The Alembic migrations; `keiyaku migrate` brings a database to the newest."""

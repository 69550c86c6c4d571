"""Reading and writing the tables: ledgers, facts of decisions, lists."""

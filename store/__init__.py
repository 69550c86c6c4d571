"""What reads and writes the tables: ledgers, erasure, the plan in force."""

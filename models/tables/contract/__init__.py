"""Contracts: their rows and notices, filings with NTT, statements and payments."""

"""Deciding about filings (代行申込)."""

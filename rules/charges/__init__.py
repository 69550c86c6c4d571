"""Money of a contract: monthly fees, the fee of an early end, payments, payment on behalf, refunds (12, 24)."""

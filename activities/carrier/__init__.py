"""Outside effects at NTT's side: messages, filings, exchanges."""

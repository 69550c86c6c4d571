"""NTT's signed callbacks and what is owed to NTT, below `/v1/carrier`."""

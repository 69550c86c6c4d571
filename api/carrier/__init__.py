"""NTT's signed callbacks, below `/v1/carrier`."""

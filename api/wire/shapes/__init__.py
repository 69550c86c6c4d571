"""What answers look like, for the published document: fields may be added, so further ones are never excluded.

The document is checked against what the doors really answer by the fuzzer (`tests/fuzz`); nothing is filtered here.
"""

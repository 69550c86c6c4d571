"""Who comes in: keys in the database, persons with a token of an identity provider, and what is told of refusals."""

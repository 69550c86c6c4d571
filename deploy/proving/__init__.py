"""`make test-compose`: docker-compose.yml on a real engine, from an empty machine to a restored backup and back."""

"""The operator's page of each kind of entity: state → Japanese markdown, pure, without personal data."""

"""What can be asked of an entity, by name: used by the doors, the update validators and the operator's page."""

"""Whatever leaves the house: the outbox and the vendors."""

"""Side effects as rows: owed in the transaction that causes them, run apart, retried, done once."""

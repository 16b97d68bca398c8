"""What is asked of the feed: reads. Every one begins with whose feed it is (R15, R16)."""

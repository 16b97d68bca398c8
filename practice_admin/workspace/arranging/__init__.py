"""*Book for a client*, once or as a series, and the choosing of a time, which moving a session shares (R4)."""

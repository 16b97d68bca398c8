"""People: users, clients and their stage, sign-in, rate limits."""

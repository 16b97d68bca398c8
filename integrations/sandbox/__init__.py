"""Local stand-ins for Stripe, Google and the mailbox, over real HTTP. Never in production."""

"""Stripe: the only code that speaks to it."""

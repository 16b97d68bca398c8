"""Google Calendar: the only code that speaks to it."""

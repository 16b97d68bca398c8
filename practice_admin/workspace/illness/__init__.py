"""*I am ill*: choose the days, see what will happen, do it all at once (R10, R19)."""

"""One booking: its card, and what can be done with it. Each act says first what will happen, and does it by POST."""

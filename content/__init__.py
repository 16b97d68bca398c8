"""The personal feed: items and shares."""

"""What can be done with the care record: notes, messages, notifications."""

"""The care record: notes, messages, notifications."""

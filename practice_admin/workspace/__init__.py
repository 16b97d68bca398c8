"""The therapist's desk: Today, records, dialogs, on django-unfold."""

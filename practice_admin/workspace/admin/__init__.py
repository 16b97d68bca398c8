"""The lists and forms of the desk."""

from practice_admin.workspace.admin import bookings, clients, effects, practice, session_types, words

__all__ = ["bookings", "clients", "effects", "practice", "session_types", "words"]

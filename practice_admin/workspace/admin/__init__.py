"""The lists and forms of the desk."""

from practice_admin.workspace.admin import bookings, clients, effects, hours, practice

__all__ = ["bookings", "clients", "effects", "hours", "practice"]

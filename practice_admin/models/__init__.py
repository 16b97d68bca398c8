"""The practice's data: its settings, session types, hours and blocks, bookings, payments, calendar."""

from practice_admin.models.booking import GATE, NO_OVERLAP, Booking
from practice_admin.models.calendar import CalendarConnection
from practice_admin.models.catalogue import Place, SessionType
from practice_admin.models.hours import Block, HoursOverride, Weekday, WeeklyHours
from practice_admin.models.payment import Payment, StripeEvent
from practice_admin.models.practice import CalendarTitles, Practice

__all__ = [
    "GATE",
    "NO_OVERLAP",
    "Block",
    "Booking",
    "CalendarConnection",
    "CalendarTitles",
    "HoursOverride",
    "Payment",
    "Place",
    "Practice",
    "SessionType",
    "StripeEvent",
    "Weekday",
    "WeeklyHours",
]

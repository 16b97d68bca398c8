"""The practice's data: its settings, session types, hours and blocks, bookings, payments, calendar."""

from practice_admin.models.booking import GATE, NO_OVERLAP, Booking
from practice_admin.models.calendar import CalendarConnection
from practice_admin.models.catalogue import Colour, Place, SessionType
from practice_admin.models.hours import Block, HoursOverride, Weekday, WeeklyHours
from practice_admin.models.payment import Dispute, Payment, Refund
from practice_admin.models.practice import CalendarTitles, Practice
from practice_admin.models.reminder import Reminder
from practice_admin.models.settlement import Settlement
from practice_admin.models.stripe_event import StripeEvent
from practice_admin.models.waiver import RuleOverride, Waiver

__all__ = [
    "GATE",
    "NO_OVERLAP",
    "Block",
    "Booking",
    "CalendarConnection",
    "CalendarTitles",
    "Colour",
    "Dispute",
    "HoursOverride",
    "Payment",
    "Place",
    "Practice",
    "Refund",
    "Reminder",
    "RuleOverride",
    "SessionType",
    "Settlement",
    "StripeEvent",
    "Waiver",
    "Weekday",
    "WeeklyHours",
]

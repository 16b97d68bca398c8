"""The practice's data: its settings, session types, hours and blocks, bookings, payments, calendar."""

from practice_admin.models.booking import GATE, NO_OVERLAP, Booking
from practice_admin.models.calendar import (
    PRIMARY,
    CalendarConnection,
    ConsentAsked,
    KnownCalendar,
    PendingRevocation,
)
from practice_admin.models.catalogue import Colour, Place, SessionType
from practice_admin.models.hours import Block, HoursOverride, Weekday, WeeklyHours
from practice_admin.models.mirror import ClashDecision, PulledSpan, SessionEvent
from practice_admin.models.payment import Dispute, Payment, Refund
from practice_admin.models.practice import CalendarTitles, Practice
from practice_admin.models.reminder import Reminder
from practice_admin.models.settlement import Settlement
from practice_admin.models.stripe_event import StripeEvent
from practice_admin.models.waiver import RuleOverride, Waiver

__all__ = [
    "GATE",
    "NO_OVERLAP",
    "PRIMARY",
    "Block",
    "Booking",
    "CalendarConnection",
    "CalendarTitles",
    "ClashDecision",
    "Colour",
    "ConsentAsked",
    "Dispute",
    "HoursOverride",
    "KnownCalendar",
    "Payment",
    "PendingRevocation",
    "Place",
    "Practice",
    "PulledSpan",
    "Refund",
    "Reminder",
    "RuleOverride",
    "SessionEvent",
    "SessionType",
    "Settlement",
    "StripeEvent",
    "Waiver",
    "Weekday",
    "WeeklyHours",
]

"""The booking that an effect is about."""

from integrations.outbox.registry import Turn
from practice_admin.models import Booking, Practice

SUPERSEDED = "superseded by a later change"
QUIET = "not a real enquiry: on the quiet list"


def booking_of(turn: Turn) -> Booking:
    """The booking with all that handlers ask of it; what the person wrote as reason stays unread."""
    return Booking.objects.select_related("session_type", "client__user").defer("reason").get(public_id=turn.subject_id)


def is_superseded(turn: Turn, booking: Booking) -> bool:
    """Whether the booking has changed since this effect was owed: the later change owes its own, which tells more."""
    return turn.version < booking.version


def series_of(booking: Booking) -> list[Booking]:
    """The bookings that were made in one series with this one, itself among them, in order; none for a single one."""
    if booking.series_id is None:
        return []
    series = Booking.objects.filter(series_id=booking.series_id).select_related("session_type", "client__user")
    return list(series.defer("reason").order_by("pk"))


def the_practice() -> Practice:
    """The practice with its therapist."""
    return Practice.objects.select_related("therapist").get(pk=1)


def therapists_address(practice: Practice) -> str:
    """Where mails to the therapist go; "" where nowhere is known."""
    return practice.contact_email or (practice.therapist.email if practice.therapist else "")

"""Filters of the desk's templates. Times are read in the zone in force, the practice's (see Desk.admin_view)."""

from datetime import date, datetime

from django import template
from django.utils import timezone

from clients.models import Client, Stage
from practice_admin.domain.closing import why_not_closable
from practice_admin.domain.enquiries import why_real
from practice_admin.domain.money import amount_text
from practice_admin.models import Booking, Payment
from practice_admin.workspace import desk, wording
from practice_admin.workspace.arranging.objections import rule_words
from practice_admin.workspace.calendar.notice import Notice
from practice_admin.workspace.figures import came_minor, figure

register = template.Library()

register.filter("money", amount_text)
register.filter("effect_kind", wording.effect_kind)
register.filter("effect_error", wording.effect_error)
register.filter("rule_words", rule_words)

PAID_TONES = {
    "Paid": "good",
    "Paid, the rest waived": "good",
    "Partly paid": "care",
    "Not paid yet": "care",
    "Waiting for payment": "care",
    "In credit": "care",
    "Free": "",
    "Waived": "",
    "Paid back": "",
    "Not owed": "",
}
STATE_WORDS = {
    Booking.Status.PENDING_PAYMENT: ("Waiting for payment", "care"),
    Booking.Status.CONFIRMED: ("Booked", "good"),
    Booking.Status.CANCELLED: ("Cancelled", "problem"),
    Booking.Status.EXPIRED: ("Not paid, let go", ""),
    Booking.Status.COMPLETED: ("Held", ""),
    Booking.Status.NO_SHOW: ("Did not come", "problem"),
}


@register.filter
def when(moment: datetime) -> str:
    """`Tue 1 Dec, 10:00`."""
    return wording.when(timezone.localtime(moment), timezone.localtime())


@register.filter
def span(starts_at: datetime, ends_at: datetime) -> str:
    """`Tue 1 Dec, 10:00 to 11:00`."""
    return wording.span(timezone.localtime(starts_at), timezone.localtime(ends_at), timezone.localtime())


@register.filter
def clock(moment: datetime) -> str:
    """`10:00`."""
    return f"{timezone.localtime(moment):%H:%M}"


@register.filter
def short_date(day: date) -> str:
    """`Tue 1 Dec`, with the year only where it is another one."""
    return wording.short_date(day, timezone.localdate())


@register.filter
def full_day(moment: datetime) -> str:
    """`Tuesday 1 December`."""
    local = timezone.localtime(moment)
    return f"{local:%A} {local.day} {local:%B}"


@register.filter
def away(moment: datetime) -> str:
    """`in 25 minutes`."""
    return wording.until(moment, timezone.now())


@register.filter
def their_time(booking: Booking) -> str:
    """The start on the client's clock; empty where it reads as hers does."""
    zone_name = booking.time_zone or booking.client.user.time_zone
    return wording.their_time(timezone.localtime(booking.starts_at), zone_name)


@register.filter
def paid_words(booking: Booking) -> str:
    """How its money stands, in a word or two. Needs the annotations of `shown_bookings`."""
    if booking.price_minor == 0:
        return "Free"
    if booking.status == Booking.Status.PENDING_PAYMENT:
        return "Waiting for payment"
    owed, came = figure(booking, "owed_minor"), came_minor(booking)
    if owed:
        return "In credit" if owed < 0 else "Partly paid" if came > 0 else "Not paid yet"
    if came > 0:
        return "Paid, the rest waived" if figure(booking, "waived_minor") > 0 else "Paid"
    return _settled_words(booking)


def _settled_words(booking: Booking) -> str:
    """Nothing is owed and nothing is here: why."""
    if booking.fee == Booking.Fee.WAIVED or figure(booking, "waived_minor") > 0:
        return "Waived"
    return "Paid back" if figure(booking, "lowered_minor") else "Not owed"


@register.filter
def paid_tone(booking: Booking) -> str:
    """The tone of the pill that says so."""
    return PAID_TONES[paid_words(booking)]


@register.filter
def state_words(booking: Booking) -> str:
    """How a booking stands."""
    return _state(booking)[0]


@register.filter
def state_tone(booking: Booking) -> str:
    """The tone of the pill that says so."""
    return _state(booking)[1]


def _state(booking: Booking) -> tuple[str, str]:
    return ("Waits for a new time", "care") if booking.awaits_new_time else STATE_WORDS[Booking.Status(booking.status)]


@register.filter
def wants_note(booking: Booking) -> bool:
    """Whether it took place, as far as anybody has said, and a note can be written on it."""
    held = (Booking.Status.CONFIRMED, Booking.Status.COMPLETED)
    return booking.status in held and booking.starts_at <= timezone.now()


@register.filter
def is_same(booking: Booking, other: Booking | None) -> bool:
    """Whether both are one booking."""
    return other is not None and booking.pk == other.pk


@register.filter
def is_text(value: object, wanted: object) -> bool:
    """Whether both read the same: what a form holds is text, a choice may be none."""
    return str(value or "") == str(wanted)


@register.filter
def can_join(booking: Booking) -> bool:
    """Whether its call can still be joined: it holds its time and is not over."""
    return booking.is_live and booking.ends_at > timezone.now()


@register.filter
def can_close(booking: Booking) -> bool:
    """Whether it is a discovery call that waits to be closed."""
    return not why_not_closable(booking, timezone.now())


@register.filter
def can_dismiss(booking: Booking) -> bool:
    """Whether it is a discovery call that may be put aside as not a real enquiry."""
    return not why_real(booking)


@register.filter
def payment_tone(state: str) -> str:
    """The tone of a payment's pill."""
    return {
        Payment.State.PAID: "good",
        Payment.State.OPEN: "care",
        Payment.State.AWAITED: "care",
        Payment.State.FAILED: "problem",
        Payment.State.UNPLACED: "problem",
    }.get(Payment.State(state), "")


@register.filter
def stage_tone(stage: str) -> str:
    """The tone of a stage's pill."""
    return {Stage.INTAKE: "care", Stage.ONGOING: "good"}.get(Stage(stage), "")


@register.filter
def gate_words(client: Client) -> str:
    """Whether paid sessions can be open to this client at all (R1)."""
    if client.stage == Stage.CLOSED:
        return "Closed; only a discovery call"
    if client.discovery_completed_at is None:
        return "Closed until a discovery call"
    local = timezone.localtime(client.discovery_completed_at)
    return f"Open since {local.day} {local:%b %Y}"


@register.simple_tag(takes_context=True)
def calendar_notice(context: template.Context) -> Notice | None:
    """What stands over every page while Google is not heard (R14); nothing where there is no request."""
    request = context.get("request")
    return desk.calendar_notice(request, now=timezone.now()) if request else None

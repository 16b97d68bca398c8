"""The pages of one booking: how it stands, the question before it is cancelled, and another time for it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from booking_public import presenters
from booking_public.booking_view import BookingView
from booking_public.picker import Address, Picker, Window, make_picker
from booking_public.visit import Visit
from practice_admin.domain import wording
from practice_admin.domain.availability import Slot
from practice_admin.domain.policy import free_from
from practice_admin.domain.queries import diary

NEAREST = 3


def show_booking(
    request: HttpRequest, visit: Visit, *, status: int = 200, error: str = "", sign_in_sent: bool = False
) -> HttpResponse:
    """How it stands. `error` says why something was not done; nothing of where one comes from is said then."""
    view = BookingView(visit, marks={} if error else request.GET.dict())
    context = {"practice": visit.practice, "view": view, "error": error, "sign_in_sent": sign_in_sent}
    return render(request, f"public/booking/{view.part}.html", context, status=status)


def ask_to_cancel(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The question, and what comes of a yes; where it cannot be cancelled, the booking."""
    view = BookingView(visit)
    if view.why_not_cancelled:
        return show_booking(request, visit, error=view.why_not_cancelled if visit.booking.is_live else "")
    return render(request, "public/booking/cancel.html", {"practice": visit.practice, "view": view})


def choose_another_time(
    request: HttpRequest, visit: Visit, *, status: int = 200, error: str = "", nearest: list[Slot] | None = None
) -> HttpResponse:
    """The picker for it, without the time that it has; where it cannot be moved, the booking."""
    view, asked = BookingView(visit), request.POST if request.method == "POST" else request.GET
    if view.why_not_moved:
        reason = view.why_not_moved if visit.booking.is_live else ""
        return show_booking(request, visit, error=reason, status=status)
    zone = wording.zone_or(asked.get("tz", visit.booking.time_zone), visit.practice.time_zone)
    picker = make_picker(
        asked,
        session_type=visit.booking.session_type,
        zone=zone,
        now=visit.now,
        address=Address(visit.path, {**visit.kept, "ask": "move"}),
        find=lambda window: other_times(visit, window),
    )
    context = {
        "practice": visit.practice,
        "view": view,
        "picker": picker,
        "fixed_before_text": _fixed_before_text(visit, picker),
        "posts": {"action": "move", "version": str(visit.booking.version)},
        "error": error,
        "nearest": presenters.nearest_views(nearest or [], zone),
    }
    return render(request, "public/booking/move.html", context, status=status)


def _fixed_before_text(visit: Visit, picker: Picker) -> str:
    """Before when a time that is offered could, once chosen, no longer be moved or cancelled here; "" for none."""
    free = free_from(visit.booking, visit.practice, visit.now)
    soonest = min((begins[0] for begins in picker.free.values()), default=free)
    return wording.short_text(free, picker.zone) if soonest < free else ""


def other_times(visit: Visit, window: Window) -> list[Slot]:
    """The free times to which it could be moved: its own span does not stand in the way, and is not among them."""
    booking = visit.booking
    found = diary.slots(booking.session_type, visit.practice, window=window, now=visit.now, moving=booking)
    return [slot for slot in found if slot.starts_at != booking.starts_at]

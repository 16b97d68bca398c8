"""The way back to what this browser booked last: for whoever presses Back, or Book once more."""

from datetime import datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from practice_admin.domain.booking_links import booking_token, find_booking
from practice_admin.models import Booking, SessionType

COOKIE = "just_booked"
KEPT_FOR = 3600  # seconds


def remember(answer: HttpResponse, booking: Booking) -> HttpResponse:
    """Leave the link of what was booked a moment ago with this browser; for known addresses and new ones alike (R9).

    A cookie and no session: a visitor's booking writes nothing more into the database for it.
    """
    answer.set_cookie(
        COOKIE,
        booking_token(booking),
        max_age=KEPT_FOR,
        path=reverse("booking_public:types"),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return answer


def own_booking_url(request: HttpRequest, session_type: SessionType, *, starts_at: datetime, now: datetime) -> str:
    """The page of what this browser booked last, where it is this very time; "" for all else.

    The cookie holds the link itself, which opens one booking: nothing of anybody else's can be asked with it.
    """
    token = request.COOKIES.get(COOKIE, "")
    booking = find_booking(token, now=now) if token else None
    if booking is None or not booking.is_live:
        return ""
    is_same = booking.session_type_id == session_type.pk and booking.starts_at == starts_at
    return reverse("booking_public:booking", args=[token]) if is_same else ""

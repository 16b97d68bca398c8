"""What can be done with a booking by its link: each reads the form, calls one operation, and says what came of it."""

import contextlib
from collections.abc import Callable
from datetime import datetime

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from booking_public.booking_screens import NEAREST, choose_another_time, show_booking
from booking_public.kept_money import give_back, place
from booking_public.paying import NOT_LET_GO
from booking_public.reading import read_start, read_version
from booking_public.visit import Visit
from clients.domain.sign_in import TooManyLinks, request_link
from integrations import payments
from integrations.errors import VendorError
from practice_admin.domain.availability import Slot
from practice_admin.domain.bookings import keep_booking
from practice_admin.domain.cancelling import NotCancellable, cancel_by_link
from practice_admin.domain.diary import SlotNotOffered, SlotTaken
from practice_admin.domain.holds import MoneyOnItsWay, give_up_hold
from practice_admin.domain.moving import NotMovable, SameTime, Stale, move_booking
from practice_admin.domain.queries import diary
from practice_admin.handlers.calendar import connected_calendar
from practice_admin.models import Booking

UNREADABLE = "We could not read that time. Please choose one of these."


def send_sign_in_link(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Mail a way into the portal. Beyond the mailbox's limit the page says the same: the newest link is there."""
    with contextlib.suppress(TooManyLinks):
        request_link(email=visit.booking.client.user.email, next_path=reverse("portal:home"), now=visit.now)
    return show_booking(request, visit, sign_in_sent=True)


def keep(_request: HttpRequest, visit: Visit) -> HttpResponse:
    """The owner of the address says that it is theirs; from anybody else it is not heard."""
    if visit.is_owner:
        keep_booking(public_id=visit.booking.public_id)
    return back_to(visit)


def cancel(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Cancel it, or let an unpaid hold go. A page that is older than the booking changes nothing."""
    try:
        _cancel(request, visit)
    except (NotCancellable, Stale, MoneyOnItsWay) as refusal:
        return show_booking(request, visit.again(), error=refusal.public_message, status=409)
    except VendorError:
        return show_booking(request, visit.again(), error=NOT_LET_GO, status=503)
    was_held = visit.booking.status == Booking.Status.PENDING_PAYMENT
    return back_to(visit, let_go="1") if was_held else back_to(visit)


def move(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Move it to `start`; where that is not free, offer the nearest times."""
    starts_at = read_start(request.POST.get("start", ""))
    if starts_at is None:
        return choose_another_time(request, visit, error=UNREADABLE, status=422)
    try:
        _move(request, visit, starts_at)
    except SameTime as refusal:
        return choose_another_time(request, visit, error=refusal.public_message, status=422)
    except (NotMovable, Stale) as refusal:
        return show_booking(request, visit.again(), error=refusal.public_message, status=409)
    except (SlotTaken, SlotNotOffered) as refusal:
        near = _nearest(visit, starts_at)
        return choose_another_time(request, visit, error=refusal.public_message, nearest=near, status=409)
    return back_to(visit, moved="1")


ACTS: dict[str, Callable[[HttpRequest, Visit], HttpResponse]] = {
    "sign_in_link": send_sign_in_link,
    "keep": keep,
    "cancel": cancel,
    "move": move,
    "place": place,
    "give_back": give_back,
}


def back_to(visit: Visit, **asked: str) -> HttpResponse:
    """303 to the booking's page."""
    return HttpResponseRedirect(visit.page(**asked), status=303)


def _cancel(request: HttpRequest, visit: Visit) -> None:
    booking = visit.booking
    # A hold that was paid for meanwhile has the same version still.
    if request.POST.get("status", booking.status) != booking.status:
        raise Stale
    if booking.status == Booking.Status.PENDING_PAYMENT:
        give_up_hold(public_id=booking.public_id, gateway=payments.gateway(), now=visit.now)
        return
    cancel_by_link(
        public_id=booking.public_id,
        is_owner=visit.is_owner,
        now=visit.now,
        known_version=read_version(request.POST.get("version", "")),
    )


def _move(request: HttpRequest, visit: Visit, starts_at: datetime) -> None:
    move_booking(
        public_id=visit.booking.public_id,
        starts_at=starts_at,
        now=visit.now,
        known_version=read_version(request.POST.get("version", "")),
        calendar=connected_calendar(),
    )


def _nearest(visit: Visit, starts_at: datetime) -> list[Slot]:
    booking = visit.booking
    near = diary.nearest_slots(
        booking.session_type, visit.practice, to=starts_at, now=visit.now, count=NEAREST + 1, moving=booking
    )
    others = [slot for slot in near if slot.starts_at != booking.starts_at]
    return others[:NEAREST]

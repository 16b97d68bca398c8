"""The way to Stripe's payment page and back."""

import contextlib
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation.trans_real import parse_accept_lang_header

from booking_public.limits import may_ask_stripe
from booking_public.visit import Visit
from integrations import payments
from integrations.errors import VendorError
from integrations.payments.locales import AUTO, checkout_locale
from practice_admin.domain.payments import ReturnAddresses, ask_about_payment, open_checkout, open_payment_link
from practice_admin.models import Booking

STRIPE_SILENT = "The payment page does not answer just now. Nothing was charged. Please try again in a minute."
# The door of Stripe's own to send people back through: it puts its session's id there.
SESSION_ID = "{CHECKOUT_SESSION_ID}"


def payment_page(request: HttpRequest, visit: Visit) -> str:
    """The address of Stripe's page for a held time, resumed, or for what is owed, opened afresh.

    Raises NothingToPay, MoneyOnItsWay, NotByCard, VendorError.
    """
    is_held = visit.booking.status == Booking.Status.PENDING_PAYMENT
    open_page: Callable[..., str] = open_checkout if is_held else open_payment_link
    return open_page(
        public_id=visit.booking.public_id,
        gateway=payments.gateway(),
        back_to=return_addresses(visit, "paid" if is_held else "settled"),
        now=visit.now,
        locale=language_of(request),
    )


def ask_stripe(request: HttpRequest, visit: Visit) -> Visit:
    """The booking after asking Stripe how its payment stands; as it was where Stripe does not answer.

    It is as it was, too, where one address has asked too often: the page is shown all the same.
    """
    if not may_ask_stripe(request):
        return visit
    with contextlib.suppress(VendorError):
        ask_about_payment(booking=visit.booking, gateway=payments.gateway(), now=visit.now)
    return visit.again()


def return_addresses(visit: Visit, mark: str) -> ReturnAddresses:
    """Where Stripe sends people: done, to the booking's page; otherwise to where the time is let go.

    For one payment always the same: Stripe refuses a repeated request that says anything else.
    """
    stopped = reverse("booking_public:stopped", args=[visit.token])
    return ReturnAddresses(
        success_url=f"{settings.SITE_URL}{visit.path}?{mark}=1&session={SESSION_ID}",
        cancel_url=f"{settings.SITE_URL}{stopped}",
    )


def language_of(request: HttpRequest) -> str:
    """Stripe's code for the first of the browser's languages that its page speaks."""
    wanted = parse_accept_lang_header(request.headers.get("Accept-Language", "").lower())
    known = (checkout_locale(tag) for tag, _weight in wanted)
    return next((locale for locale in known if locale != AUTO), AUTO)

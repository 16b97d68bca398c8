"""The way to Stripe's payment page and back."""

from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from integrations import payments
from integrations.errors import VendorError
from practice_admin.domain.booking_links import booking_token
from practice_admin.domain.payments import NothingToPay, ReturnAddresses, open_checkout
from practice_admin.models import Booking


def to_payment(booking: Booking) -> HttpResponse:
    """303 to Stripe; to the booking's own page, which offers to try again, where Stripe cannot be reached."""
    page = reverse("booking_public:booking", args=[booking_token(booking)])
    back = f"{settings.SITE_URL}{page}"
    try:
        url = open_checkout(
            public_id=booking.public_id,
            gateway=payments.gateway(),
            back_to=ReturnAddresses(success_url=f"{back}?paid=1", cancel_url=back),
            now=timezone.now(),
        )
    except VendorError:
        return HttpResponseRedirect(f"{page}?unreachable=1", status=303)
    except NothingToPay:
        return HttpResponseRedirect(page, status=303)
    return HttpResponseRedirect(url, status=303)

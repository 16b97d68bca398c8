"""What the sweep asks Stripe about payments when no event has come: links that ran out, banks that take their time."""

from datetime import datetime, timedelta

from django.db.models import F, Q

from integrations.payments.stripe_gateway import StripeGateway
from practice_admin.domain.queries.owed import with_money
from practice_admin.domain.settling import end_checkout, settle_checkout
from practice_admin.models import Booking, Payment

State = Payment.State
ASK_AGAIN_AFTER = timedelta(hours=1)


def payments_to_ask_about(now: datetime) -> list[Payment]:
    """Payments that Stripe has to be asked about: whose bank is at it, each once an hour; and pages of Stripe's for
    what is owed that have run out, or that ask for more than is owed by now. Held times have a sweep of their own.
    """
    known = Payment.objects.exclude(checkout_session_id=None)
    awaited = known.filter(Q(asked_at=None) | Q(asked_at__lt=now - ASK_AGAIN_AFTER), state=State.AWAITED)
    links = known.filter(state=State.OPEN).exclude(booking__status=Booking.Status.PENDING_PAYMENT)
    bookings = with_money(Booking.objects.filter(payments__in=links))
    enough = bookings.filter(owed_minor__lt=F("payments__amount_minor"), payments__in=links)
    over = links.filter(Q(expires_at__lt=now) | Q(booking__in=enough.values("pk")))
    return [*awaited.order_by("pk"), *over.order_by("pk")]


def ask_about(*, payment: Payment, gateway: StripeGateway, now: datetime) -> None:
    """Ask Stripe about one of them, and end it where it is still open. Raises VendorError."""
    session_id = str(payment.checkout_session_id)
    if payment.state == State.AWAITED:
        settle_checkout(session_id=session_id, gateway=gateway, now=now)
    else:
        end_checkout(session_id=session_id, gateway=gateway, now=now)
    Payment.objects.filter(pk=payment.pk).update(asked_at=now)

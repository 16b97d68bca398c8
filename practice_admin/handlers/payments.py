"""Stripe's events, and money that arrived for a time that was gone."""

from django.urls import reverse

from integrations import payments
from integrations.errors import VendorError
from integrations.outbox.registry import Turn, handles
from practice_admin.domain.payments import PAYMENT_UNPLACED, STRIPE_EVENT, settle_checkout
from practice_admin.domain.refunds import REFUND, send_refund
from practice_admin.handlers.bookings import the_practice, therapists_address
from practice_admin.handlers.letters import send, site_url
from practice_admin.models import Refund, StripeEvent

ABOUT_A_CHECKOUT = "checkout.session."
ABOUT_A_REFUND = "refund."


@handles(STRIPE_EVENT)
def process_event(turn: Turn) -> str:
    """Act on a stored event. It is only a trigger: what counts is what Stripe says of the session when asked."""
    event = StripeEvent.objects.get(event_id=turn.subject_id)
    settled: object = None
    if event.kind.startswith(ABOUT_A_CHECKOUT):
        settled = settle_checkout(session_id=event.object_id, gateway=payments.gateway(), now=turn.now)
    elif event.kind.startswith(ABOUT_A_REFUND):
        refund = Refund.objects.filter(stripe_id=event.object_id).first()
        settled = refund and _send(refund.pk, turn)
    state = StripeEvent.State.DONE if settled else StripeEvent.State.IGNORED
    StripeEvent.objects.filter(pk=event.pk).update(state=state, done_at=turn.now)
    return "" if settled else "not about a payment of ours"


@handles(REFUND)
def pay_back(turn: Turn) -> str:
    """Have Stripe send the money back. One that fails is parked with Stripe's own reason, for the therapist to see."""
    _send(int(turn.subject_id), turn)
    return ""


def _send(refund_id: int, turn: Turn) -> Refund:
    refund = send_refund(refund_id=refund_id, gateway=payments.gateway(), now=turn.now)
    if refund.state == Refund.State.FAILED:
        raise VendorError("Stripe", f"the refund failed: {refund.failure_reason or 'no reason given'}", retryable=False)
    return refund


@handles(PAYMENT_UNPLACED)
def tell_unplaced(turn: Turn) -> str:
    """Tell the therapist that a payment came for a time that was no longer held (R10)."""
    practice = the_practice()
    address = therapists_address(practice)
    if not address:
        return "no address for the therapist"
    send("payment_unplaced", to=address, key=turn.key, context={"workspace_url": site_url(reverse("admin:index"))})
    return ""

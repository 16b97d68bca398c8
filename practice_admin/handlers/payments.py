"""Stripe's events, and money that arrived for a time that was gone."""

from django.urls import reverse

from integrations import payments
from integrations.outbox.registry import Turn, handles
from practice_admin.domain.payments import PAYMENT_UNPLACED, STRIPE_EVENT, settle_checkout
from practice_admin.handlers.bookings import the_practice, therapists_address
from practice_admin.handlers.letters import send, site_url
from practice_admin.models import StripeEvent

ABOUT_A_CHECKOUT = "checkout.session."


@handles(STRIPE_EVENT)
def process_event(turn: Turn) -> str:
    """Act on a stored event. It is only a trigger: what counts is what Stripe says of the session when asked."""
    event = StripeEvent.objects.get(event_id=turn.subject_id)
    settled = None
    if event.kind.startswith(ABOUT_A_CHECKOUT):
        settled = settle_checkout(session_id=event.object_id, gateway=payments.gateway(), now=turn.now)
    state = StripeEvent.State.DONE if settled else StripeEvent.State.IGNORED
    StripeEvent.objects.filter(pk=event.pk).update(state=state, done_at=turn.now)
    return "" if settled else "not about a payment of ours"


@handles(PAYMENT_UNPLACED)
def tell_unplaced(turn: Turn) -> str:
    """Tell the therapist that a payment came for a time that was no longer held (R10)."""
    practice = the_practice()
    address = therapists_address(practice)
    if not address:
        return "no address for the therapist"
    send("payment_unplaced", to=address, key=turn.key, context={"workspace_url": site_url(reverse("admin:index"))})
    return ""

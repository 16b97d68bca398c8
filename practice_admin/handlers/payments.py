"""Stripe's events acted on, and refunds sent."""

from integrations import payments
from integrations.outbox.registry import Turn, handles
from practice_admin.domain.refunds import REFUND
from practice_admin.domain.sending_refunds import send_refund
from practice_admin.domain.stripe_events import act_on_event
from practice_admin.domain.stripe_inbox import STRIPE_EVENT
from practice_admin.models import Refund, StripeEvent


@handles(STRIPE_EVENT)
def process_event(turn: Turn) -> str:
    """Act on a kept event. What goes wrong is kept on it, and tried again."""
    event = act_on_event(event_id=turn.subject_id, gateway=payments.gateway(), now=turn.now)
    return "not about a payment of ours" if event.state == StripeEvent.State.IGNORED else ""


@handles(REFUND)
def pay_back(turn: Turn) -> str:
    """Have Stripe send the money back. One that Stripe refuses is no error of ours: it stands as failed, to be seen."""
    refund = send_refund(refund_id=int(turn.subject_id), gateway=payments.gateway(), now=turn.now)
    return f"failed: {refund.failure_reason}" if refund.state == Refund.State.FAILED else ""

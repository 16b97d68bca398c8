"""Stripe's events as they come: kept before anything is done about them, and handed to the worker (R11)."""

from datetime import datetime

from django.db import connection, transaction

from clients.domain.refusals import Refusal
from integrations.outbox.models import Effect
from integrations.outbox.operations import call_worker, owe
from integrations.payments.webhooks import IncomingEvent
from practice_admin.models import StripeEvent

STRIPE_EVENT = "stripe_event"
State = StripeEvent.State


class BeingProcessed(Refusal):
    """The worker is at it."""

    public_message = "This event is being processed just now."


def record_event(*, event: IncomingEvent, body: str, now: datetime) -> bool:
    """Keep what Stripe sent, once, and owe its processing; False where it was here before (R11)."""
    with transaction.atomic(durable=True):
        kept, is_new = StripeEvent.objects.get_or_create(
            event_id=event.id,
            defaults={
                "kind": event.type,
                "object_id": event.object_id,
                "payment_intent": event.payment_intent,
                "body": body,
                "received_at": now,
            },
        )
        if is_new:
            owe([STRIPE_EVENT], subject=kept.subject, version=1, now=now)
    return is_new


def process_again(*, event_id: str, now: datetime) -> None:
    """Have the worker act on a kept event once more, whatever came of it before. Raises BeingProcessed."""
    with transaction.atomic(durable=True):
        event = StripeEvent.objects.defer("body").get(event_id=event_id)
        owed = Effect.objects.select_for_update().filter(kind=STRIPE_EVENT, subject=event.subject)
        latest = owed.order_by("-version").first()
        if latest is not None and latest.state == Effect.State.RUNNING:
            raise BeingProcessed
        StripeEvent.objects.filter(pk=event.pk).update(state=State.RECEIVED, error="", done_at=None)
        if latest is None or latest.state == Effect.State.DONE:
            _owe_again(event, now)
            return
        Effect.objects.filter(pk=latest.pk).update(state=Effect.State.DUE, due_at=now, attempts=0)
        call_worker(latest)


def reconsider(payment_intent: str, *, now: datetime) -> None:
    """Have the events about a payment acted on that came before it was known here. A step: in its transaction."""
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("reconsider() belongs into the transaction that takes the money.")
    early = StripeEvent.objects.filter(payment_intent=payment_intent, state=State.IGNORED).exclude(payment_intent="")
    for event in early.defer("body"):
        StripeEvent.objects.filter(pk=event.pk).update(state=State.RECEIVED, done_at=None)
        _owe_again(event, now)


def _owe_again(event: StripeEvent, now: datetime) -> None:
    owed = Effect.objects.filter(kind=STRIPE_EVENT, subject=event.subject).order_by("-version").first()
    owe([STRIPE_EVENT], subject=event.subject, version=owed.version + 1 if owed else 1, now=now)

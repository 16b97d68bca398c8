"""*Not a real enquiry*: an address whose calls are called off, and whose later ones reach only a quiet list (R9)."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from clients.domain.refusals import Refusal
from clients.models import Client, Stage
from integrations.outbox.operations import owe
from practice_admin.domain.cancelling import call_off
from practice_admin.domain.confirming import ON_CHANGE
from practice_admin.domain.diary import lock_diary
from practice_admin.models import Booking


class RealClient(Refusal):
    """The address is somebody's with whom she works, or has worked."""

    public_message = "You have worked with this client, so their calls cannot be put aside. Cancel the call instead."


class NoEnquiry(Refusal):
    """The booking is no discovery call that is still ahead."""

    public_message = "Only a discovery call that is still booked can be put aside."


def why_real(booking: Booking) -> str:
    """Why this booking cannot be put aside as not a real enquiry, in a sentence; "" where it can."""
    refusal = _refusal_of(booking)
    return refusal.public_message if refusal else ""


def dismiss_enquiry(*, public_id: UUID, now: datetime) -> list[Booking]:
    """Call off every discovery call of the address that booked this one, and let its later ones reach a quiet list.

    Later ones are as real as any and are answered as any other: whoever types the address learns nothing. Gives back
    what was called off. Raises RealClient, NoEnquiry.
    """
    with transaction.atomic(durable=True):
        lock_diary()
        booking = Booking.objects.select_related("client", "session_type").get(public_id=public_id)
        refusal = _refusal_of(booking)
        if refusal:
            raise refusal
        Client.objects.filter(pk=booking.client_id).update(quieted_at=now)
        calls = list(Booking.objects.filter(client=booking.client_id, status=Booking.Status.CONFIRMED))
        for call in calls:
            call.is_quiet = True
            call.save(update_fields=["is_quiet"])
            call_off(call, by=Booking.Side.THERAPIST, fee="", now=now)
            if call.starts_at > now:  # of one that is over there is nothing left to tell
                owe(ON_CHANGE, subject=call.subject, version=call.version, now=now)
    return calls


def hear_again(*, client: Client, now: datetime) -> list[Booking]:
    """Let later calls of this client be told as any other; what is still booked becomes news, in her calendar too.

    Gives back what is still booked.
    """
    with transaction.atomic(durable=True):
        lock_diary()
        Client.objects.filter(pk=client.pk).update(quieted_at=None)
        quiet = Booking.objects.filter(client=client, is_quiet=True, status__in=Booking.LIVE)
        calls = list(quiet.defer("reason").order_by("starts_at"))
        for call in calls:
            call.is_quiet, call.changed_at = False, now
            call.version += 1
            call.save(update_fields=["is_quiet", "changed_at", "version"])
            owe(["calendar_event"], subject=call.subject, version=call.version, now=now)
    return calls


def _refusal_of(booking: Booking) -> Refusal | None:
    client = booking.client
    if client.discovery_completed_at is not None or client.stage != Stage.DISCOVERY:
        return RealClient()
    if not booking.session_type.is_open_to_newcomers or booking.status != Booking.Status.CONFIRMED:
        return NoEnquiry()
    return None

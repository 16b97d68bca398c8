"""The address of one booking: an HMAC over its UUID and link version, stored nowhere."""

import base64
import binascii
from datetime import datetime, timedelta
from uuid import UUID

from django.utils.crypto import constant_time_compare, salted_hmac

from practice_admin.models import Booking

GOOD_FOR = timedelta(days=30)  # after the session
_TAG_BYTES = 16


def booking_token(booking: Booking) -> str:
    """The token that opens this booking, and no other, until 30 days after it."""
    return _text(booking.public_id.bytes + _tag(booking.public_id, booking.link_version))


def owner_tag(booking: Booking) -> str:
    """What a mail to the booking's address adds to its link: proof that whoever comes with it reads that mailbox.

    The link alone proves less: whoever typed the address holds it too (R9).
    """
    signed = salted_hmac("booking-owner", f"{booking.public_id}/{booking.link_version}", algorithm="sha256")
    return signed.hexdigest()[: 2 * _TAG_BYTES]


def is_owner_tag(booking: Booking, tag: str) -> bool:
    """Whether the tag is this booking's."""
    return constant_time_compare(tag, owner_tag(booking))


def find_booking(token: str, *, now: datetime) -> Booking | None:
    """The booking that the token opens; None for one that is mangled, replaced or too old."""
    try:
        raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
        public_id, tag = UUID(bytes=raw[:16]), raw[16:]
    except (binascii.Error, ValueError):
        return None
    if _text(raw) != token:  # base64 has spare bits at its end: one booking has one address
        return None
    related = Booking.objects.select_related("session_type", "client__user").defer("reason")
    booking = related.filter(public_id=public_id, ends_at__gt=now - GOOD_FOR).first()
    if booking is None or not constant_time_compare(tag, _tag(public_id, booking.link_version)):
        return None
    return booking


def _tag(public_id: UUID, link_version: int) -> bytes:
    signed = salted_hmac("booking-link", f"{public_id}/{link_version}", algorithm="sha256")
    return signed.digest()[:_TAG_BYTES]


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")

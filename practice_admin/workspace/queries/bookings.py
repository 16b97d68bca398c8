"""Bookings with what the desk shows beside each: how its money stands, a note or none."""

from django.db.models import Exists, OuterRef, QuerySet

from clients.care.models import Note
from practice_admin.domain.queries.owed import with_money
from practice_admin.models import Booking, Payment


def shown_bookings() -> QuerySet[Booking]:
    """Bookings with client and type, what `with_money` finds, `is_paid` (Stripe was paid for it, whatever went back)
    and `has_note`, in one query. The encrypted reason stays unread.
    """
    paid = Payment.objects.filter(booking=OuterRef("pk"), state=Payment.State.PAID)
    related = with_money(Booking.objects.select_related("client__user", "session_type").defer("reason"))
    return related.annotate(is_paid=Exists(paid), has_note=Exists(Note.objects.filter(booking=OuterRef("pk"))))

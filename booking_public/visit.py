"""A look at one booking by its link, and who came with it."""

from dataclasses import dataclass, replace
from datetime import datetime

from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from booking_public.visitors import signed_in_client
from practice_admin.domain.booking_links import booking_token, find_booking, is_owner_tag
from practice_admin.models import Booking, Practice


@dataclass(frozen=True)
class Visit:
    """A look at one booking through its link; `own` is the owner's tag, "" where none was brought."""

    booking: Booking
    practice: Practice
    token: str
    own: str
    is_signed_in: bool
    now: datetime

    @property
    def is_owner(self) -> bool:
        """Whether they have shown that they read the mailbox of the booking's address."""
        return is_owner_tag(self.booking, self.own)

    @property
    def path(self) -> str:
        """Where the booking's page is."""
        return reverse("booking_public:booking", args=[self.token])

    @property
    def pay_path(self) -> str:
        """Where it can be paid for."""
        return reverse("booking_public:pay", args=[self.token])

    @property
    def kept(self) -> dict[str, str]:
        """What every address of the booking takes along: the owner's tag, where it was given."""
        return {"own": self.own} if self.own.isalnum() else {}

    def again(self) -> "Visit":
        """The same with the booking as it is by now."""
        booking = Booking.objects.select_related("session_type", "client__user").defer("reason").get(pk=self.booking.pk)
        return replace(self, booking=booking)

    def page(self, **asked: str) -> str:
        """The booking's page, asking for something."""
        query = urlencode({**self.kept, **asked})
        return f"{self.path}?{query}" if query else self.path


def open_visit(request: HttpRequest, token: str) -> Visit:
    """The booking that the token opens, and who came with it. Raises Http404."""
    now = timezone.now()
    found = find_booking(token, now=now)
    if found is None:
        raise Http404
    return visit_to(request, found, token=token, now=now)


def visit_to(request: HttpRequest, booking: Booking, *, token: str = "", now: datetime | None = None) -> Visit:
    """A look at a booking that is known already, with its type and its client's user."""
    return Visit(
        booking=booking,
        practice=Practice.objects.get(pk=1),
        token=token or booking_token(booking),
        own=request.GET.get("own", ""),
        is_signed_in=request.user.is_authenticated,
        now=now or timezone.now(),
    )


def ensure_not_anothers(request: HttpRequest, visit: Visit) -> None:
    """Raise Http404 where a client has signed in who is not the booking's: what Stripe sends people to is theirs."""
    client = signed_in_client(request)
    if client is not None and client.pk != visit.booking.client_id:
        raise Http404

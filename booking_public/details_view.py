"""What the second screen says."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from clients.models import Client
from practice_admin.domain import wording
from practice_admin.domain.policy import fixed_words
from practice_admin.domain.queries.offers import Offer, offer
from practice_admin.models import Practice, SessionType


@dataclass(frozen=True)
class DetailsView:
    """What the second screen says, whoever it is for; `starts_at` is None where it could not be read."""

    kind: SessionType
    client: Client | None
    practice: Practice
    zone: ZoneInfo
    starts_at: datetime | None

    @property
    def session_type(self) -> Offer:
        """What is booked."""
        return offer(self.kind, self.client)

    @property
    def when_text(self) -> str:
        """When, in full."""
        if self.starts_at is None:
            return ""
        ends_at = self.starts_at + timedelta(minutes=self.kind.duration_minutes)
        return wording.when_text(self.starts_at, ends_at, self.zone)

    @property
    def zone_text(self) -> str:
        """The zone in which it is said, with its offset then."""
        return wording.zone_text(self.zone, self.starts_at or timezone.now())

    @property
    def signed_in_as(self) -> str:
        """The account for which it is booked; "" for a visitor."""
        return self.client.user.email if self.client else ""

    @property
    def is_priced(self) -> bool:
        """Whether it has to be paid for."""
        return self.kind.price_minor > 0

    @property
    def policy_text(self) -> str:
        """The policy that would go with it."""
        return self.practice.cancellation_policy

    @property
    def fixed_text(self) -> str:
        """Said of a time that begins sooner than the notice: booked, it stays; "" of any other."""
        hours = self.practice.cancellation_notice_hours
        is_soon = self.starts_at is not None and self.starts_at - timezone.now() < timedelta(hours=hours)
        return fixed_words(hours) if is_soon else ""

    @property
    def change_time_url(self) -> str:
        """Back to the times, on the same day."""
        day = {"day": self.starts_at.astimezone(self.zone).date().isoformat()} if self.starts_at else {}
        query = urlencode({**day, "tz": self.zone.key})
        return f"{reverse('booking_public:choose_time', args=[self.kind.slug])}?{query}"

"""Google Calendar: the only code that speaks to it."""

from django.conf import settings

from integrations.calendars.blocking import BlockedSpan
from integrations.calendars.deadline import answer_within
from integrations.calendars.google_calendar import (
    TIMEOUT_SECONDS,
    CalendarEvent,
    ClientAddress,
    GoogleCalendar,
    GrantRevoked,
    PushedEvent,
)

__all__ = [
    "BlockedSpan",
    "CalendarEvent",
    "GoogleCalendar",
    "GrantRevoked",
    "PushedEvent",
    "answer_within",
    "calendar_client",
]


def calendar_client(refresh_token: str, access_token: str = "", *, timeout: float = TIMEOUT_SECONDS) -> GoogleCalendar:
    """A client for the account that granted `refresh_token`, at the addresses that the settings name now.

    An `access_token` that is known from before saves a round trip while it lasts; a stale one is replaced by itself.
    Nothing is sent until the first call. `timeout` is in seconds, for each single wait for the network, a new token's
    included; `answer_within` bounds them all together. Make one per thread.
    """
    return GoogleCalendar(
        ClientAddress(
            api_base=settings.GOOGLE_API_BASE,
            oauth_base=settings.GOOGLE_OAUTH_BASE,
            client_id=settings.GOOGLE_CLIENT_ID,
            client_secret=settings.GOOGLE_CLIENT_SECRET,
        ),
        refresh_token=refresh_token,
        access_token=access_token,
        timeout=timeout,
    )

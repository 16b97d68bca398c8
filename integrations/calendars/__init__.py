"""Google Calendar: the only code that speaks to it (decision record 16)."""

from datetime import datetime

from django.conf import settings

from integrations.calendars import google_access, google_consent
from integrations.calendars.blocking import BlockedSpan, Unreadable
from integrations.calendars.deadline import answer_within, forget_failures
from integrations.calendars.google_access import TIMEOUT_SECONDS, AccessToken, ClientAddress
from integrations.calendars.google_bodies import CalendarEvent
from integrations.calendars.google_calendar import GoogleCalendar, ListedCalendar, PulledPage, PushedEvent
from integrations.calendars.google_consent import Consent, ConsentFailed, Grant, code_of
from integrations.calendars.google_errors import AccessTooNarrow, CalendarGone, GrantRevoked
from integrations.calendars.google_session import HURRIED, PATIENT, USUAL, Patience
from integrations.calendars.own_events import OwnEvent

__all__ = [
    "HURRIED",
    "PATIENT",
    "USUAL",
    "AccessToken",
    "AccessTooNarrow",
    "BlockedSpan",
    "CalendarEvent",
    "CalendarGone",
    "Consent",
    "ConsentFailed",
    "GoogleCalendar",
    "Grant",
    "GrantRevoked",
    "ListedCalendar",
    "OwnEvent",
    "Patience",
    "PulledPage",
    "PushedEvent",
    "Unreadable",
    "answer_within",
    "begin_consent",
    "calendar_client",
    "code_of",
    "finish_consent",
    "forget_failures",
    "refresh_access",
    "revoke_access",
]


def calendar_client(
    refresh_token: str,
    access_token: str = "",
    *,
    expires_at: datetime | None = None,
    timeout: float = TIMEOUT_SECONDS,
    patience: Patience = USUAL,
) -> GoogleCalendar:
    """A client for the account that granted `refresh_token`, at the addresses that the settings name now.

    An `access_token` that is known from before saves a round trip while it lasts; one that Google refuses, or whose
    `expires_at` is near, is replaced by itself, once. Nothing is sent until the first call. `timeout` is in seconds,
    for each single wait for the network, a new token's included; `answer_within` bounds them all together.
    `patience` says how often a request is sent again. Make one per thread.
    """
    return GoogleCalendar(
        _address(),
        refresh_token=refresh_token,
        access_token=access_token,
        expires_at=expires_at,
        timeout=timeout,
        patience=patience,
    )


def begin_consent(redirect_uri: str, *, login_hint: str = "") -> Consent:
    """Google's consent page for this site, and the two secrets to keep until the browser is back. Sends nothing."""
    return google_consent.begin(_address(), redirect_uri, login_hint=login_hint)


def finish_consent(code: str, *, code_verifier: str, redirect_uri: str) -> Grant:
    """Trade the code of a consent for tokens, once. Raises VendorError; ConsentFailed where she has to begin again."""
    return google_consent.finish(_address(), code, code_verifier=code_verifier, redirect_uri=redirect_uri)


def refresh_access(refresh_token: str, *, timeout: float = TIMEOUT_SECONDS) -> AccessToken:
    """A new access token, ahead of the old one's end. Raises VendorError; GrantRevoked."""
    return google_access.refresh(_address(), refresh_token, timeout=timeout)


def revoke_access(token: str, *, timeout: float = TIMEOUT_SECONDS) -> None:
    """End the grant at Google, all of it; one that has ended already is fine. Raises VendorError."""
    google_access.revoke(_address(), token, timeout=timeout)


def _address() -> ClientAddress:
    return ClientAddress(
        api_base=settings.GOOGLE_API_BASE,
        oauth_base=settings.GOOGLE_OAUTH_BASE,
        client_id=settings.GOOGLE_CLIENT_ID,
        client_secret=settings.GOOGLE_CLIENT_SECRET,
    )

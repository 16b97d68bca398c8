"""Her account at Google, with a token that lasts; what a withdrawn grant means is decided here, once for all."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import structlog
from django.db.models import Q

from integrations.calendars import (
    HURRIED,
    AccessTooNarrow,
    GoogleCalendar,
    GrantRevoked,
    Patience,
    calendar_client,
    refresh_access,
)
from integrations.errors import VendorError
from practice_admin.domain.calendar_connecting import mark_revoked
from practice_admin.models import CalendarConnection

log = structlog.get_logger(__name__)

# Longer than the quarter of an hour between two cycles: they keep it fresh, and nobody who books ever waits for one.
FRESH = timedelta(minutes=20)
LEASE = timedelta(seconds=30)  # longer than one request for a token can take


@contextmanager
def her_account(
    connected: CalendarConnection, *, now: datetime, patience: Patience = HURRIED
) -> Iterator[GoogleCalendar]:
    """A client for the connected account. Raises VendorError; a revoked grant is marked before it is raised."""
    with noticing_revocation(connected, now=now):
        ensure_fresh(connected, now=now)
        client = calendar_client(
            connected.refresh_token,
            connected.access_token,
            expires_at=connected.access_expires_at,
            patience=patience,
        )
        try:
            yield client
        finally:
            keep_access(connected, client)


@contextmanager
def noticing_revocation(connected: CalendarConnection, *, now: datetime) -> Iterator[None]:
    """Mark the grant as revoked where Google says so inside; a grant that is too narrow is of no more use."""
    try:
        yield
    except (GrantRevoked, AccessTooNarrow):
        mark_revoked(connected.grant_id, now=now)
        raise


def ensure_fresh(connected: CalendarConnection, *, now: datetime) -> None:
    """Have a token that lasts a while, fetched by one process at a time. Raises VendorError where none can be had.

    By a lease on the row, since no transaction may stay open while Google is asked. Whoever finds it taken goes on with
    the token there is; should that be over too, the client fetches one by itself, which does no harm.
    """
    expires_at = connected.access_expires_at
    if connected.access_token and expires_at and expires_at - now > FRESH:
        return
    free = Q(access_lease_until=None) | Q(access_lease_until__lte=now)
    mine = CalendarConnection.objects.filter(free, grant_id=connected.grant_id)
    if not mine.update(access_lease_until=now + LEASE):
        return
    try:
        access = refresh_access(connected.refresh_token)
    except VendorError as error:
        _let_go(connected)
        if not error.retryable or not connected.access_token or not expires_at or expires_at <= now:
            raise
        log.info("calendar_token_not_refreshed", error=str(error))
        return
    _keep(connected, access.token, access.expires_at)


def keep_access(connected: CalendarConnection, client: GoogleCalendar) -> None:
    """Keep the newest token, encrypted: after a late answer or an error too, or each question would fetch one."""
    if client.access_token and client.access_token != connected.access_token:
        _keep(connected, client.access_token, client.access_expires_at)


def _keep(connected: CalendarConnection, token: str, expires_at: datetime | None) -> None:
    connected.access_token, connected.access_expires_at = token, expires_at
    # Only of the grant that was used, and only while it is honoured: she may have connected another one meanwhile.
    used = CalendarConnection.objects.filter(grant_id=connected.grant_id, state=CalendarConnection.State.CONNECTED)
    used.update(access_token=token, access_expires_at=expires_at, access_lease_until=None)


def _let_go(connected: CalendarConnection) -> None:
    CalendarConnection.objects.filter(grant_id=connected.grant_id).update(access_lease_until=None)

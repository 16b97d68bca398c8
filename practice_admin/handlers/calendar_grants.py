"""What a grant leaves to be done: ending it at Google; telling her that Google ended it, or is not heard."""

from django.urls import reverse

from integrations.calendars import revoke_access
from integrations.outbox.registry import Turn, handles
from practice_admin.domain import wording
from practice_admin.domain.calendar_connecting import CALENDAR_RECONNECT, CALENDAR_REVOCATION
from practice_admin.domain.mirror_age import CALENDAR_STALE, known_since
from practice_admin.handlers.bookings import the_practice, therapists_address
from practice_admin.handlers.letters import send, site_url
from practice_admin.models import CalendarConnection, PendingRevocation

NO_ADDRESS = "no address for the therapist"
OVER = "over already"


@handles(CALENDAR_REVOCATION)
def revoke(turn: Turn) -> str:
    """End the grant at Google, and then forget its token. Connected again meanwhile, there is nothing to end."""
    pending = PendingRevocation.objects.filter(public_id=turn.subject_id).first()
    if pending is None:
        return "connected again since"
    revoke_access(pending.token)
    pending.delete()
    return ""


@handles(CALENDAR_RECONNECT)
def ask_to_reconnect(turn: Turn) -> str:
    """Tell her that Google has withdrawn the access; not where she has connected it again already."""
    return _write("calendar_reconnect", turn) if _of(turn, CalendarConnection.State.REVOKED) else OVER


@handles(CALENDAR_STALE)
def tell_stale(turn: Turn) -> str:
    """Tell her that nothing has been heard from Google for too long; decided once more as it is sent."""
    connected = _of(turn, CalendarConnection.State.CONNECTED)
    if connected is None or connected.stale_told_at is None:
        return OVER
    zone = wording.zone_or("", the_practice().time_zone)
    since = wording.short_text(known_since(connected), zone)
    return _write("calendar_stale", turn, since_text=since)


def _of(turn: Turn, state: CalendarConnection.State) -> CalendarConnection | None:
    return CalendarConnection.objects.filter(grant_id=turn.subject_id, state=state).first()


def _write(name: str, turn: Turn, **more: str) -> str:
    address = therapists_address(the_practice())
    if not address:
        return NO_ADDRESS
    send(name, to=address, key=turn.key, context={"calendar_url": site_url(reverse("admin:calendar"))} | more)
    return ""

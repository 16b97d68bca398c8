"""The kinds of session as she books them for one client: open, hidden, or shut and why (R1, R2)."""

from dataclasses import dataclass
from datetime import datetime

from clients.models import Client
from practice_admin.domain.diary import is_open_to, open_stages
from practice_admin.domain.money import price_text
from practice_admin.domain.queries.diary import bookings_ahead
from practice_admin.domain.wording import place_text
from practice_admin.models import SessionType
from practice_admin.workspace.troubleshooting.answer import why_shut


@dataclass(frozen=True)
class Kind:
    """One kind; `shut` says why it is not open to the client, "" where it is."""

    session_type: SessionType
    shut: str

    @property
    def price_text(self) -> str:
        """What it costs."""
        return price_text(self.session_type.price_minor, self.session_type.currency)

    @property
    def place_text(self) -> str:
        """Where it is held."""
        return place_text(self.session_type)


def kinds_for(client: Client) -> list[Kind]:
    """Every kind, the open ones first, in her order; in two queries at most."""
    stages = open_stages(client)
    kinds = [
        Kind(each, "" if each.opens_at_stage in stages else why_shut(client)) for each in SessionType.objects.all()
    ]
    return sorted(kinds, key=lambda kind: bool(kind.shut))


def why_shut_to(client: Client, session_type: SessionType) -> str:
    """Why this kind is not open to the client, in her words; "" where it is."""
    return "" if is_open_to(client, session_type) else why_shut(client)


def limit_words(client: Client, session_type: SessionType, now: datetime) -> str:
    """Said before a time is chosen, where the client has as many of these ahead as one may; or ""."""
    limit = session_type.limit_ahead
    if limit is None:
        return ""
    ahead = bookings_ahead(client, session_type, now=now).count()
    if ahead < limit:
        return ""
    return f"{client} has {ahead} of {limit} of these ahead already. Any further one asks for a reason."

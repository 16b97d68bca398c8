"""Session types as one person sees them: open, or locked and why."""

from collections.abc import Iterable
from dataclasses import dataclass

from clients.models import Client
from practice_admin.domain import wording
from practice_admin.domain.diary import open_stages, why_locked
from practice_admin.domain.money import price_text
from practice_admin.models import SessionType


@dataclass(frozen=True)
class Offer:
    """A session type in words; `components/session_type_card.html` takes it as it is. Open: `locked_reason` is ""."""

    slug: str
    name: str
    words: str
    duration_minutes: int
    price_text: str
    place_text: str
    locked_reason: str

    @property
    def is_open(self) -> bool:
        """Whether this person may book it now."""
        return not self.locked_reason


def offer(session_type: SessionType, client: Client | None, stages: frozenset[str] | None = None) -> Offer:
    """One type as this person sees it (None: nobody signed in); `stages` where it is known already what is open."""
    stages = open_stages(client) if stages is None else stages
    return Offer(
        slug=session_type.slug,
        name=session_type.name,
        words=session_type.words,
        duration_minutes=session_type.duration_minutes,
        price_text=price_text(session_type.price_minor, session_type.currency),
        place_text=wording.place_text(session_type),
        locked_reason="" if session_type.opens_at_stage in stages else why_locked(client, session_type),
    )


def offers_to(client: Client | None) -> dict[str, list[Offer]]:
    """The types that are shown, as `open_types` and `locked_types`, in the therapist's order."""
    shown = list(SessionType.objects.filter(is_shown=True))
    if client is not None and client.discovery_completed_at is not None:  # whoever is known comes for something else
        shown.sort(key=lambda session_type: session_type.is_open_to_newcomers)
    stages = open_stages(client)
    return split(offer(session_type, client, stages) for session_type in shown)


def split(offers: Iterable[Offer]) -> dict[str, list[Offer]]:
    """Offers by whether they are open, under the names that the templates use."""
    found = list(offers)
    return {
        "open_types": [one for one in found if one.is_open],
        "locked_types": [one for one in found if not one.is_open],
    }

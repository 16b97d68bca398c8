"""The way to Google's consent page and back: bound to who went, good for one return within a quarter of an hour."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from clients.domain.refusals import Refusal
from clients.models import User
from integrations.calendars import Consent
from practice_admin.models import ConsentAsked

LIFETIME = timedelta(minutes=15)


class ConsentUnknown(Refusal):
    """Nobody went to Google from this browser with this state, or not lately, or is back already."""

    public_message = "That answer from Google does not belong to this page, or came too late. Please connect again."


@dataclass(frozen=True)
class Asker:
    """Who goes: the therapist, in this very session of hers."""

    therapist: User
    session_key: str


def keep_consent(*, consent: Consent, asker: Asker, now: datetime) -> None:
    """Keep what will tell that the answer is ours. What nobody came back for is forgotten."""
    with transaction.atomic(durable=True):
        ConsentAsked.objects.filter(asked_at__lt=now - LIFETIME).delete()
        ConsentAsked.objects.create(
            state_digest=_digest(consent.state),
            session_key=asker.session_key,
            therapist=asker.therapist,
            code_verifier=consent.code_verifier,
            asked_at=now,
        )


def take_consent(*, state: str, asker: Asker, now: datetime) -> str:
    """The verifier that belongs to this state, once: whoever comes second finds nothing. Raises ConsentUnknown."""
    with transaction.atomic(durable=True):
        asked = ConsentAsked.objects.select_for_update().filter(
            state_digest=_digest(state),
            session_key=asker.session_key,
            therapist=asker.therapist,
            asked_at__gt=now - LIFETIME,
        )
        found = asked.first()
        if not state or found is None:
            raise ConsentUnknown
        found.delete()
    return found.code_verifier


def _digest(state: str) -> str:
    return hashlib.sha256(state.encode()).hexdigest()

"""A client whom the therapist adds by hand: someone who came by telephone, or from a colleague."""

from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from clients.domain.details import Details, DetailsRefused, claim_address, ensure_fit
from clients.domain.stages import PAST_GATE, HeldElsewhere, keep_change
from clients.models import Client, Stage, StageChange, User, no_mailbox, normal_email


class AlreadyThere(DetailsRefused):
    """Somebody of this name and number, who has no mailbox either, is there already."""

    def __init__(self, client: Client) -> None:
        super().__init__("name", f"There is a record of {client} with this telephone number already.")
        self.client = client


@dataclass(frozen=True)
class Newcomer:
    """Who they are and where they stand. No `email`: they have no mailbox, get no mail and cannot sign in."""

    name: str
    email: str
    phone: str
    time_zone: str
    stage: Stage
    held: HeldElsewhere | None = None


def add_client(*, newcomer: Newcomer, actor: User, now: datetime) -> Client:
    """Make a client's record by her hand; nobody is written to, and nothing is owed.

    Past the gate only with the discovery that was held elsewhere (R1). Raises DetailsRefused beside what is wrong:
    AddressKnown and AlreadyThere name the record that there is; DayRefused. Nothing is made then.
    """
    ensure_fit(Details(name=newcomer.name, phone=newcomer.phone, time_zone=newcomer.time_zone, email=newcomer.email))
    if not newcomer.email and not newcomer.phone.strip():
        raise DetailsRefused("phone", "Give a telephone number or an e-mail address, or nobody could reach them.")
    if newcomer.stage in PAST_GATE and newcomer.held is None:
        raise DetailsRefused("held_on", "Past the gate only after a discovery: give the day on which it was held.")
    completed_at = newcomer.held.completed_at(now) if newcomer.held else None
    try:
        with transaction.atomic(durable=True):
            user = _make_user(newcomer)
            client = Client.objects.create(user=user, stage=newcomer.stage, discovery_completed_at=completed_at)
            how = StageChange.How.ADDED
            keep_change(client, before="", how=how, actor=actor, now=now, held=newcomer.held)
    except IntegrityError:  # the same address, added or booked under at this very moment
        claim_address(newcomer.email)
        raise
    return client


def _make_user(newcomer: Newcomer) -> User:
    name, phone = newcomer.name.strip(), newcomer.phone.strip()
    fields = {"name": name, "phone": phone, "time_zone": newcomer.time_zone}
    if newcomer.email:
        claim_address(newcomer.email)
        return User.objects.create_user(normal_email(newcomer.email), **fields)
    same = Client.objects.select_related("user").filter(user__name__iexact=name, user__phone=phone)
    for client in same:
        if not client.user.has_mailbox:
            raise AlreadyThere(client)
    return User.objects.create_user(no_mailbox(), is_active=False, **fields)

"""What the therapist writes down about a client, kept as a whole or not at all."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, fields

from django.db import IntegrityError, transaction

from clients.domain.refusals import Refusal
from clients.domain.texts import is_text
from clients.models import Client, ClientDetails, Tag, User, normal_email

MOST_TAGS = 12
PHONE = re.compile(r"\+?[0-9 ()./-]{6,}")  # docs/decisions/0006
LONGEST_TAG = 40  # characters, as all of these
LONGEST = {
    "name": 200,
    "preferred_name": 100,
    "pronouns": 40,
    "phone": 40,
    "contact_words": 1000,
    "emergency_name": 200,
    "emergency_phone": 40,
    "emergency_relation": 100,
    "found_through": 500,
}
ON_DETAILS = ("pronouns", "contact_words", "emergency_name", "emergency_phone", "emergency_relation", "found_through")


class DetailsRefused(Refusal):
    """The details cannot be kept like this. `field` names the one that stands in the way."""

    def __init__(self, field: str, public_message: str) -> None:
        super().__init__(public_message)
        self.field = field


class DetailsStale(Refusal):
    """The page that asked is older than the details' last change."""

    public_message = "These details were changed since you opened that page. Look at both, then save again."


class AddressKnown(DetailsRefused):
    """The address is somebody's already. `client` is whose, or None where it is nobody's whom she works with."""

    def __init__(self, client: Client | None) -> None:
        of_client = f"This is the address of {client}, who has a record already." if client else ""
        super().__init__("email", of_client or "This is the address of somebody who signs in here, and is no client.")
        self.client = client


@dataclass(frozen=True)
class Details:
    """All of it, as it is to be. `email` matters only where the client has no mailbox yet."""

    name: str
    phone: str
    time_zone: str
    preferred_name: str = ""
    pronouns: str = ""
    may_mail: bool = True
    may_call: bool = True
    may_voicemail: bool = False
    contact_words: str = ""
    emergency_name: str = ""
    emergency_phone: str = ""
    emergency_relation: str = ""
    found_through: str = ""
    tags: tuple[str, ...] = ()
    email: str = ""


def write_details(*, client: Client, details: Details, known_version: int | None = None) -> None:
    """Keep these details, in place of what was known before; a mailbox can be added, never changed.

    Raises DetailsRefused (AddressKnown among them), and DetailsStale where the page that asked knew older ones;
    changing nothing.
    """
    ensure_fit(details)
    try:
        _write(client, details, known_version)
    except IntegrityError:  # the same address, booked under or added at this very moment
        claim_address(details.email)
        raise


def _write(client: Client, details: Details, known_version: int | None) -> None:
    with transaction.atomic(durable=True):
        locked = Client.objects.select_related("user").select_for_update(of=("self",), no_key=True).get(pk=client.pk)
        kept, _ = ClientDetails.objects.get_or_create(client=locked)
        if known_version is not None and kept.version != known_version:
            raise DetailsStale
        _write_person(locked.user, details)
        for name in ("preferred_name", "may_mail", "may_call", "may_voicemail"):
            setattr(locked, name, _clean(getattr(details, name)))
        locked.save(update_fields=["preferred_name", "may_mail", "may_call", "may_voicemail"])
        for name in ON_DETAILS:
            setattr(kept, name, getattr(details, name).strip())
        kept.version += 1
        kept.save()
        _write_tags(locked, details.tags)


def ensure_fit(details: Details) -> None:
    """Raise DetailsRefused for what cannot be kept, beside what it is about."""
    if not details.name.strip():
        raise DetailsRefused("name", "Please give a name: the record goes by it.")
    for each in fields(details):
        value = getattr(details, each.name)
        if isinstance(value, str) and (len(value) > LONGEST.get(each.name, 254) or not is_text(value)):
            raise DetailsRefused(
                each.name, f"Please keep this to {LONGEST.get(each.name, 254)} characters of plain text."
            )
    if details.phone.strip() and not PHONE.fullmatch(details.phone.strip()):
        raise DetailsRefused("phone", "This does not look like a telephone number. Digits and the usual signs, please.")
    if details.may_voicemail and not details.may_call:
        raise DetailsRefused("may_voicemail", "A voicemail is a call. Allow calls too, or leave this out.")
    _ensure_tags(details.tags)


def tags_in(typed: str) -> tuple[str, ...]:
    """The tags in what was typed, commas between them: each once, whatever its capitals."""
    found: dict[str, str] = {}
    for part in typed.split(","):
        word = " ".join(part.split())
        if word:
            found.setdefault(word.casefold(), word)
    return tuple(found.values())


def claim_address(email: str) -> None:
    """Raise AddressKnown where the address is somebody's already."""
    user = User.objects.filter(email=normal_email(email)).first()
    if user is not None:
        raise AddressKnown(Client.objects.select_related("user").filter(user=user, user__is_staff=False).first())


def _write_person(user: User, details: Details) -> None:
    if details.email and not user.has_mailbox:
        claim_address(details.email)
        user.email, user.is_active = normal_email(details.email), True
    user.name, user.phone, user.time_zone = details.name.strip(), details.phone.strip(), details.time_zone
    user.save(update_fields=["name", "phone", "time_zone", "email", "is_active"])


def _write_tags(client: Client, names: Iterable[str]) -> None:
    """Give the client these tags and no others; a tag that nobody bears is forgotten."""
    known = {tag.name.casefold(): tag for tag in Tag.objects.all()}
    client.tags.set([known.get(name.casefold()) or Tag.objects.create(name=name) for name in names])
    Tag.objects.filter(clients=None).delete()


def _ensure_tags(tags: tuple[str, ...]) -> None:
    if len(tags) > MOST_TAGS:
        raise DetailsRefused("tags", f"At most {MOST_TAGS} tags, please.")
    if any(len(tag) > LONGEST_TAG or not is_text(tag) for tag in tags):
        raise DetailsRefused("tags", f"A tag has at most {LONGEST_TAG} characters. Put commas between tags.")


def _clean(value: str | bool) -> str | bool:
    return value.strip() if isinstance(value, str) else value

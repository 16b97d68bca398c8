"""The plain log of calls and letters."""

from datetime import datetime

from django.db import transaction

from clients.domain.refusals import Refusal
from clients.domain.texts import is_text
from clients.models import Client, ContactEntry, User

LONGEST_WORDS = 5000  # characters
EARLIEST_YEAR = 1970


class ContactRefused(Refusal):
    """It cannot be written down like this."""

    public_message = "This could not be written down."


class ContactWordsRefused(ContactRefused):
    """What is wrong is the words."""

    public_message = f"Please keep the words to {LONGEST_WORDS:,} characters of plain text."


class ContactTimeRefused(ContactRefused):
    """What is wrong is when it was."""


def log_contact(
    *, client: Client, kind: ContactEntry.Kind, happened_at: datetime, words: str, actor: User, now: datetime
) -> ContactEntry:
    """Write down a call or a letter; the words, which may be none, are kept encrypted. Instants are aware.

    Raises ContactWordsRefused, ContactTimeRefused, changing nothing.
    """
    if len(words) > LONGEST_WORDS or not is_text(words):
        raise ContactWordsRefused
    if happened_at > now:
        raise ContactTimeRefused("That is still ahead. Write it down once it has happened, or make it a follow-up.")
    if happened_at.year < EARLIEST_YEAR:
        raise ContactTimeRefused("Please check the year.")
    words = words.strip()
    with transaction.atomic(durable=True):
        Client.objects.select_for_update(no_key=True).get(pk=client.pk)  # a form that was sent twice waits here
        same = ContactEntry.objects.filter(client=client, kind=kind, happened_at=happened_at)
        if any(entry.words == words for entry in same):
            raise ContactWordsRefused("This is written down already.")
        return ContactEntry.objects.create(
            client=client, kind=kind, happened_at=happened_at, words=words, written_by=actor, created_at=now
        )

"""Putting something into one client's feed: only the therapist does (R15)."""

from datetime import datetime
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import transaction

from clients.care.domain.notifications import tell
from clients.domain.refusals import Refusal
from clients.domain.texts import is_text
from clients.models import Client, Stage
from content.models import FeedItem, Share
from practice_admin.models import Booking

LONGEST_TITLE = 200  # characters, as all of these
LONGEST_URL = 1000
MOST_WORDS = 500

FEED_PATH = "/portal/feed/"
NEWS = "Something new is in your feed"  # never what it is (R22)

_is_web_address = URLValidator(schemes=["http", "https"])


class ShareRefused(Refusal):
    """It cannot be shared as it stands; nothing was."""

    public_message = "This could not be shared."


class BadTitle(ShareRefused):
    """No title, or one of more than LONGEST_TITLE characters."""

    public_message = f"Give it a title of 1 to {LONGEST_TITLE} characters."


class BadLink(ShareRefused):
    """Not an address of the web that is safe to hand on."""

    public_message = "Give a full web address that begins with https:// or http://."


class TooManyWords(ShareRefused):
    """More than MOST_WORDS characters beside it."""

    public_message = f"The words beside it can have {MOST_WORDS} characters at most."


class NotText(ShareRefused):
    """NUL, or half of a surrogate pair."""

    public_message = "The text holds characters that cannot be kept. Please type it again."


class ClientClosed(ShareRefused):
    """Nothing is shared once the work together is closed."""

    public_message = "This client's care is closed. Reopen it to share something."


class ForeignBooking(ShareRefused):
    """The session belongs to another client."""

    public_message = "That session belongs to another client."


def share_link(
    *, client: Client, title: str, url: str, words: str, now: datetime, booking: Booking | None = None
) -> Share:
    """Share one link with one client, perhaps as part of one session of theirs, and tell them that something is there.

    `words` may be empty. Surrounding space is dropped. Raises BadTitle, BadLink, TooManyWords, NotText, ClientClosed,
    ForeignBooking, changing nothing. `now` is aware.
    """
    title, url, words = title.strip(), url.strip(), words.strip()
    _ensure_fit(title, url, words)
    if booking is not None and booking.client_id != client.pk:
        raise ForeignBooking
    with transaction.atomic(durable=True):
        # A stage that is being changed meanwhile is waited for. Rows that merely point at the client are not held up.
        locked = Client.objects.select_related("user").select_for_update(of=("self",), no_key=True).get(pk=client.pk)
        if locked.stage == Stage.CLOSED:
            raise ClientClosed
        item = FeedItem.objects.create(title=title, url=url, created_at=now)
        share = Share.objects.create(item=item, client=locked, booking=booking, words=words, shared_at=now)
        tell(recipient=locked.user, key=f"share:{share.public_id}", text=NEWS, path=FEED_PATH, now=now)
    return share


def _ensure_fit(title: str, url: str, words: str) -> None:
    if not is_text(title + words):
        raise NotText
    if not 1 <= len(title) <= LONGEST_TITLE:
        raise BadTitle
    if len(words) > MOST_WORDS:
        raise TooManyWords
    _ensure_web_address(url)


def _ensure_web_address(url: str) -> None:
    if len(url) > LONGEST_URL or not url.isprintable():
        raise BadLink
    try:
        _is_web_address(url)
        parts = urlsplit(url)
    except (ValidationError, ValueError):
        raise BadLink from None
    if "@" in parts.netloc:  # whoever opened it would hand the name and password on
        raise BadLink("Give the address without a user name or password in it.")

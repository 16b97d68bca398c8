"""Sign-in by magic link (R7): asked for in the open, minted by the worker as it sends, used once."""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.db import transaction

from clients.domain.rate_limits import Limit, seconds_to_wait
from clients.domain.refusals import Refusal
from clients.models import SignInRequest, SignInToken, User, normal_email
from integrations.outbox.operations import owe

LINK_LIFETIME = timedelta(minutes=15)
SIGN_IN_EMAIL = "sign_in_email"
BY_EMAIL = Limit("sign-in by e-mail", hits=10, seconds=15 * 60)


class LinkUnusable(Refusal):
    """The link is mangled, too old or used."""

    public_message = "This link has been used or is too old. We can send you a fresh one."


class TooManyLinks(Refusal):
    """This mailbox was sent many links lately; `wait` is in seconds."""

    public_message = "We have sent several links to this address. Please use the newest one, or wait a little."

    def __init__(self, wait: int) -> None:
        super().__init__()
        self.wait = wait


def request_link(*, email: str, next_path: str, now: datetime) -> None:
    """Ask that a link be mailed to this address, if it is somebody's. Raises TooManyLinks.

    Does the same work for a known and an unknown address: whether it is known is found out later, by the worker.
    """
    wait = seconds_to_wait(BY_EMAIL, who=normal_email(email), now=now)
    if wait:
        raise TooManyLinks(wait)
    with transaction.atomic(durable=True):
        asked = SignInRequest.objects.create(email=normal_email(email), next_path=next_path)
        owe([SIGN_IN_EMAIL], subject=f"sign_in:{asked.public_id}", version=1, now=now)


def mint_token(*, user: User, next_path: str, now: datetime) -> str:
    """A new token for this user: 32 random bytes, good for 15 minutes, once. Only its SHA-256 is kept."""
    token = secrets.token_urlsafe(32)
    SignInToken.objects.create(digest=_digest(token), user=user, next_path=next_path, expires_at=now + LINK_LIFETIME)
    return token


def redeem(*, token: str, now: datetime) -> tuple[User, str]:
    """Use the token up: whose it is and where they were going. Raises LinkUnusable, changing nothing.

    One conditional update decides, so that of two people with one link one gets in. It names nothing but the token's
    own row: joined to the user it would become a subselect, which PostgreSQL judges by an old snapshot.
    """
    good = SignInToken.objects.filter(digest=_digest(token), expires_at__gt=now, user__is_active=True)
    found = good.select_related("user").first()
    if found is None or not SignInToken.objects.filter(pk=found.pk, used_at=None).update(used_at=now):
        raise LinkUnusable
    return found.user, found.next_path


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()

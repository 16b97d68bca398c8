"""Access tokens: who we are at Google, a token made ahead of its need, and the end of a grant.

Facts from "Using OAuth 2.0 for Web Server Applications" in Google's guides; what the transport does was read in
google-auth 2.62.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import requests
from google.auth.exceptions import RefreshError
from google.oauth2.credentials import Credentials
from google_auth_httplib2 import Request
from httplib2 import Http

from integrations.calendars.google_errors import VENDOR, vendor_errors
from integrations.errors import VendorError

TIMEOUT_SECONDS = 10
# Events on every calendar that she chooses, her own and those shared with her, and the list to choose from: no scope
# that is narrower reaches both (discovery document, `scopes` of events.insert and calendarList.list). Her address is
# the id of her primary calendar, so nothing is asked about her person.
SCOPES = (
    "https://www.googleapis.com/auth/calendar.events",
    "https://www.googleapis.com/auth/calendar.calendarlist.readonly",
)


@dataclass(frozen=True)
class ClientAddress:
    """Where Google is, and who we are there. Base addresses carry no trailing slash."""

    api_base: str
    oauth_base: str
    client_id: str
    client_secret: str


@dataclass(frozen=True)
class AccessToken:
    """What opens the calendars for about an hour: until `expires_at`, an aware instant. A secret."""

    token: str
    expires_at: datetime


class RenewingCredentials(Credentials):
    """Google's own, which renew themselves; but somebody in between may answer with a page, and these say so."""

    def refresh(self, request: Any) -> None:
        """Fetch a new access token. Raises google-auth's errors alone."""
        try:
            super().refresh(request)  # type: ignore[no-untyped-call]
        except TypeError:  # google-auth looks for a token in whatever text came with a 200
            raise RefreshError("not an answer", retryable=True) from None  # type: ignore[no-untyped-call]


def credentials_for(
    address: ClientAddress, refresh_token: str, access_token: str = "", expires_at: datetime | None = None
) -> Credentials:
    """Credentials that renew themselves when the token is refused, or `expires_at` (aware) is near."""
    return RenewingCredentials(  # type: ignore[no-untyped-call]
        token=access_token or None,
        expiry=expires_at.astimezone(UTC).replace(tzinfo=None) if expires_at else None,  # google-auth's are naive
        refresh_token=refresh_token,
        token_uri=f"{address.oauth_base}/token",
        client_id=address.client_id,
        client_secret=address.client_secret,
    )


def expiry_of(credentials: Credentials) -> datetime | None:
    """Until when the newest access token lasts, an aware instant; None where nobody knows."""
    expiry: datetime | None = credentials.expiry
    return expiry.replace(tzinfo=UTC) if expiry else None


def refresh(address: ClientAddress, refresh_token: str, *, timeout: float = TIMEOUT_SECONDS) -> AccessToken:
    """A new access token, whatever is left of the old one. Raises VendorError; GrantRevoked."""
    credentials = credentials_for(address, refresh_token)
    http = Http(timeout=timeout)
    try:
        with vendor_errors():
            credentials.refresh(Request(http))  # type: ignore[no-untyped-call]
    finally:
        http.close()
    expires_at = expiry_of(credentials)
    if not credentials.token or expires_at is None:
        raise VendorError(VENDOR, "the answer could not be understood", retryable=True)
    return AccessToken(credentials.token, expires_at)


def revoke(address: ClientAddress, token: str, *, timeout: float = TIMEOUT_SECONDS) -> None:
    """Withdraw the whole grant to which a refresh or an access token belongs; one that is dead already is fine.

    Google ends every grant of the account to this client, not this one alone. Raises VendorError.
    """
    try:
        answer = requests.post(f"{address.oauth_base}/revoke", data={"token": token}, timeout=timeout)
    except requests.RequestException:
        raise VendorError(VENDOR, "could not be reached, or did not answer in time", retryable=True) from None
    if answer.ok or (answer.status_code == 400 and _word_of(answer) == "invalid_token"):
        return
    raise VendorError(
        VENDOR, f"refused to end the access with {answer.status_code}", retryable=answer.status_code >= 429
    )


def _word_of(answer: requests.Response) -> str:
    """The word that RFC 6749 (5.2) gives for a refusal; "" where the answer is no such thing."""
    try:
        body = answer.json()
    except ValueError:
        return ""
    return str(body.get("error", "")) if isinstance(body, dict) else ""

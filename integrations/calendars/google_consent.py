"""Connecting an account: the way to Google's consent page and back (OAuth 2.0 with PKCE).

Facts from "Using OAuth 2.0 for Web Server Applications" and "How to handle granular permissions" in Google's guides,
RFC 6749 (4.1) and RFC 7636. Written out rather than left to oauthlib, which takes plain http on this machine only
after an environment variable of the whole process, and raises a bare Warning for a box left unticked.
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal
from urllib.parse import urlencode

import requests

from integrations.calendars.google_access import SCOPES, TIMEOUT_SECONDS, AccessToken, ClientAddress
from integrations.calendars.google_errors import VENDOR
from integrations.errors import VendorError

Kind = Literal["foreign", "denied", "no_code", "stale", "unticked", "not_lasting"]
REASONS: dict[Kind, str] = {
    "foreign": "this answer does not belong to a connection that was begun here; begin again from the settings",
    "denied": "access was not allowed on Google's page; nothing was connected",
    "no_code": "sent an answer that nothing can be done with; begin again from the settings",
    "stale": "the way back from Google took too long or was taken twice; begin again from the settings",
    "unticked": "a box on Google's page was left unticked; begin again and leave every box ticked",
    "not_lasting": "allowed access for an hour only; remove this site in the Google account and connect again",
}


class ConsentFailed(VendorError):
    """The account was not connected; `kind` says at what it failed. Not retryable: she has to begin again."""

    def __init__(self, kind: Kind) -> None:
        super().__init__(VENDOR, REASONS[kind], retryable=False)
        self.kind = kind


@dataclass(frozen=True)
class Consent:
    """A consent that begins: send the browser to `address`; keep the two secrets until it comes back."""

    address: str
    state: str
    code_verifier: str


@dataclass(frozen=True)
class Grant:
    """What the account granted: the refresh token to keep, encrypted, and a first access token."""

    refresh_token: str
    access: AccessToken


def begin(address: ClientAddress, redirect_uri: str, *, login_hint: str = "") -> Consent:
    """Google's consent page for this site. Sends nothing.

    Offline access and `prompt=consent` because Google gives a refresh token for those alone; `login_hint` is the
    address of the account that is expected, where one is.
    """
    state, verifier = secrets.token_urlsafe(32), secrets.token_urlsafe(64)
    digest = hashlib.sha256(verifier.encode()).digest()
    asked = {
        "client_id": address.client_id,
        "redirect_uri": redirect_uri,
        "response_type": "code",
        "scope": " ".join(SCOPES),
        "access_type": "offline",
        "prompt": "consent",
        "state": state,
        "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
        "code_challenge_method": "S256",
    }
    hint = {"login_hint": login_hint} if login_hint else {}
    return Consent(f"{address.oauth_base}/auth?{urlencode(asked | hint)}", state, verifier)


def code_of(answer: Mapping[str, str], state: str) -> str:
    """The code in the address with which the browser came back, for the state that was kept ("" for none).

    Raises ConsentFailed: "foreign" (another state, or none), "denied", "no_code".
    """
    if not state or not hmac.compare_digest(answer.get("state", "").encode(), state.encode()):
        raise ConsentFailed("foreign")
    if answer.get("error") == "access_denied":
        raise ConsentFailed("denied")
    code = answer.get("code", "")
    if not code or "error" in answer:
        raise ConsentFailed("no_code")
    return code


def finish(
    address: ClientAddress,
    code: str,
    *,
    code_verifier: str,
    redirect_uri: str,
    timeout: float = TIMEOUT_SECONDS,
) -> Grant:
    """Trade the code for tokens, once; `redirect_uri` is the one it was begun with.

    Raises VendorError; ConsentFailed "stale" for a code that is used, old or somebody else's, "unticked" where a scope
    is missing, "not_lasting" where no refresh token came. What an unticked consent granted is not revoked here: Google
    would end the account's earlier connection with it.
    """
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "code_verifier": code_verifier,
        "redirect_uri": redirect_uri,
        "client_id": address.client_id,
        "client_secret": address.client_secret,
    }
    asked_at = datetime.now(UTC)  # before, so that the token never seems to last longer than it does
    granted = _asked(f"{address.oauth_base}/token", form, timeout)
    if not set(SCOPES) <= set(str(granted.get("scope", "")).split()):
        raise ConsentFailed("unticked")
    if not granted.get("refresh_token"):
        raise ConsentFailed("not_lasting")
    try:
        expires_at = asked_at + timedelta(seconds=int(granted["expires_in"]))
        return Grant(str(granted["refresh_token"]), AccessToken(str(granted["access_token"]), expires_at))
    except (KeyError, TypeError, ValueError, OverflowError):
        raise VendorError(VENDOR, "the answer could not be understood", retryable=False) from None


def _asked(address: str, form: dict[str, str], timeout: float) -> dict[str, Any]:
    try:
        answer = requests.post(address, data=form, timeout=timeout)
        body = answer.json()
    except requests.JSONDecodeError:
        body = None
    except requests.RequestException:
        raise VendorError(VENDOR, "could not be reached, or did not answer in time", retryable=True) from None
    if not isinstance(body, dict):
        raise VendorError(VENDOR, "the answer could not be understood", retryable=True)
    if answer.ok:
        return body
    if body.get("error") == "invalid_grant":
        raise ConsentFailed("stale")
    if answer.status_code >= 429:
        raise VendorError(VENDOR, f"refused with {answer.status_code}", retryable=True)
    raise VendorError(VENDOR, "did not accept this site's client id, secret or address", retryable=False)

"""The one Google account of the sandbox: what it granted to whom, and the tokens that stand for it.

Shapes and lifetimes follow Google's "Using OAuth 2.0 for Web Server Applications". Every grant is a document of kind
`google_grant` by its refresh token; codes and access tokens have documents of their own.
"""

import base64
import hashlib
import hmac
import secrets
import time

from integrations.sandbox import google_switches, store

ACCOUNT = "therapist@example.com"
CALENDAR_ZONE = "Europe/Lisbon"  # the zone that the calendar itself is set to; all-day events are days of this zone
SAMPLE_REFRESH_TOKEN = "sandbox-refresh-token"  # noqa: S105  (the sample practice is connected with it)
SAMPLE_SCOPE = (
    "https://www.googleapis.com/auth/calendar.events https://www.googleapis.com/auth/calendar.calendarlist.readonly"
)
CODE_SECONDS = 600


class OAuthRefusal(Exception):
    """The token endpoint says no; `error` is the word that RFC 6749 (5.2) gives for it."""

    def __init__(self, error: str, description: str, status: int = 400) -> None:
        super().__init__(error)
        self.error = error
        self.description = description
        self.status = status


def issue_code(asked: dict[str, str]) -> str:
    """A code for one redemption within ten minutes.

    `asked` is what the consent page was opened with, its `scope` only what was left ticked there.
    """
    code = "4/" + secrets.token_urlsafe(32)
    store.put("google_code", code, {"asked": asked, "expires_at": time.time() + CODE_SECONDS, "used": False})
    return code


def redeem(code: str, redirect_uri: str, verifier: str) -> store.Document:
    """Trade a code for tokens. Raises OAuthRefusal for one that is unknown, used, stale or somebody else's."""

    def use(document: store.Document | None) -> store.Document:
        if document is None or document["used"] or document["expires_at"] < time.time():
            raise OAuthRefusal("invalid_grant", "Malformed auth code.")
        return document | {"used": True}

    asked = store.update("google_code", code, use)["asked"]
    if asked["redirect_uri"] != redirect_uri:
        raise OAuthRefusal("redirect_uri_mismatch", "Bad Request")
    if not _verifier_fits(asked, verifier):
        raise OAuthRefusal("invalid_grant", "Invalid code verifier.")
    # As with Google: a second consent brings no refresh token unless it was asked for with prompt=consent.
    first = not any(_is_live(grant) for grant in _grants().values())
    refresh_token = "1//" + secrets.token_urlsafe(32)
    store.put("google_grant", refresh_token, {"scope": asked["scope"], "revoked": False})
    tokens = _access_token(refresh_token, asked["scope"])
    if asked.get("access_type") == "offline" and (first or "consent" in asked.get("prompt", "").split()):
        tokens["refresh_token"] = refresh_token
    return tokens


def refresh(refresh_token: str) -> store.Document:
    """A new access token. Raises OAuthRefusal once the grant is revoked."""
    grant = _grants().get(refresh_token)
    if grant is None or not _is_live(grant):
        raise OAuthRefusal("invalid_grant", "Token has been expired or revoked.")
    return _access_token(refresh_token, grant["scope"])


def revoke(token: str) -> None:
    """Withdraw everything that the account granted, by any of its tokens. Raises OAuthRefusal for an unknown one."""
    access = store.get("google_access", token)
    grant = _grants().get(access["grant"] if access else token)
    if grant is None or not _is_live(grant):
        raise OAuthRefusal("invalid_token", "Token expired or revoked")
    remove_access()


def expire_access() -> None:
    """Let every access token end now, as after its hour."""
    for token, access in store.all("google_access").items():
        store.put("google_access", token, access | {"expires_at": 0})


def remove_access() -> None:
    """Withdraw everything, as the account's owner does on the page of her connections; nothing is fine too."""
    for refresh_token, each in _grants().items():
        store.put("google_grant", refresh_token, each | {"revoked": True})


def granted() -> list[str]:
    """The scopes of every grant that is live, each once."""
    return sorted({scope for grant in _grants().values() if _is_live(grant) for scope in grant["scope"].split()})


def scopes_of(access_token: str) -> frozenset[str] | None:
    """What a bearer may do; None for a token that is unknown, expired or revoked."""
    access = store.get("google_access", access_token)
    if access is None or access["expires_at"] < time.time():
        return None
    grant = _grants().get(access["grant"])
    return frozenset(grant["scope"].split()) if grant and _is_live(grant) else None


def _grants() -> dict[str, store.Document]:
    return {SAMPLE_REFRESH_TOKEN: {"scope": SAMPLE_SCOPE, "revoked": False}} | store.all("google_grant")


def _is_live(grant: store.Document) -> bool:
    return not grant["revoked"]


def _access_token(refresh_token: str, scope: str) -> store.Document:
    token = "ya29." + secrets.token_urlsafe(32)
    seconds = google_switches.switches().access_seconds
    store.put("google_access", token, {"grant": refresh_token, "expires_at": time.time() + seconds})
    return {"access_token": token, "expires_in": seconds, "scope": scope, "token_type": "Bearer"}


def _verifier_fits(asked: dict[str, str], verifier: str) -> bool:
    """RFC 7636: the challenge is the verifier, or its SHA-256 in unpadded base64url."""
    challenge = asked.get("code_challenge", "")
    if not challenge:
        return True
    if asked.get("code_challenge_method", "plain") == "S256":
        verifier = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    return hmac.compare_digest(challenge.encode(), verifier.encode())

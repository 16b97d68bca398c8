"""What Google's refusals mean to us.

The messages of the libraries carry addresses with the calendar's id, which is a person's e-mail address. So no reason
here quotes them, and the original error is left out of the chain that a log would print.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPException
from typing import Any

from google.auth.exceptions import GoogleAuthError, RefreshError, TransportError
from googleapiclient.errors import Error as ApiClientError
from googleapiclient.errors import HttpError
from httplib2 import HttpLib2Error

from integrations.errors import VendorError

VENDOR = "Google Calendar"
# "Handle API errors" in the Calendar API's guide. The first two pass within seconds and the library repeats the call
# itself; the last two last for minutes or until midnight in California. All other 403s are final.
SOON_REASONS = frozenset({"rateLimitExceeded", "userRateLimitExceeded"})
LATER_REASONS = frozenset({"quotaExceeded", "dailyLimitExceeded"})
# "insufficientPermissions" is the Calendar API's own word, the other that of Google's newer front end.
TOO_NARROW_REASONS = frozenset({"insufficientPermissions", "ACCESS_TOKEN_SCOPE_INSUFFICIENT"})
# 409 reaches this module from a patch alone: two writers at once. 412 is the same with an etag.
RETRYABLE_STATUSES = frozenset({408, 409, 412, 425, 429})


class GrantRevoked(VendorError):
    """Google no longer honours the refresh token: revoked, expired, or the account wants a fresh sign-in.

    Never retryable: the therapist has to connect the calendar again.
    """

    def __init__(self) -> None:
        super().__init__(VENDOR, "access was withdrawn; the calendar has to be connected again", retryable=False)


class AccessTooNarrow(VendorError):
    """The grant lacks a scope that this call needs: a box was left unticked, or the grant is older than the need.

    Never retryable: the therapist has to connect again and leave every box ticked.
    """

    def __init__(self) -> None:
        super().__init__(
            VENDOR, "access is too narrow; connect again and leave every box of Google's page ticked", retryable=False
        )


class CalendarGone(VendorError):
    """The calendar does not exist any more, or is not shared with the account any more. Never retryable.

    `calendar_id` is kept apart from `reason`, since it often is somebody's e-mail address.
    """

    def __init__(self, calendar_id: str) -> None:
        super().__init__(VENDOR, "that calendar is gone, or no longer shared with this account", retryable=False)
        self.calendar_id = calendar_id


@contextmanager
def vendor_errors() -> Iterator[None]:
    """Turn whatever the Google libraries raise inside into a VendorError."""
    try:
        yield
    except HttpError as error:
        raise _refused(error) from None
    except RefreshError as error:
        raise _not_refreshed(error) from None
    except (TransportError, HttpLib2Error, HTTPException, OSError):  # time-outs and TLS errors are OSErrors
        raise VendorError(VENDOR, "could not be reached, or did not answer in time", retryable=True) from None
    except (GoogleAuthError, ApiClientError):
        raise VendorError(VENDOR, "the request could not be made", retryable=False) from None
    except ValueError:  # something in between answered, with a page rather than JSON
        raise VendorError(VENDOR, "the answer could not be understood", retryable=True) from None


def passes_soon(error: Exception) -> bool:
    """Whether the same request may do better within seconds: load, Google's own fault, or a network that hiccups."""
    if isinstance(error, HttpError):
        status = error.status_code
        return status >= 500 or status == 429 or (status == 403 and _keyword(error.content) in SOON_REASONS)
    return isinstance(error, TransportError | HttpLib2Error | HTTPException | OSError)


def _refused(error: HttpError) -> VendorError:
    status = error.status_code
    reason = _keyword(error.content)
    if status == 403 and reason in TOO_NARROW_REASONS:
        return AccessTooNarrow()
    if status == 403 and reason in LATER_REASONS:
        return VendorError(VENDOR, f"has had enough requests for now ({reason})", retryable=True)
    retryable = status >= 500 or status in RETRYABLE_STATUSES or (status == 403 and reason in SOON_REASONS)
    return VendorError(VENDOR, f"refused with {status}{f' {reason}' if reason else ''}", retryable=retryable)


def _keyword(content: bytes) -> str:
    """Google's own word for the refusal, such as `rateLimitExceeded`; never its message, which may quote data."""
    try:
        keyword: Any = json.loads(content)["error"]["errors"][0]["reason"]
    except (ValueError, KeyError, TypeError, IndexError):
        return ""
    return keyword if isinstance(keyword, str) and keyword.replace("_", "").isalnum() else ""


def _not_refreshed(error: RefreshError) -> VendorError:
    answer = error.args[1] if len(error.args) > 1 and isinstance(error.args[1], dict) else {}
    # A Workspace account whose session ran out is told apart by google-auth through its message alone.
    if answer.get("error") == "invalid_grant" or str(error).startswith("Reauthentication is needed"):
        return GrantRevoked()
    if answer and not error.retryable:
        return VendorError(VENDOR, "did not accept this site's client id and secret", retryable=False)
    return VendorError(VENDOR, "the access token could not be renewed just now", retryable=True)

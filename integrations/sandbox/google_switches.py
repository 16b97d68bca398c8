"""How the sandbox's Google behaves beyond being down or slow: small pages, short tokens, refusals, links that wait."""

from dataclasses import asdict, dataclass, replace
from typing import Any

from django.http import HttpResponse, JsonResponse

from integrations.sandbox import store

HOUR = 3599  # seconds; Google says so for an hour
# The refusals of "Handle API errors" in Google's guide that come and go, each with its status and message.
REFUSALS: dict[str, tuple[int, str]] = {
    "rateLimitExceeded": (403, "Rate Limit Exceeded"),
    "userRateLimitExceeded": (403, "User Rate Limit Exceeded"),
    "quotaExceeded": (403, "Calendar usage limits exceeded."),
    "dailyLimitExceeded": (403, "Daily Limit Exceeded"),
    "tooManyRequests": (429, "Too Many Requests"),
    "backendError": (500, "Backend Error"),
}
KIND, KEY = "fault", "google_switches"


@dataclass(frozen=True)
class Switches:
    """As ever, unless told otherwise."""

    page_size: int = 0  # the most items on a page; 0: as many as Google gives
    access_seconds: int = HOUR  # how long a new access token lasts
    refusal: str = ""  # what the next requests are refused with
    refusals_left: int = 0
    links_wait: bool = False  # a new video link is not made until this is turned off


def switches() -> Switches:
    """How Google behaves now."""
    return Switches(**(store.get(KIND, KEY) or {}))


def turn(**changed: Any) -> Switches:
    """Turn some switches. Raises ValueError for what no switch can be."""
    turned = replace(switches(), **changed)
    if turned.page_size < 0 or turned.access_seconds < 0 or turned.refusals_left < 0:
        raise ValueError("No switch goes below nought")
    if turned.refusal not in ("", *REFUSALS):
        raise ValueError(f"No such refusal: {turned.refusal}")
    store.put(KIND, KEY, asdict(turned))
    return turned


def refusal() -> tuple[int, str, str] | None:
    """The status, keyword and message to refuse this request with, one of those asked for; None to go on."""
    if not switches().refusals_left:
        return None
    used: list[str] = []

    def use(document: store.Document | None) -> store.Document:
        present = Switches(**(document or {}))
        if not present.refusals_left:  # another request was refused in the meantime
            return asdict(present)
        used.append(present.refusal)
        return asdict(replace(present, refusals_left=present.refusals_left - 1))

    store.update(KIND, KEY, use)
    if not used or not used[0]:
        return None
    status, message = REFUSALS[used[0]]
    return status, used[0], message


def error(status: int, reason: str, message: str) -> HttpResponse:
    """A refusal in the Calendar API's own shape."""
    domain = "usageLimits" if reason in REFUSALS and status != 500 else "global"
    details = [{"domain": domain, "reason": reason, "message": message}]
    return JsonResponse({"error": {"errors": details, "code": status, "message": message}}, status=status)

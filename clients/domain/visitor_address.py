"""Where a request came from, as far as it can be believed."""

from collections.abc import Mapping
from typing import Any


def visitor_address(meta: Mapping[str, Any], trusted_proxies: int) -> str:
    """The visitor's address out of a WSGI environment.

    Each trusted proxy appends the address it was called from to X-Forwarded-For; so the visitor's is that many places
    from the right, and whatever stands further left is the visitor's own invention. With no proxy the header is not
    read at all.
    """
    hops = [hop.strip() for hop in str(meta.get("HTTP_X_FORWARDED_FOR", "")).split(",") if hop.strip()]
    if trusted_proxies and len(hops) >= trusted_proxies:
        return hops[-trusted_proxies]
    return str(meta.get("REMOTE_ADDR", ""))

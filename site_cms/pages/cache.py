"""Pages kept ready for visitors, for as long as nothing that shows on them has changed.

The key holds the state of every table that pages are made of, asked for in one query: whatever is published, taken
back, moved, restricted, priced or renamed, by whichever road, is on the next page that somebody opens. Nothing has to
be purged, in this process or another (docs/decisions/0022).
"""

from collections.abc import Callable
from functools import wraps
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.core.cache import caches
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response, patch_vary_headers

KEPT_FOR = 3600  # seconds; a page may name the present day
PARTS = frozenset({"page", "topic"})  # of an address's query; anything else is not kept
TABLES = [
    "wagtailcore_page",
    "wagtailcore_pageviewrestriction",
    "wagtailcore_site",
    "wagtailimages_image",
    "pages_audio",
    "pages_topic",
    "practice_admin_practice",
    "practice_admin_sessiontype",
]
# A row's place and transaction change whenever it does; one that goes is missed in the sum.
_STATE_OF = "(SELECT coalesce(md5(string_agg(ctid::text || xmin::text, ' ' ORDER BY ctid)), '') FROM {})"
_STATE = "SELECT " + ", ".join(_STATE_OF.format(table) for table in TABLES)

View = Callable[..., HttpResponseBase]


def kept_for_visitors(view: View) -> View:
    """Answer visitors out of the cache where the page stands there; never anybody who may be signed in."""

    @wraps(view)
    def kept(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not _may_be_kept(request):
            response = view(request, *args, **kwargs)
            patch_vary_headers(response, ["Cookie"])
            return response
        key = _key(request)
        found = caches["pages"].get(key)
        if found is None:
            response = view(request, *args, **kwargs)
            patch_vary_headers(response, ["Cookie"])
            found = _to_keep(response)
            if found is None:
                return response
            caches["pages"].set(key, found, KEPT_FOR)
        return _answer(request, found)

    return kept


def _may_be_kept(request: HttpRequest) -> bool:
    is_reading = request.method in {"GET", "HEAD"} and PARTS.issuperset(request.GET)
    return is_reading and settings.SESSION_COOKIE_NAME not in request.COOKIES


def _key(request: HttpRequest) -> str:
    with connection.cursor() as cursor:
        cursor.execute(_STATE)
        state = cursor.fetchone()
    # The host: which of Wagtail's sites answers. The method: a HEAD is answered as its GET would be.
    asked = f"{request.get_host()} {request.get_full_path()} {state}"
    return sha256(asked.encode()).hexdigest()


def _to_keep(response: HttpResponseBase) -> tuple[bytes, str] | None:
    """The body and its tag, of a page that may be kept; None of any other answer."""
    if hasattr(response, "render") and not response.is_rendered:  # type: ignore[attr-defined]
        response.render()
    if response.status_code != 200 or response.streaming or response.cookies or response.has_header("Cache-Control"):
        return None
    assert isinstance(response, HttpResponse)  # noqa: S101  (it does not stream)
    return response.content, f'"{sha256(response.content).hexdigest()[:32]}"'


def _answer(request: HttpRequest, found: tuple[bytes, str]) -> HttpResponseBase:
    body, etag = found
    unchanged = get_conditional_response(request, etag=etag)
    response = unchanged or HttpResponse(body)
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = "no-cache"
    patch_vary_headers(response, ["Cookie"])
    return response

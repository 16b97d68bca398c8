"""The portal's pages, and something to put into a feed."""

from content.domain.sharing import share_link
from content.models import Share
from tests.factories import NOW

PAGES = [
    "/portal/",
    "/portal/appointments/",
    "/portal/feed/",
    "/portal/messages/",
    "/portal/payments/",
    "/portal/notifications/",
]


def share(client, title: str = "Breathing", **fields) -> Share:
    given = {"url": "https://example.com/breathing", "words": "Ten minutes a day"} | fields
    return share_link(client=client, title=title, now=NOW, **given)

"""The stand-ins for the vendors, reached over real HTTP at the test's live server."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from integrations.calendars import forget_failures
from integrations.sandbox import faults, mailbox
from tests.worker import Worker


class Vendors:
    """What a test does with the vendors: breaks them, mends them, and reads the mailbox."""

    def __init__(self, url: str) -> None:
        self.url = url

    def down(self, vendor: str) -> None:
        faults.set_fault(vendor, "down")

    def up(self, vendor: str) -> None:
        faults.set_fault(vendor, "ok")

    def mails(self, to: str = "") -> list[Any]:
        """Newest first."""
        return list(mailbox.messages(to))

    def link(self, to: str, path: str) -> str:
        """The newest address in a mail to somebody that contains `path`."""
        for mail in self.mails(to):
            found = re.search(rf"{re.escape(self.url)}\S*{path}\S*", mail.text)
            if found:
                return found[0]
        raise AssertionError(f"No mail to {to} has a link with {path}")


@pytest.fixture
def vendors(live_server: Any, settings: Any, tmp_path: Any) -> Iterator[Vendors]:
    """Every vendor's address points at the sandbox of this test's own server, with a state of its own."""
    sandbox = f"{live_server.url}/sandbox"
    settings.VAR_DIR = tmp_path
    settings.SITE_URL = live_server.url
    settings.STRIPE_API_BASE = f"{sandbox}/stripe"
    settings.GOOGLE_API_BASE = f"{sandbox}/google"
    settings.GOOGLE_OAUTH_BASE = f"{sandbox}/google/oauth"
    settings.RESEND_API_BASE = f"{sandbox}/resend"
    settings.ANYMAIL = settings.ANYMAIL | {"RESEND_API_URL": settings.RESEND_API_BASE}
    return Vendors(live_server.url)


@pytest.fixture
def worker(vendors: Vendors) -> Iterator[Worker]:
    """The real worker on this test's database, running; what it did not end itself is ended here."""
    running = Worker(vendors.url)
    running.start()
    yield running
    running.stop()


@pytest.fixture(autouse=True)
def nobody_rests() -> Iterator[None]:
    """A Google that one test breaks is asked again by the next at once."""
    yield
    forget_failures()

"""One account's connection to the Calendar API: its token, its patience, and one request after the other."""

import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from google_auth_httplib2 import AuthorizedHttp
from googleapiclient.discovery import build
from httplib2 import Http

from integrations.calendars.google_access import TIMEOUT_SECONDS, ClientAddress, credentials_for, expiry_of
from integrations.calendars.google_errors import passes_soon, vendor_errors

Answer = dict[str, Any]


@dataclass(frozen=True)
class Patience:
    """How often a request is sent again when Google is out of breath, and how long at most before the first time.

    Each pause is a random time between half and all of its length, and the length doubles. A time-out counts as one
    attempt and waits no further. Whoever calls is told of what lasts longer, as a VendorError that is retryable.
    """

    retries: int
    first_pause: float  # seconds

    def pauses(self) -> Iterator[float]:
        """The seconds to wait before each further attempt."""
        for attempt in range(self.retries):
            yield self.first_pause * 2**attempt * random.uniform(0.5, 1)  # noqa: S311  (no secret)


HURRIED = Patience(retries=0, first_pause=0)  # somebody waits for the answer
USUAL = Patience(retries=2, first_pause=0.5)
PATIENT = Patience(retries=4, first_pause=1)  # 15 seconds in all: a cycle that fails at its last page begins anew


class GoogleSession:
    """The API's service and what it needs. Not safe to share between threads: httplib2 connections are not."""

    def __init__(
        self,
        address: ClientAddress,
        *,
        refresh_token: str,
        access_token: str = "",
        expires_at: datetime | None = None,
        timeout: float = TIMEOUT_SECONDS,
        patience: Patience = USUAL,
    ) -> None:
        self._credentials = credentials_for(address, refresh_token, access_token, expires_at)
        self._patience = patience
        self._http = Http(timeout=timeout)  # AuthorizedHttp fetches the access tokens through it too
        # The library makes its methods at run time out of the discovery document, so there is no type to give them.
        self.service: Any = build(
            "calendar",
            "v3",
            http=AuthorizedHttp(self._credentials, self._http, max_refresh_attempts=1),
            static_discovery=True,  # the shipped description of the API: no request to look it up
            cache_discovery=False,
            client_options={"api_endpoint": f"{address.api_base}/calendar/v3/"},
        )

    @property
    def access_token(self) -> str:
        """The newest access token; "" before there is one. May be read from another thread, and after an error too."""
        return self._credentials.token or ""

    @property
    def access_expires_at(self) -> datetime | None:
        """Until when it lasts, an aware instant; None where nobody knows."""
        return expiry_of(self._credentials)

    @contextmanager
    def conversation(self) -> Iterator[None]:
        """One act and its requests. The connection is not kept: a stale one is what makes httplib2 repeat a POST."""
        try:
            with vendor_errors():
                yield
        finally:
            self._http.close()

    def answer(self, request: Any) -> Answer:
        """Send a request that the library prepared, again where that helps: every one of ours may be repeated.

        Raises what the library raises, and ValueError for an answer that is no JSON object.
        """
        answer = self.send(request)
        if not isinstance(answer, dict):  # the library hands a body that is not JSON through as text
            raise ValueError("not an event")  # noqa: TRY004  (the value is wrong, not our call)
        return answer

    def send(self, request: Any) -> Any:
        """The same for a request whose answer is empty. Not the library's own retries: they log the addresses."""
        for pause in self._patience.pauses():
            try:
                return request.execute()
            except Exception as error:
                if not passes_soon(error):
                    raise
            time.sleep(pause)
        return request.execute()

"""Events in a Google calendar: put one there, take one away, see what blocks time.

Facts about the vendor come from the Calendar API reference (v3, "Events") and from the discovery document that ships
with google-api-python-client; what the transport does was read in httplib2 0.32 and google-auth 2.62.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from google.oauth2.credentials import Credentials
from google_auth_httplib2 import AuthorizedHttp
from googleapiclient.discovery import build
from googleapiclient.errors import HttpError
from httplib2 import Http

from integrations.calendars.blocking import BOOKING_PROPERTY, BlockedSpan, blocked_span
from integrations.calendars.google_errors import GrantRevoked, vendor_errors

__all__ = ["CalendarEvent", "ClientAddress", "GoogleCalendar", "GrantRevoked", "PushedEvent"]

TIMEOUT_SECONDS = 10
GONE = frozenset({404, 410})
PAGE = 250  # events at a time; Google gives 2500 at most
# What the judge looks at, and no more: who else comes, and where, stays with Google.
BLOCKING_FIELDS = (
    "timeZone,nextPageToken,items(id,summary,status,transparency,eventType,start,end,attendees(self,responseStatus),"
    "extendedProperties/private)"
)
EventBody = dict[str, Any]  # an event as Google's JSON has it


@dataclass(frozen=True)
class ClientAddress:
    """Where Google is, and who we are there. Base addresses carry no trailing slash."""

    api_base: str
    oauth_base: str
    client_id: str
    client_secret: str


@dataclass(frozen=True)
class CalendarEvent:
    """What should stand in the calendar.

    `id` is ours: 5 to 1024 characters of `a-v0-9` (`uuid4().hex` fits), never used for two things in one calendar.
    `starts_at` and `ends_at` are aware; `time_zone` is the IANA name in which Google shows them. `booking_reference`
    travels as a private property, by which the calendar's own events can be told from personal ones.
    """

    id: str
    title: str
    starts_at: datetime
    ends_at: datetime
    time_zone: str
    description: str
    wants_meet: bool
    booking_reference: str


@dataclass(frozen=True)
class PushedEvent:
    """What now stands there. `meet_link` is "" without a conference, or while Google is still making it."""

    id: str
    meet_link: str


class GoogleCalendar:
    """One account's calendars. Not safe to share between threads: httplib2 connections are not."""

    def __init__(
        self, address: ClientAddress, *, refresh_token: str, access_token: str = "", timeout: float = TIMEOUT_SECONDS
    ) -> None:
        self._credentials = _credentials(address, refresh_token, access_token)
        self._http = Http(timeout=timeout)  # AuthorizedHttp fetches the access tokens through it too
        service = build(
            "calendar",
            "v3",
            http=AuthorizedHttp(self._credentials, self._http),
            static_discovery=True,  # the shipped description of the API: no request to look it up
            cache_discovery=False,
            client_options={"api_endpoint": f"{address.api_base}/calendar/v3/"},
        )
        # The library makes its methods at run time out of the discovery document, so there is no type to give them.
        self._events: Any = service.events()

    @property
    def access_token(self) -> str:
        """The newest access token: it may be kept, encrypted, and given back to save a refresh within its hour.

        "" before there is one. It may be read at any time, from another thread and after an error too.
        """
        return self._credentials.token or ""

    def put_event(self, calendar_id: str, event: CalendarEvent) -> PushedEvent:
        """Make the calendar hold `event`, whether or not it was there, was changed or was deleted.

        Safe to call again at any time: the id is ours, so there is never a second event, and a conference that exists
        is kept. Nobody is ever invited. Call again later to learn a link that was still pending.
        Raises VendorError; GrantRevoked when the therapist has to connect the calendar again.
        """
        with self._conversation():
            try:
                stands = self._insert(calendar_id, event)
            except HttpError as error:
                # 409 is not a failure: an earlier call, an event deleted since (Google keeps its id for ever), or
                # httplib2, which repeats a POST by itself when the connection closes before the answer.
                if error.status_code != 409:
                    raise
                stands = self._adjust(calendar_id, event)
            return PushedEvent(id=event.id, meet_link=_meet_link(stands))

    def delete_event(self, calendar_id: str, event_id: str) -> None:
        """Take the event away; one that is gone already, or never was, is fine. Raises VendorError, GrantRevoked."""
        with self._conversation():
            try:
                self._events.delete(calendarId=calendar_id, eventId=event_id).execute()
            except HttpError as error:
                if error.status_code not in GONE:
                    raise

    def blocked_spans(self, calendar_id: str, begins_at: datetime, ends_at: datetime) -> list[BlockedSpan]:
        """The spans of personal events that overlap [begins_at, ends_at), two aware instants, the first the earlier.

        In no particular order; they may overlap each other, begin before and end after. What blocks is told by
        `blocked_span`. Raises VendorError; GrantRevoked when the therapist has to connect the calendar again.
        """
        with self._conversation():
            spans = [
                blocked_span(event, page.get("timeZone", ""))
                for page in self._pages(calendar_id, begins_at, ends_at)
                for event in page.get("items", [])
            ]
        return [span for span in spans if span and span.starts_at < ends_at and span.ends_at > begins_at]

    @contextmanager
    def _conversation(self) -> Iterator[None]:
        """One act and its requests. The connection is not kept: a stale one is what makes httplib2 repeat a POST."""
        try:
            with vendor_errors():
                yield
        finally:
            self._http.close()

    def _pages(self, calendar_id: str, begins_at: datetime, ends_at: datetime) -> Iterator[EventBody]:
        """The pages of `events.list`: every event that lies in the span by its start and end."""
        request = self._events.list(
            calendarId=calendar_id,
            singleEvents=True,  # recurring events by their occurrences
            showDeleted=False,
            timeMin=begins_at.astimezone(UTC).isoformat(),  # bounds the end, exclusively
            timeMax=ends_at.astimezone(UTC).isoformat(),  # bounds the start, exclusively
            maxResults=PAGE,
            fields=BLOCKING_FIELDS,
        )
        while request is not None:
            page = _answer(request)
            yield page
            request = self._events.list_next(request, page)

    def _insert(self, calendar_id: str, event: CalendarEvent) -> EventBody:
        body = _body(event) | {"id": event.id}
        if event.wants_meet:
            body["conferenceData"] = _meet_request(event.id)
        # Without conferenceDataVersion=1 Google ignores what the body says of a conference.
        return _answer(self._events.insert(calendarId=calendar_id, body=body, conferenceDataVersion=1))

    def _adjust(self, calendar_id: str, event: CalendarEvent) -> EventBody:
        """Bring an event that exists to what was asked, back from the dead if need be."""
        stands = _answer(self._events.get(calendarId=calendar_id, eventId=event.id))
        body = _body(event) | {"status": "confirmed"} | _conference_change(event, stands)
        for edge in ("start", "end"):
            body[edge]["date"] = None  # dragged to "all day" meanwhile, it holds a date, and a patch merges
        return _answer(self._events.patch(calendarId=calendar_id, eventId=event.id, body=body, conferenceDataVersion=1))


def _answer(request: Any) -> EventBody:
    """Send a request that the library prepared. Raises ValueError for an answer that is no JSON object."""
    answer = request.execute()
    if not isinstance(answer, dict):  # the library hands a body that is not JSON through as text
        raise ValueError("not an event")  # noqa: TRY004  (the value is wrong, not our call)
    return answer


def _credentials(address: ClientAddress, refresh_token: str, access_token: str) -> Credentials:
    return Credentials(  # type: ignore[no-untyped-call]  # google-auth annotates only parts of itself
        token=access_token or None,
        refresh_token=refresh_token,
        token_uri=f"{address.oauth_base}/token",
        client_id=address.client_id,
        client_secret=address.client_secret,
    )


def _body(event: CalendarEvent) -> EventBody:
    return {
        "summary": event.title,
        "description": event.description,
        "start": _moment(event.starts_at, event.time_zone),
        "end": _moment(event.ends_at, event.time_zone),
        "extendedProperties": {"private": {BOOKING_PROPERTY: event.booking_reference}},
    }


def _moment(at: datetime, time_zone: str) -> EventBody:
    return {"dateTime": at.isoformat(), "timeZone": time_zone}


def _meet_request(request_id: str) -> EventBody:
    return {"createRequest": {"requestId": request_id, "conferenceSolutionKey": {"type": "hangoutsMeet"}}}


def _conference_change(event: CalendarEvent, stands: EventBody) -> EventBody:
    """The part of a patch that makes the event's conference what was asked; empty where it is right as it is."""
    conference = stands.get("conferenceData") or {}
    if not event.wants_meet:
        return {"conferenceData": None} if conference else {}
    status = conference.get("createRequest", {}).get("status", {}).get("statusCode", "")
    if conference.get("entryPoints") or status == "pending":
        return {}
    # Google ignores a request id that it has seen. The etag changes with each version of the event, so that a second
    # attempt gets an id of its own while a repeat of this very request does not.
    version = "".join(character for character in stands.get("etag", "") if character.isalnum())
    return {"conferenceData": _meet_request(f"{event.id}-{version}")}


def _meet_link(stands: EventBody) -> str:
    """The video address of an event, "" when it has none (yet)."""
    for entry in (stands.get("conferenceData") or {}).get("entryPoints", []):
        if entry.get("entryPointType") == "video":
            return str(entry.get("uri", ""))
    return str(stands.get("hangoutLink", ""))

"""An account's calendars at Google: which there are, our events in them, and what else blocks time.

Facts about the vendor come from the Calendar API reference (v3) and from the discovery document that ships with
google-api-python-client; what the transport does was read in httplib2 0.32 and google-auth 2.62.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from googleapiclient.errors import HttpError

from integrations.calendars import google_bodies, own_events
from integrations.calendars.blocking import BlockedSpan, Calendar, Unreadable, judge
from integrations.calendars.google_bodies import CalendarEvent, EventBody
from integrations.calendars.google_errors import VENDOR, CalendarGone
from integrations.calendars.google_session import GoogleSession
from integrations.calendars.own_events import OwnEvent
from integrations.calendars.texts import plain
from integrations.errors import VendorError

CalendarIds = list[str] | tuple[str, ...]  # not any iterable: a single id would be one, of its letters
GONE = frozenset({404, 410})
PAGE = 1000  # events at a time; Google gives 2500 at most
MOST_PAGES = 500  # of one calendar and span: a list that is longer never ends
WRITERS = frozenset({"owner", "writer", "writerWithoutPrivateAccess"})
# What is looked at, and no more: who else comes, and where, stays with Google.
EVENT_FIELDS = (
    "id,status,summary,transparency,eventType,start,end,attendees(self,responseStatus),recurringEventId,"
    "originalStartTime,hangoutLink,extendedProperties/private"
)


@dataclass(frozen=True)
class PushedEvent:
    """What now stands there. `meet_link` is "" without a conference, or while Google is still making it."""

    id: str
    meet_link: str


@dataclass(frozen=True)
class ListedCalendar:
    """One calendar that the account can see. `id` of the primary one is the account's own address.

    `time_zone` is the calendar's own, an IANA name; `access_role` is Google's word ("owner", "writer", "reader", …).
    """

    id: str
    name: str
    time_zone: str
    access_role: str
    is_primary: bool

    @property
    def can_receive(self) -> bool:
        """Whether sessions can be written into it."""
        return self.access_role in WRITERS


@dataclass(frozen=True)
class PulledPage:
    """One page of one calendar: what blocks time, which of our events stand there, and what could not be read.

    `seen` is how many events were on it, `skipped` how many of them block nothing, by the word that says why: free,
    declined, cancelled, tentative, working location, birthday, zero length, own, outside (of what was asked for).
    """

    calendar_id: str
    spans: tuple[BlockedSpan, ...]
    own: tuple[OwnEvent, ...]
    unreadable: tuple[Unreadable, ...]
    seen: int = 0
    skipped: Mapping[str, int] = field(default_factory=dict)


class GoogleCalendar(GoogleSession):
    """One account's calendars. One for each thread, as of a session.

    Every method raises VendorError; of these GrantRevoked and AccessTooNarrow want her to connect again. "primary"
    stands for the account's own calendar.
    """

    def calendars(self) -> list[ListedCalendar]:
        """Every calendar of the account's list, hidden ones included, the primary one first, then by name."""
        with self.conversation():
            found = [_listed(entry) for page in self._calendar_pages() for entry in page.get("items", [])]
        return sorted(found, key=lambda calendar: (not calendar.is_primary, calendar.name.casefold(), calendar.id))

    def put_event(self, calendar_id: str, event: CalendarEvent) -> PushedEvent:
        """Make the calendar hold `event`, whether or not it was there, was changed or was deleted.

        Safe to call again at any time: the id is ours, so there is never a second event, and a conference that exists
        is kept. Nobody is ever invited. Her reminders, colour, guests and place stay. Call again later to learn a link
        that was still pending. Raises CalendarGone.
        """
        with self.conversation():
            try:
                with _calendar(calendar_id):
                    stands = self._insert(calendar_id, event)
            except HttpError as error:
                # 409 is not a failure: an earlier call, an event deleted since (Google keeps its id for ever), or
                # httplib2, which repeats a POST by itself when the connection closes before the answer.
                if error.status_code != 409:
                    raise
                stands = self._mend(calendar_id, event)
            return PushedEvent(id=event.id, meet_link=google_bodies.meet_link(stands))

    def delete_event(self, calendar_id: str, event_id: str) -> None:
        """Take the event away; one that is gone already, or never was, is fine."""
        with self.conversation():
            try:
                self.send(self.service.events().delete(calendarId=calendar_id, eventId=event_id))
            except HttpError as error:
                if error.status_code not in GONE:
                    raise

    def event(self, calendar_id: str, event_id: str) -> OwnEvent | None:
        """How one of our events stands there now; None where it never was, or the whole calendar is gone.

        One that was deleted says so for as long as Google remembers it. Its all-day times are days of UTC, since this
        request does not tell the calendar's zone.
        """
        with self.conversation():
            try:
                stands = self.answer(self.service.events().get(calendarId=calendar_id, eventId=event_id))
            except HttpError as error:
                if error.status_code in GONE:
                    return None
                raise
        return own_events.own_event(stands, calendar_id, "UTC")

    def pull(
        self, calendar_ids: CalendarIds, begins_at: datetime, ends_at: datetime, *, tentative_blocks: bool = True
    ) -> Iterator[PulledPage]:
        """Everything that overlaps [begins_at, ends_at), two aware instants, calendar by calendar, page by page.

        A request for each page, no more than one page in memory; at least one page for each calendar. Spans are in no
        order; they may overlap each other, begin before and end after. Deleted events are not among them: one of ours
        that ought to lie in the span and is not found was deleted or moved out of it, and `event` tells which. (Google
        could name the deleted ones, but forgets them in time and promises no more than their ids.) Raises CalendarGone.
        """
        for calendar_id in calendar_ids:
            with self.conversation(), _calendar(calendar_id):
                for page in self._event_pages(calendar_id, begins_at, ends_at):
                    yield _pulled(page, calendar_id, (begins_at, ends_at), tentative_blocks=tentative_blocks)

    def blocked_spans(
        self, calendar_ids: CalendarIds, begins_at: datetime, ends_at: datetime, *, tentative_blocks: bool = True
    ) -> list[BlockedSpan]:
        """What blocks time in these calendars, as `pull` tells it: for a short span, all at once (R14)."""
        pages = self.pull(calendar_ids, begins_at, ends_at, tentative_blocks=tentative_blocks)
        return [span for page in pages for span in page.spans]

    def _calendar_pages(self) -> Iterator[EventBody]:
        resource = self.service.calendarList()
        request = resource.list(
            showHidden=True,
            maxResults=250,  # the most there is
            fields="nextPageToken,items(id,summary,summaryOverride,timeZone,accessRole,primary)",
        )
        yield from self._pages(resource, request)

    def _event_pages(self, calendar_id: str, begins_at: datetime, ends_at: datetime) -> Iterator[EventBody]:
        """The pages of `events.list`: every event that lies in the span by its start and end."""
        resource = self.service.events()
        request = resource.list(
            calendarId=calendar_id,
            singleEvents=True,  # recurring events by their occurrences
            showDeleted=False,
            timeMin=begins_at.astimezone(UTC).isoformat(),  # bounds the end, exclusively
            timeMax=ends_at.astimezone(UTC).isoformat(),  # bounds the start, exclusively
            maxResults=PAGE,
            maxAttendees=1,  # of several guests the calendar's owner alone is named
            fields=f"timeZone,nextPageToken,items({EVENT_FIELDS})",
        )
        yield from self._pages(resource, request)

    def _pages(self, resource: Any, request: Any) -> Iterator[EventBody]:
        for _ in range(MOST_PAGES):
            page = self.answer(request)
            yield page
            request = resource.list_next(request, page)
            if request is None:
                return
        raise VendorError(VENDOR, "sent a list that does not end", retryable=True)

    def _insert(self, calendar_id: str, event: CalendarEvent) -> EventBody:
        # Without conferenceDataVersion=1 Google ignores what the body says of a conference.
        return self.answer(
            self.service.events().insert(
                calendarId=calendar_id, body=google_bodies.whole(event), conferenceDataVersion=1
            )
        )

    def _mend(self, calendar_id: str, event: CalendarEvent) -> EventBody:
        events = self.service.events()
        stands = self.answer(events.get(calendarId=calendar_id, eventId=event.id))
        body = google_bodies.mending(event, stands)
        return self.answer(events.patch(calendarId=calendar_id, eventId=event.id, body=body, conferenceDataVersion=1))


@contextmanager
def _calendar(calendar_id: str) -> Iterator[None]:
    """Around what can only be missing because its calendar is."""
    try:
        yield
    except HttpError as error:
        if error.status_code in GONE:
            raise CalendarGone(calendar_id) from None
        raise


def _listed(entry: EventBody) -> ListedCalendar:
    return ListedCalendar(
        id=plain(entry.get("id")),
        name=plain(entry.get("summaryOverride") or entry.get("summary") or entry.get("id")),
        time_zone=plain(entry.get("timeZone")),
        access_role=plain(entry.get("accessRole")),
        is_primary=entry.get("primary") is True,
    )


def _pulled(
    page: EventBody, calendar_id: str, window: tuple[datetime, datetime], *, tentative_blocks: bool
) -> PulledPage:
    calendar = Calendar(calendar_id, str(page.get("timeZone", "")))
    judged = [judge(event, calendar, tentative_blocks=tentative_blocks) for event in page.get("items") or []]
    begins_at, ends_at = window
    found = [one.span for one in judged if one.span]
    spans = tuple(span for span in found if span.starts_at < ends_at and span.ends_at > begins_at)
    skipped = Counter(one.skipped for one in judged if one.skipped) + Counter(outside=len(found) - len(spans))
    return PulledPage(
        calendar_id=calendar_id,
        spans=spans,
        own=tuple(one.own for one in judged if one.own),
        unreadable=tuple(one.unreadable for one in judged if one.unreadable),
        seen=len(judged),
        skipped=dict(skipped),
    )

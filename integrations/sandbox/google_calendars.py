"""The calendars of the sandbox's account: her own, one that she made, one that somebody shares with her.

Documents are entries of `calendarList` as the API shows them. One that was deleted answers 404, as with Google.
"""

from integrations.sandbox import store
from integrations.sandbox.google_account import ACCOUNT, CALENDAR_ZONE
from integrations.sandbox.google_refusal import NOT_FOUND, Refusal

GONE = "google_calendar_gone"
FAMILY = "family0123456789@group.calendar.google.com"
CHOIR = "choir0123456789@group.calendar.google.com"
READERS = frozenset({"reader", "freeBusyReader"})
ENTRIES: dict[str, store.Document] = {
    ACCOUNT: {"summary": ACCOUNT, "timeZone": CALENDAR_ZONE, "accessRole": "owner", "primary": True, "selected": True},
    FAMILY: {"summary": "Family", "timeZone": CALENDAR_ZONE, "accessRole": "owner", "selected": True},
    CHOIR: {
        "summary": "Kammerchor Berlin",
        "summaryOverride": "Choir",
        "timeZone": "Europe/Berlin",
        "accessRole": "reader",
        "hidden": True,
    },
}


def listed(*, hidden: bool) -> list[store.Document]:
    """The account's list, hidden entries where they are asked for."""
    gone = store.all(GONE)
    return [
        {"kind": "calendar#calendarListEntry", "etag": '"1"', "id": calendar_id} | entry
        for calendar_id, entry in ENTRIES.items()
        if calendar_id not in gone and (hidden or not entry.get("hidden"))
    ]


def gone() -> list[store.Document]:
    """The calendars that were deleted."""
    return [{"id": calendar_id} | ENTRIES[calendar_id] for calendar_id in store.all(GONE)]


def entry(calendar_id: str) -> store.Document:
    """One calendar, "primary" being the account's own. Raises Refusal for one that is not there."""
    calendar_id = ACCOUNT if calendar_id == "primary" else calendar_id
    if calendar_id not in ENTRIES or store.get(GONE, calendar_id):
        raise Refusal(*NOT_FOUND)
    return {"id": calendar_id} | ENTRIES[calendar_id]


def delete(calendar_id: str) -> None:
    """Delete a calendar by hand, its events with it. Raises Refusal: the primary one cannot be deleted."""
    if entry(calendar_id).get("primary"):
        raise Refusal(400, "cannotDeletePrimaryCalendar", "The primary calendar cannot be deleted.")
    store.put(GONE, calendar_id, {"gone": True})


def bring_back(calendar_id: str) -> None:
    """Undo the deletion, which nobody could do at Google."""
    store.delete(GONE, calendar_id)


def events_kind(calendar_id: str) -> str:
    """The kind under which the store keeps the calendar's events."""
    return "google_event" if calendar_id in {"primary", ACCOUNT} else f"google_event:{calendar_id}"

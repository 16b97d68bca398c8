"""Video conferences of events ("Event.conferenceData" in the reference): made at once or later, and taken away."""

import secrets
from string import ascii_lowercase

from integrations.sandbox import google_calendars, google_switches, store
from integrations.sandbox.google_refusal import NOT_FOUND, Refusal


def conference(event: store.Document, before: store.Document | None, *, asked: bool) -> store.Document | None:
    """The conference of an event; with version 0 of conferenceData whatever was sent about it is ignored."""
    stands: store.Document | None = (before or {}).get("conferenceData")
    if not asked:
        return stands
    wanted: store.Document | None = event.get("conferenceData")
    if wanted is None or wanted == stands:
        return wanted
    request = wanted.get("createRequest") or {}
    if not request.get("requestId"):
        raise Refusal(400, "required", "Missing conference request id.")
    if request.get("conferenceSolutionKey", {}).get("type") != "hangoutsMeet":
        raise Refusal(400, "invalid", "Invalid conference type value.")
    if request["requestId"] == (stands or {}).get("createRequest", {}).get("requestId"):
        return stands  # "If an ID provided is the same as for the previous request, the request is ignored."
    if google_switches.switches().links_wait:
        return {"createRequest": request | {"status": {"statusCode": "pending"}}}
    return _made(request)


def link(made: store.Document | None) -> str | None:
    """What stands as `hangoutLink`."""
    entries = (made or {}).get("entryPoints", [])
    return str(entries[0]["uri"]) if entries else None


def finish() -> None:
    """Make every link that waits."""
    for calendar_id in google_calendars.ENTRIES:
        kind = google_calendars.events_kind(calendar_id)
        for event_id, event in store.all(kind).items():
            if _is_pending(event):
                store.update(kind, event_id, _finished)


def _is_pending(event: store.Document) -> bool:
    request = event.get("conferenceData", {}).get("createRequest", {})
    return bool(request.get("status", {}).get("statusCode") == "pending")


def _finished(event: store.Document | None) -> store.Document:
    if event is None:
        raise Refusal(*NOT_FOUND)
    if not _is_pending(event):
        return event
    made = _made(event["conferenceData"]["createRequest"])
    return event | {"conferenceData": made, "hangoutLink": link(made)}


def _made(request: store.Document) -> store.Document:
    code = "-".join("".join(secrets.choice(ascii_lowercase) for _ in range(size)) for size in (3, 4, 3))
    return {
        "createRequest": request | {"status": {"statusCode": "success"}},
        "conferenceId": code,
        "conferenceSolution": {"key": {"type": "hangoutsMeet"}, "name": "Google Meet"},
        "entryPoints": [
            {"entryPointType": "video", "uri": f"https://meet.google.com/{code}", "label": f"meet.google.com/{code}"}
        ],
    }

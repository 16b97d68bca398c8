"""Notes as they are read: one, the one before it, and all that hold certain words."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from django.db.models import Prefetch, QuerySet

from clients.care.models import Amendment, Note, PrivatePage
from clients.models import Client
from practice_admin.models import Booking

MOST_FOUND = 50
AROUND = 80  # characters shown on either side of what was found

Written = TypeVar("Written", Note, Amendment, PrivatePage)


@dataclass(frozen=True)
class Found:
    """A text that holds the words: which row, and a piece of it around the first of them."""

    thing: Note | Amendment | PrivatePage
    piece: str


def note_with(public_id: UUID) -> Note | None:
    """The note of this id with its client, its session and its amendments."""
    return _whole().filter(public_id=public_id).first()


def notes_of(client: Client) -> QuerySet[Note]:
    """Every note on this client, newest first, with its session and amendments. The private page is none of them."""
    return _whole().filter(client=client)


def note_before(client: Client, note: Note | None) -> Note | None:
    """The latest note on this client that was begun before this one (None: one that is not begun yet)."""
    earlier = notes_of(client)
    if note is not None:
        earlier = earlier.filter(created_at__lt=note.created_at)
    return earlier.first()


def note_on(booking: Booking) -> Note | None:
    """The note on this session, a draft before a signed one; of several the latest."""
    return Note.objects.filter(booking=booking).order_by("signed_at", "-created_at").first()


def drafts() -> QuerySet[Note]:
    """Notes that are not signed yet, the oldest first."""
    return Note.objects.filter(signed_at=None).select_related("client__user").defer("body").order_by("created_at", "id")


def search_notes(words: str) -> list[Found]:
    """Every note, amendment and private page that holds all of these words, in any order, whatever their case.

    There is no index, since one would tell what the notes say: all are decrypted and looked through. Newest first;
    MOST_FOUND of each kind, and one more where there are more.
    """
    wanted = words.casefold().split()
    if not wanted:
        return []
    notes = Note.objects.select_related("client__user", "booking__session_type")
    amendments = Amendment.objects.select_related("note__client__user", "note__booking__session_type")
    pages = PrivatePage.objects.select_related("client__user")
    return [
        *_look_through(notes, "-created_at", wanted),
        *_look_through(amendments, "-created_at", wanted),
        *_look_through(pages, "-kept_at", wanted),
    ]


def _whole() -> QuerySet[Note]:
    """Notes in two queries, with all that is shown beside them."""
    amendments = Prefetch("amendments", Amendment.objects.select_related("written_by"))
    told = Note.objects.select_related("client__user", "booking__session_type", "written_by")
    return told.prefetch_related(amendments)


def _look_through(rows: QuerySet[Written], order: str, wanted: list[str]) -> Iterator[Found]:
    """Decrypts the words alone; a whole row is read only where they hold what is wanted."""
    texts = rows.select_related(None).order_by(order, "-id").values_list("pk", "body")
    found = {}
    for pk, body in texts.iterator(chunk_size=2_000):
        folded = body.casefold()
        if all(word in folded for word in wanted):
            found[pk] = _piece(body, folded.find(wanted[0]))
            if len(found) > MOST_FOUND:
                break
    things = rows.defer("body").in_bulk(found)
    return (Found(things[pk], piece) for pk, piece in found.items())


def _piece(body: str, at: int) -> str:
    """A line of it around this place. Folding can lengthen a text by a few letters, which a piece can bear."""
    begins, ends = max(at - AROUND, 0), at + AROUND
    line = " ".join(body[begins:ends].split())
    return f"{'… ' if begins else ''}{line}{' …' if ends < len(body) else ''}"

"""What the worker does for the site: reads recordings, tells her that somebody wrote."""

from dataclasses import dataclass
from typing import IO, Any

import mutagen
from django.urls import reverse
from mutagen.mp3 import MP3
from mutagen.mp4 import MP4

from clients.care.domain.notifications import notify
from integrations.outbox.registry import Turn, handles
from practice_admin.handlers.bookings import the_practice, therapists_address
from practice_admin.handlers.letters import send, site_url
from site_cms.pages.models.audio import MEASURE, Audio
from site_cms.pages.models.contact import CONTACT_EMAIL, CONTACT_NOTICE, ContactMessage

UNREADABLE = "There is no sound in this file that can be read. Save it as MP3 or M4A and choose it again."
SILENT = "This recording is 0 seconds long. Save it again and choose the new file."
GONE = "deleted meanwhile"
LEAST_SECONDS = 0.05
KINDS: dict[type[Any], str] = {MP3: "audio/mpeg", MP4: "audio/x-m4a"}


@dataclass(frozen=True)
class Measured:
    """What a file turned out to be; `problem` is "" where it can be heard. Seconds and bytes."""

    duration: float
    content_type: str
    problem: str


def measure(file: IO[bytes]) -> Measured:
    """Read length and kind out of a recording, by its content, whatever its name says."""
    try:
        found = mutagen.File(file)
    except mutagen.MutagenError:
        found = None
    content_type = KINDS.get(type(found), "")
    if not content_type:
        return Measured(0, "", UNREADABLE)
    if found.info.length < LEAST_SECONDS:
        return Measured(0, content_type, SILENT)
    return Measured(found.info.length, content_type, "")


@handles(MEASURE)
def measure_audio(turn: Turn) -> str:
    """Keep length, size and kind with the recording. A newer file has an effect of its own."""
    audio = Audio.objects.filter(public_id=turn.subject_id, file_version=turn.version).first()
    if audio is None:
        return GONE
    with audio.file.open("rb") as file:
        found = measure(file)
    Audio.objects.filter(pk=audio.pk, file_version=turn.version).update(
        duration=found.duration,
        content_type=found.content_type,
        problem=found.problem,
        size_bytes=audio.file.size,
        measured_at=turn.now,
    )
    return found.problem


@handles(CONTACT_EMAIL)
def mail_of_contact(turn: Turn) -> str:
    """Tell her by mail that somebody wrote, never what (R22)."""
    address = therapists_address(the_practice())
    if not address:
        return "no address for the therapist"
    message = ContactMessage.objects.defer("text").filter(public_id=turn.subject_id).first()
    if message is None:
        return GONE
    send("contact_message", to=address, key=turn.key, context={"read_url": site_url(read_path(message))})
    return ""


@handles(CONTACT_NOTICE)
def notice_of_contact(turn: Turn) -> str:
    """The same inside the house."""
    therapist = the_practice().therapist
    message = ContactMessage.objects.defer("text").filter(public_id=turn.subject_id).first()
    if therapist is None or message is None:
        return "no therapist yet" if therapist is None else GONE
    notify(
        recipient=therapist, key=turn.key, text="Somebody wrote from the site", path=read_path(message), now=turn.now
    )
    return ""


def read_path(message: ContactMessage) -> str:
    """Where she reads it."""
    return reverse("contact_messages:inspect", args=[message.pk])

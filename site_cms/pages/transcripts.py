"""Transcripts: paragraphs of text, perhaps each with the time at which it is said."""

import re
from dataclasses import dataclass

_TIME = re.compile(r"\[(?:(\d{1,2}):)?(\d{1,2}):([0-5]\d)\]\s*")


@dataclass(frozen=True)
class Paragraph:
    """A paragraph, and the second at which it begins; None where the author gave no time."""

    seconds: int | None
    text: str

    @property
    def time(self) -> str:
        """The time as it was typed, such as 1:05."""
        return "" if self.seconds is None else f"{self.seconds // 60}:{self.seconds % 60:02d}"


def paragraphs_of(transcript: str) -> list[Paragraph]:
    """A transcript as it was typed, in paragraphs; blank ones are left out."""
    pieces = (piece.strip() for piece in re.split(r"\n\s*\n", transcript.replace("\r\n", "\n")))
    return [_paragraph(piece) for piece in pieces if piece]


def web_vtt(transcript: str, duration: float) -> str | None:
    """The transcript as WebVTT (w3.org/TR/webvtt1), for players; None unless every paragraph has its time.

    Each paragraph is shown until the next begins; the last until `duration` (seconds).
    """
    paragraphs = paragraphs_of(transcript)
    begins = [paragraph.seconds for paragraph in paragraphs]
    if not begins or None in begins:
        return None
    times = [float(seconds or 0) for seconds in begins]
    ends = [*times[1:], max(duration, times[-1] + 1)]
    cues = (
        f"{_stamp(begin)} --> {_stamp(end)}\n{_cue_text(paragraph.text)}\n"
        for begin, end, paragraph in zip(times, ends, paragraphs, strict=True)
    )
    return "\n".join(["WEBVTT\n", *cues])


def _paragraph(piece: str) -> Paragraph:
    found = _TIME.match(piece)
    if found is None:
        return Paragraph(None, piece)
    hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return Paragraph(hours * 3600 + minutes * 60 + seconds, piece[found.end() :])


def _stamp(seconds: float) -> str:
    whole = int(seconds)
    return f"{whole // 3600:02d}:{whole // 60 % 60:02d}:{seconds % 60:06.3f}"


def _cue_text(text: str) -> str:
    # A cue ends at a blank line; "-->" and markup are the format's own.
    return " ".join(text.split()).replace("&", "&amp;").replace("<", "&lt;").replace("-->", "--&gt;")
